import Files
import Foundation
import Synchronization

/// The runs of this person on this machine, in an SQLite file that any number of processes may use.
public final class RunRegistry: Sendable {
  /// Where the file is.
  public let path: String

  private let database: Mutex<Database>

  /// Opens the registry at `path`, and creates it with its folder where there is none.
  ///
  /// - Throws: ``UserError`` for a file that is damaged, of a newer version, or not a registry.
  public init(path: String = RunRegistry.defaultPath()) throws {
    try require(!path.isEmpty, "the path of the registry of runs is empty")
    let folder = (path as NSString).deletingLastPathComponent
    if !folder.isEmpty { try makeFolder(folder) }
    self.path = path
    let opened = try Database(path: path, patience: 5000)
    try RunSchema.prepare(opened, path)
    database = Mutex(opened)
  }

  /// Where the registry is unless a person says otherwise.
  ///
  /// `$LATENT_HOME/runs.sqlite`, else `$XDG_STATE_HOME/latent/runs.sqlite`, else
  /// `~/.local/state/latent/runs.sqlite`.
  public static func defaultPath(
    _ environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> String {
    if let home = environment["LATENT_HOME"], !home.isEmpty { return home + "/runs.sqlite" }
    // The XDG rules have a relative path ignored.
    if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
      return state + "/latent/runs.sqlite"
    }
    return (environment["HOME"] ?? NSHomeDirectory()) + "/.local/state/latent/runs.sqlite"
  }

  /// Adds a run.
  ///
  /// - Throws: ``UserError`` where the registry has one with this identifier, or cannot be written.
  public func insert(_ record: RunRecord) throws {
    try database.withLock { database in
      try database.run(RunSchema.insert, RunSchema.values(record))
      try require(database.changes == 1, "the registry \(path) already has a run \(record.id)")
    }
  }

  /// Replaces what is known of the run with this identifier.
  ///
  /// - Throws: ``UserError`` where the registry has no such run, or cannot be written.
  public func update(_ record: RunRecord) throws {
    try database.withLock { database in
      try database.run(RunSchema.update, RunSchema.values(record))
      try require(database.changes == 1, "the registry \(path) has no run \(record.id)")
    }
  }

  /// The run with the identifier `id`, or nil.
  public func run(_ id: String) throws -> RunRecord? {
    try database.withLock { database in
      var found: RunRecord?
      try database.run(RunSchema.select + " WHERE id = ?1", [.text(id)]) { row in
        found = try RunSchema.record(row, path)
        return false
      }
      return found
    }
  }

  /// The newest run that has the folder `space`, or nil.
  func newest(in space: String) throws -> RunRecord? {
    try database.withLock { database in
      var found: RunRecord?
      try database.run(
        RunSchema.select + " WHERE space = ?1 ORDER BY number DESC LIMIT 1", [.text(space)]
      ) { row in
        found = try RunSchema.record(row, path)
        return false
      }
      return found
    }
  }

  /// The newest runs first, at most `limit` of them, all or those of one method or status.
  ///
  /// - Parameters:
  ///   - limit: How many runs at most.
  ///   - method: The only method to list.
  ///   - status: The only status to list, as ``RunRecord/status(now:)`` tells it: a killed run is
  ///     not among the running.
  public func runs(
    limit: Int = 50, method: String? = nil, status: RunStatus? = nil
  ) throws -> [RunRecord] {
    var found: [RunRecord] = []
    guard limit > 0 else { return found }
    let recorded = status == .killed ? .running : status
    try database.withLock { database in
      let condition = " WHERE (?1 IS NULL OR method = ?1) AND (?2 IS NULL OR status = ?2)"
      try database.run(
        RunSchema.select + condition + " ORDER BY number DESC",
        [method.map { .text($0) } ?? .null, recorded.map { .text($0.rawValue) } ?? .null]
      ) { row in
        let record = try RunSchema.record(row, path)
        if status == nil || record.status() == status { found.append(record) }
        return found.count < limit
      }
    }
    return found
  }
}
