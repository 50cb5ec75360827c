import Foundation

/// Memory that a file without a name backs, so that the system may put it on the disk; gone with the process.
public final class ScratchMemory: @unchecked Sendable {
  /// All bytes, 0 until written, valid while this object lives.
  public let bytes: UnsafeMutableRawBufferPointer

  /// A scratch file of `count` bytes, in the folder that `TMPDIR` names or in /var/tmp, since /tmp may be memory itself.
  ///
  /// - Throws: ``UserError`` where that folder has no room for it and a tenth more.
  public init(count: Int) throws {
    let folder = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/var/tmp"
    var path = Array("\(folder)/latent-XXXXXX".utf8CString)
    let descriptor = mkstemp(&path)
    guard descriptor >= 0 else { throw failure("make a scratch file in", folder) }
    defer { close(descriptor) }
    unlink(path)
    var system = statvfs()
    guard fstatvfs(descriptor, &system) == 0 else {
      throw failure("read the free space of", folder)
    }
    let free = Int(clamping: UInt64(system.f_bavail) &* UInt64(system.f_frsize))
    // Others write there too.
    try require(
      free - count / 10 >= count, "\(folder) has room for \(free) bytes, and \(count) are needed")
    guard Self.allocate(count, to: descriptor) else {
      throw failure("make room for \(count) bytes in", folder)
    }
    guard count > 0,
      let start = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
      start != MAP_FAILED
    else { throw failure("map a scratch file in", folder) }
    bytes = UnsafeMutableRawBufferPointer(start: start, count: count)
  }

  /// Gives the file its size, on Linux with the room on the disk: a page that found none when it is written would end the
  /// process.
  package static func allocate(_ count: Int, to descriptor: Int32) -> Bool {
    #if os(Linux)
      errno = posix_fallocate(descriptor, 0, off_t(count))
      return errno == 0
    #else
      return ftruncate(descriptor, off_t(count)) == 0
    #endif
  }

  deinit { munmap(bytes.baseAddress, bytes.count) }
}
