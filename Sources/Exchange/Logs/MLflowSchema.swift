import Files
import Foundation
import Learning

/// The tables of MLflow's store in the form of its revision 97727af70f4d, of August 2022.
///
/// MLflow brings a store of an older form up to date when it opens it and finds tables missing; so any MLflow since
/// then opens this one, where a store of the newest form would shut out all but the newest. What it changes keeps the
/// columns that are written here.
enum MLflowSchema {
  static let revision = "97727af70f4d"

  private static let runKey = "FOREIGN KEY (run_uuid) REFERENCES runs (run_uuid)"
  private static let stages = "CHECK (lifecycle_stage IN ('active', 'deleted'))"
  private static let numbers = "CHECK (is_nan IN (0, 1))"

  /// Each table's name and what its parentheses hold; constraints have the names that MLflow knows them by.
  private static let tables: [(name: String, body: String)] = [
    (
      "experiments",
      """
      experiment_id INTEGER NOT NULL, name VARCHAR(256) NOT NULL, artifact_location VARCHAR(256), \
      lifecycle_stage VARCHAR(32), creation_time BIGINT, last_update_time BIGINT, \
      CONSTRAINT experiment_pk PRIMARY KEY (experiment_id), \
      CONSTRAINT experiments_lifecycle_stage \(stages), UNIQUE (name)
      """
    ),
    (
      "runs",
      """
      run_uuid VARCHAR(32) NOT NULL, name VARCHAR(250), source_type VARCHAR(20), source_name VARCHAR(500), \
      entry_point_name VARCHAR(50), user_id VARCHAR(256), status VARCHAR(9), start_time BIGINT, end_time BIGINT, \
      source_version VARCHAR(50), lifecycle_stage VARCHAR(20), artifact_uri VARCHAR(200), experiment_id INTEGER, \
      deleted_time BIGINT, CONSTRAINT run_pk PRIMARY KEY (run_uuid), CONSTRAINT runs_lifecycle_stage \(stages), \
      CONSTRAINT source_type CHECK (source_type IN ('NOTEBOOK', 'JOB', 'LOCAL', 'UNKNOWN', 'PROJECT')), \
      FOREIGN KEY (experiment_id) REFERENCES experiments (experiment_id), \
      CHECK (status IN ('SCHEDULED', 'FAILED', 'FINISHED', 'RUNNING', 'KILLED'))
      """
    ),
    (
      "experiment_tags",
      """
      "key" VARCHAR(250) NOT NULL, value VARCHAR(5000), experiment_id INTEGER NOT NULL, \
      CONSTRAINT experiment_tag_pk PRIMARY KEY ("key", experiment_id), \
      FOREIGN KEY (experiment_id) REFERENCES experiments (experiment_id)
      """
    ),
    (
      "tags",
      """
      "key" VARCHAR(250) NOT NULL, value VARCHAR(5000), run_uuid VARCHAR(32) NOT NULL, \
      CONSTRAINT tag_pk PRIMARY KEY ("key", run_uuid), \(runKey)
      """
    ),
    (
      "params",
      """
      "key" VARCHAR(250) NOT NULL, value VARCHAR(500) NOT NULL, run_uuid VARCHAR(32) NOT NULL, \
      CONSTRAINT param_pk PRIMARY KEY ("key", run_uuid), \(runKey)
      """
    ),
    (
      "metrics",
      """
      "key" VARCHAR(250) NOT NULL, value FLOAT NOT NULL, timestamp BIGINT NOT NULL, run_uuid VARCHAR(32) NOT NULL, \
      step BIGINT DEFAULT '0' NOT NULL, is_nan BOOLEAN DEFAULT '0' NOT NULL, \
      CONSTRAINT metric_pk PRIMARY KEY ("key", timestamp, step, run_uuid, value, is_nan), \(runKey), \(numbers)
      """
    ),
    (
      "latest_metrics",
      """
      "key" VARCHAR(250) NOT NULL, value FLOAT NOT NULL, timestamp BIGINT, step BIGINT NOT NULL, \
      is_nan BOOLEAN NOT NULL, run_uuid VARCHAR(32) NOT NULL, \
      CONSTRAINT latest_metric_pk PRIMARY KEY ("key", run_uuid), \(runKey), \(numbers)
      """
    ),
    (
      "registered_models",
      """
      name VARCHAR(256) NOT NULL, creation_time BIGINT, last_updated_time BIGINT, description VARCHAR(5000), \
      CONSTRAINT registered_model_pk PRIMARY KEY (name), UNIQUE (name)
      """
    ),
    (
      "registered_model_tags",
      """
      "key" VARCHAR(250) NOT NULL, value VARCHAR(5000), name VARCHAR(256) NOT NULL, \
      CONSTRAINT registered_model_tag_pk PRIMARY KEY ("key", name), \
      FOREIGN KEY (name) REFERENCES registered_models (name) ON UPDATE cascade
      """
    ),
    (
      "model_versions",
      """
      name VARCHAR(256) NOT NULL, version INTEGER NOT NULL, creation_time BIGINT, last_updated_time BIGINT, \
      description VARCHAR(5000), user_id VARCHAR(256), current_stage VARCHAR(20), source VARCHAR(500), \
      run_id VARCHAR(32), status VARCHAR(20), status_message VARCHAR(500), run_link VARCHAR(500), \
      CONSTRAINT model_version_pk PRIMARY KEY (name, version), \
      FOREIGN KEY (name) REFERENCES registered_models (name) ON UPDATE CASCADE
      """
    ),
    (
      "model_version_tags",
      """
      "key" VARCHAR(250) NOT NULL, value VARCHAR(5000), name VARCHAR(256) NOT NULL, version INTEGER NOT NULL, \
      CONSTRAINT model_version_tag_pk PRIMARY KEY ("key", name, version), \
      FOREIGN KEY (name, version) REFERENCES model_versions (name, version) ON UPDATE cascade
      """
    ),
    (
      "alembic_version",
      "version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)"
    ),
  ]

  /// Makes the tables in an empty file, and refuses a file that is no store; inside of a transaction.
  static func prepare(_ database: Database, _ path: String) throws {
    func has(_ tables: [String]) throws -> Bool {
      let names = tables.map { "'\($0)'" }.joined(separator: ", ")
      let count = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN (\(names))"
      return try database.integer(count) == tables.count
    }
    if try database.integer("SELECT count(*) FROM sqlite_master") == 0 {
      for table in tables { try database.run("CREATE TABLE \(table.name) (\(table.body))") }
      for table in ["metrics", "latest_metrics", "tags", "params"] {
        try database.run("CREATE INDEX index_\(table)_run_uuid ON \(table) (run_uuid)")
      }
      try database.run("INSERT INTO alembic_version VALUES ('\(revision)')")
      // MLflow counts on the experiment 0, and makes it in an empty store alone.
      try database.run(
        """
        INSERT INTO experiments VALUES (0, 'Default', ?1, 'active', ?2, ?2)
        """,
        [
          .text(parentFolder(of: path) + "/artifacts"),
          .integer(Int64(Date().timeIntervalSince1970 * 1000)),
        ])
    }
    let needed = ["experiments", "runs", "tags", "params", "metrics", "latest_metrics"]
    try require(
      try has(needed + ["alembic_version"]),
      "\(path) is an SQLite file, but not a store of MLflow of 2022 or later; --log-to names another folder"
    )
  }
}
