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
    var path = Array((folder as NSString).appendingPathComponent("latent-XXXXXX").utf8CString)
    let descriptor = mkstemp(&path)
    guard descriptor >= 0 else { throw failure("make a scratch file in", folder) }
    defer { close(descriptor) }
    unlink(path)
    var system = statvfs()
    guard fstatvfs(descriptor, &system) == 0 else {
      throw failure("read the free space of", folder)
    }
    let free = Int(clamping: UInt64(system.f_bavail) &* UInt64(system.f_frsize))
    // A page that finds no room when it is written ends the process, so some is left for what others write.
    try require(
      free - count / 10 >= count, "\(folder) has room for \(free) bytes, and \(count) are needed")
    guard ftruncate(descriptor, off_t(count)) == 0 else {
      throw failure("make room for \(count) bytes in", folder)
    }
    guard count > 0,
      let start = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
      start != MAP_FAILED
    else { throw failure("map a scratch file in", folder) }
    bytes = UnsafeMutableRawBufferPointer(start: start, count: count)
  }

  deinit { munmap(bytes.baseAddress, bytes.count) }
}
