import Files

/// The one table of the registry, its version, and the way between rows and records.
enum RunSchema {
  /// The number that the file carries; raised with every change of the table.
  static let version: Int64 = 1
  /// Marks the file as ours (`LTNT`), as SQLite's header provides for.
  private static let application: Int64 = 0x4c54_4e54

  private static let columns: [(name: String, type: String)] = [
    ("id", "TEXT NOT NULL UNIQUE"), ("started", "TEXT NOT NULL"), ("finished", "TEXT"),
    ("method", "TEXT NOT NULL"), ("source", "TEXT NOT NULL"), ("seed", "INTEGER NOT NULL"),
    ("device", "TEXT NOT NULL"), ("threads", "INTEGER NOT NULL"), ("status", "TEXT NOT NULL"),
    ("space", "TEXT"), ("settings", "TEXT NOT NULL"), ("metrics", "TEXT NOT NULL"),
    ("code_version", "TEXT NOT NULL"), ("torch_version", "TEXT NOT NULL"), ("duration", "REAL"),
    ("message", "TEXT"), ("host", "TEXT NOT NULL"), ("pid", "INTEGER NOT NULL"),
    ("process_start", "TEXT NOT NULL"),
  ]
  private static let names = columns.map(\.name)

  private static let create =
    "CREATE TABLE runs (number INTEGER PRIMARY KEY AUTOINCREMENT, "
    + columns.map { "\($0.name) \($0.type)" }.joined(separator: ", ") + ")"
  static let insert =
    "INSERT INTO runs (\(names.joined(separator: ", "))) VALUES ("
    + columns.indices.map { "?\($0 + 1)" }.joined(separator: ", ") + ") ON CONFLICT DO NOTHING"
  static let update =
    "UPDATE runs SET "
    + names.enumerated().map { "\($1) = ?\($0 + 1)" }.joined(separator: ", ") + " WHERE id = ?1"
  static let select = "SELECT \(names.joined(separator: ", ")) FROM runs"

  /// Makes the table in an empty file, and refuses a file that is not this version's registry.
  static func prepare(_ database: Database, _ path: String) throws {
    if try database.integer("PRAGMA user_version") == 0 {
      try database.transaction { try begin(database, path) }
    }
    let found = try database.integer("PRAGMA user_version")
    try require(
      try database.integer("PRAGMA application_id") == application && found > 0,
      "\(path) is an SQLite file, but not a registry of runs")
    try require(
      found <= version,
      "\(path) was written by a newer version of Latent (its form is \(found), the newest known "
        + "here is \(version)); update Latent, or set LATENT_HOME to another folder")
    // Left for last, so that a file of someone else's is not changed. Where the file system cannot
    // share memory, or another process is switching at this moment, the old journal serves as well.
    try? database.run("PRAGMA journal_mode = WAL")
  }

  /// Makes the table, unless another process did so while this one waited for the lock.
  private static func begin(_ database: Database, _ path: String) throws {
    guard try database.integer("PRAGMA user_version") == 0 else { return }
    try require(
      try database.integer("SELECT count(*) FROM sqlite_master") == 0,
      "\(path) is an SQLite file, but not a registry of runs")
    try database.run(create)
    try database.run("PRAGMA application_id = \(application)")
    try database.run("PRAGMA user_version = \(version)")
  }

  /// The columns of `record`, in order.
  static func values(_ record: RunRecord) -> [Database.Value] {
    func text(_ value: String?) -> Database.Value { value.map { .text($0) } ?? .null }
    return [
      .text(record.id), .text(record.started), text(record.finished), .text(record.method),
      .text(record.source), .integer(Int64(bitPattern: record.seed)), .text(record.device),
      .integer(Int64(record.threads)), .text(record.status.rawValue), text(record.space),
      .text(record.settings), .text(record.metrics), .text(record.codeVersion),
      .text(record.torchVersion), record.duration.map { .real($0) } ?? .null,
      text(record.message), .text(record.process.host), .integer(Int64(record.process.pid)),
      .text(record.process.start),
    ]
  }

  /// The record that `row` holds.
  static func record(_ row: Database.Row, _ path: String) throws -> RunRecord {
    let fields = Fields(row: row, path: path)
    let status = try fields.text(8)
    guard let known = RunStatus(rawValue: status) else { throw fields.failure(8) }
    var record = RunRecord(
      started: try fields.text(1), method: try fields.text(3), source: try fields.text(4),
      seed: UInt64(bitPattern: try fields.integer(5)), device: try fields.text(6),
      threads: Int(try fields.integer(7)), settings: try fields.text(10),
      codeVersion: try fields.text(12), torchVersion: try fields.text(13),
      space: try fields.optionalText(9),
      process: RunProcess(
        host: try fields.text(16), pid: Int(try fields.integer(17)), start: try fields.text(18)))
    record.id = try fields.text(0)
    record.finished = try fields.optionalText(2)
    record.status = known
    record.metrics = try fields.text(11)
    if case .real(let seconds) = row[14] { record.duration = seconds }
    record.message = try fields.optionalText(15)
    return record
  }

  /// A row whose columns are asked for by their type.
  private struct Fields {
    let row: Database.Row
    let path: String

    func text(_ column: Int) throws -> String {
      guard case .text(let value) = row[column] else { throw failure(column) }
      return value
    }

    func optionalText(_ column: Int) throws -> String? {
      row[column] == .null ? nil : try text(column)
    }

    func integer(_ column: Int) throws -> Int64 {
      guard case .integer(let value) = row[column] else { throw failure(column) }
      return value
    }

    func failure(_ column: Int) -> UserError {
      UserError("the registry of runs \(path) has a run with a bad column \(names[column])")
    }
  }
}
