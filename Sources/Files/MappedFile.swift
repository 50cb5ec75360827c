import Foundation

/// A file's bytes as memory that the system pages in on demand, of the size the file had when opened.
///
/// Writing to the memory changes a private copy of the page, never the file.
public final class MappedFile: @unchecked Sendable {
  /// The file's path, for messages.
  public let path: String
  /// All bytes, valid while this object lives: a reader that outlasts the last use of the object must hold it.
  public let bytes: UnsafeRawBufferPointer

  /// Maps the regular file at `path`.
  ///
  /// - Throws: ``UserError`` when it is absent, not a regular file, or cannot be mapped.
  public init(_ path: String) throws {
    self.path = path
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("open", path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure("read", path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw UserError("cannot read \(path): it is not a regular file")
    }
    guard status.st_size > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard
      let start = mmap(
        nil, Int(status.st_size), PROT_READ | PROT_WRITE,
        // Without a reserve, as a file may well be larger than memory.
        MAP_PRIVATE | MAP_NORESERVE, descriptor, 0),
      start != MAP_FAILED
    else { throw failure("map", path) }
    bytes = UnsafeRawBufferPointer(start: start, count: Int(status.st_size))
  }

  /// A copy of all bytes.
  public var data: Data { withExtendedLifetime(self) { Data(bytes) } }

  deinit {
    if let start = bytes.baseAddress {
      munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
    }
  }
}
