import Files
import Foundation
import Learning

/// A run as MLflow reads it: rows of its SQLite store `mlflow.db`, with the space's folder as the place of artifacts.
///
/// SQLite is the store that MLflow opens by default since 3.7, and 3.17 refuses a folder of files unless told otherwise.
/// A store that is begun here has the form of August 2022, which MLflow brings up to its own when it opens it; a store of
/// a later form is written to as it is.
public final class MLflowLog: TrainingLog {
  private let database: Database
  private let folder: String
  private let id: String
  private let path: String

  /// Goes on with the run `id`, 32 hexadecimal digits, of the store in `folder`, or is ready to begin it.
  ///
  /// - Throws: ``UserError`` where nothing can be written there, or `mlflow.db` is something else.
  public init(folder: String, id: String) throws {
    try makeFolder(folder)
    self.folder = URL(fileURLWithPath: folder).standardizedFileURL.path
    path = "\(self.folder)/mlflow.db"
    self.id = id
    database = try Database(path: path, patience: 20_000, noun: "the store of MLflow")
    try database.transaction { [database, path] in try MLflowSchema.prepare(database, path) }
  }

  /// An identifier of a new run.
  public static func newID() -> String {
    UUID().uuidString.replacingOccurrences(of: "-", with: "").lowercased()
  }

  private var now: Int64 { Int64(Date().timeIntervalSince1970 * 1000) }

  public func begin(_ run: LoggedRun) throws {
    try database.transaction {
      let experiment = try experiment(named: run.group)
      try database.run(
        """
        INSERT INTO runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status, start_time, \
        source_version, lifecycle_stage, artifact_uri, experiment_id) \
        VALUES (?1, ?2, 'LOCAL', 'latent', '', ?3, 'RUNNING', ?4, ?5, 'active', ?6, ?7) ON CONFLICT DO NOTHING
        """,
        [
          .text(id), .text(run.name), .text(user), .integer(now),
          .text(run.versions["latent"] ?? ""),
          .text(URL(fileURLWithPath: run.space).standardizedFileURL.path), .integer(experiment),
        ])
      try database.run(
        "UPDATE runs SET status = 'RUNNING', end_time = NULL WHERE run_uuid = ?1", [.text(id)])
      for (name, value) in tags(run) {
        try put("tags", name, value)
      }
      for parameter in run.parameters {
        // Stores of the first form hold 500 letters, and a later MLflow counts for itself.
        try put("params", parameter.name, String(parameter.value.written.prefix(500)))
      }
    }
  }

  public func add(_ history: [EpochMetrics]) throws {
    let last = try database.integer(
      "SELECT coalesce(max(step), -1) FROM metrics WHERE run_uuid = '\(id)' AND key = 'epoch'")
    let missing = history.filter { $0.step > last }
    guard !missing.isEmpty else { return }
    try database.transaction {
      for epoch in missing {
        for scalar in epoch.scalars { try put(scalar.name, scalar.value, step: epoch.step) }
      }
    }
  }

  public func add(figures: [String: Double], step: Int) throws {
    guard !figures.isEmpty else { return }
    try database.transaction {
      for (name, value) in figures.sorted(by: { $0.key < $1.key }) {
        try put(name, value, step: step)
      }
    }
  }

  /// Puts the picture among the run's artifacts, which are the files of the space.
  public func add(picture: LoggedPicture, step: Int) throws {
    var space: String?
    try database.run("SELECT artifact_uri FROM runs WHERE run_uuid = ?1", [.text(id)]) { row in
      if case .text(let text) = row[0] { space = text }
      return false
    }
    guard let space else { return }
    try makeFolder("\(space)/pictures")
    try AtomicFile.write(picture.png, to: "\(space)/pictures/\(picture.name).png")
  }

  public func end(_ status: RunStatus) throws {
    let word =
      switch status {
      case .running: "RUNNING"
      case .finished: "FINISHED"
      case .failed: "FAILED"
      case .stopped, .killed: "KILLED"
      }
    try database.run(
      "UPDATE runs SET status = ?2, end_time = ?3 WHERE run_uuid = ?1",
      [.text(id), .text(word), .integer(now)])
  }
}

extension MLflowLog {
  private var user: String { ProcessInfo.processInfo.userName }

  private func tags(_ run: LoggedRun) -> [(String, String)] {
    [
      ("mlflow.runName", run.name), ("mlflow.user", user), ("mlflow.source.name", "latent"),
      ("mlflow.source.type", "LOCAL"), ("latent.method", run.method), ("latent.source", run.source),
      ("latent.space", URL(fileURLWithPath: run.space).standardizedFileURL.path),
    ] + run.versions.sorted { $0.key < $1.key }.map { ("version.\($0.key)", $0.value) }
  }

  /// The number of the experiment called `name`, made where there is none.
  private func experiment(named name: String) throws -> Int64 {
    try database.run(
      """
      INSERT INTO experiments (name, artifact_location, lifecycle_stage, creation_time, last_update_time) \
      VALUES (?1, ?2, 'active', ?3, ?3) ON CONFLICT DO NOTHING
      """,
      [.text(name), .text("\(folder)/artifacts"), .integer(now)])
    var number: Int64?
    try database.run("SELECT experiment_id FROM experiments WHERE name = ?1", [.text(name)]) {
      row in
      if case .integer(let found) = row[0] { number = found }
      return false
    }
    guard let number else { throw UserError("\(path) cannot take the experiment \(name)") }
    return number
  }

  private func put(_ table: String, _ key: String, _ value: String) throws {
    try database.run(
      "INSERT OR REPLACE INTO \(table) (key, value, run_uuid) VALUES (?1, ?2, ?3)",
      [.text(String(key.prefix(250))), .text(value), .text(id)])
  }

  /// MLflow has 0 and a mark for what is no number, and the largest number for infinity.
  private func put(_ key: String, _ value: Double, step: Int) throws {
    let number =
      value.isNaN ? 0 : max(-Double.greatestFiniteMagnitude, min(.greatestFiniteMagnitude, value))
    let values: [Database.Value] = [
      .text(String(key.prefix(250))), .real(number), .integer(now), .text(id),
      .integer(Int64(step)),
      .integer(value.isNaN ? 1 : 0),
    ]
    for table in ["metrics", "latest_metrics"] {
      try database.run(
        "INSERT OR REPLACE INTO \(table) (key, value, timestamp, run_uuid, step, is_nan) "
          + "VALUES (?1, ?2, ?3, ?4, ?5, ?6)", values)
    }
  }
}
