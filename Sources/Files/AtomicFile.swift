import Foundation

/// Writing so that a reader, or a machine that stops, sees the old file or the new one and nothing between.
public enum AtomicFile {
  /// Replaces the file at `path` by `bytes`, flushed to the disk before it takes the name.
  ///
  /// - Throws: ``UserError`` naming the path and the system's reason (disk full, no permission).
  public static func write(_ bytes: Data, to path: String) throws {
    try write(to: path) { file in try file.append(bytes) }
  }

  /// Replaces the file at `path` by what `body` appends.
  ///
  /// - Throws: ``UserError`` for the system's reason, or what `body` throws; either way the old file stays.
  public static func write(to path: String, _ body: (inout Appending) throws -> Void) throws {
    let draft = "\(path).\(getpid()).part"
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure("create", path) }
    do {
      var file = Appending(descriptor: descriptor, path: path)
      try body(&file)
      guard fsync(descriptor) == 0 else { throw failure("flush", path) }
      guard close(descriptor) == 0 else { throw failure("close", path) }
    } catch {
      close(descriptor)
      unlink(draft)
      throw error
    }
    guard rename(draft, path) == 0 else {
      let reason = failure("replace", path)
      unlink(draft)
      throw reason
    }
    let folder = open(parentFolder(of: path), O_RDONLY)
    if folder >= 0 {
      fsync(folder)
      close(folder)
    }
  }

  /// An open file that only grows.
  public struct Appending {
    let descriptor: Int32
    let path: String

    /// Appends all of `bytes`.
    public mutating func append(_ bytes: Data) throws {
      try bytes.withUnsafeBytes { try append($0) }
    }

    /// Appends all of `bytes`.
    public mutating func append(_ bytes: UnsafeRawBufferPointer) throws {
      var rest = bytes[...]
      while !rest.isEmpty {
        let written = Foundation.write(
          descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if written < 0 && errno == EINTR { continue }
        guard written > 0 else { throw failure("write", path) }
        rest = rest.dropFirst(written)
      }
    }
  }
}

/// Makes the folder at `path`, with those above it.
///
/// - Throws: ``UserError`` naming the path and the system's reason.
public func makeFolder(_ path: String) throws {
  do {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  } catch {
    throw UserError("cannot make the folder \(path): \(systemReason())")
  }
}

func failure(_ verb: String, _ path: String) -> UserError {
  UserError("cannot \(verb) \(path): \(systemReason())")
}

/// What the operating system says about the last failed call, in lower case.
func systemReason() -> String { String(cString: strerror(errno)).lowercased() }

extension String {
  var nonEmpty: String? { isEmpty ? nil : self }
}

/// The folder that `path` lies in; `.` for a bare name.
///
/// Foundation's own on Linux traps on a name of one letter.
public func parentFolder(of path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}
