import Foundation

/// Writing a folder so that a reader, or a machine that stops, sees all of it or nothing.
public enum AtomicFolder {
  /// Makes the folder at `path` of what `body` writes into the draft whose path it is given.
  ///
  /// What is at `path` already is replaced; whether it may be is the caller's to ask before.
  ///
  /// - Throws: ``UserError`` for the system's reason, or what `body` throws; either way what was at `path` stays.
  public static func write(to path: String, _ body: (_ draft: String) throws -> Void) throws {
    let path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    let draft = "\(path).\(getpid()).part", old = "\(path).\(getpid()).old"
    let files = FileManager.default
    try? files.removeItem(atPath: draft)
    do {
      try makeFolder(draft)
      try body(draft)
      let replaces = files.fileExists(atPath: path)
      if replaces { guard rename(path, old) == 0 else { throw failure("replace", path) } }
      guard rename(draft, path) == 0 else {
        let reason = failure("replace", path)
        if replaces { rename(old, path) }
        throw reason
      }
      if replaces { try? files.removeItem(atPath: old) }
    } catch {
      try? files.removeItem(atPath: draft)
      throw error
    }
  }
}
