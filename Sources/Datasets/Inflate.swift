import CZlib
import Files
import Foundation

/// Compressed bytes, read in pieces; nothing larger than a piece is ever made on a file's word alone.
final class InflateStream {
  /// How the compressed bytes are wrapped.
  enum Wrapping: Int32 {
    case gzip = 31
    case zlib = 15
    case none = -15
  }

  private var stream = z_stream()
  private let source: UnsafeRawBufferPointer
  private var position = 0
  private let name: String
  private let wrapping: Wrapping
  private var ended = false

  /// A stream over `source`, which must outlive it; `name` is for messages.
  init(_ source: UnsafeRawBufferPointer, _ wrapping: Wrapping, name: String) throws {
    self.source = source
    self.name = name
    self.wrapping = wrapping
    let status = inflateInit2_(
      &stream, wrapping.rawValue, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    try require(status == Z_OK, "cannot decompress \(name): zlib has no memory")
  }

  deinit { inflateEnd(&stream) }

  /// Fills `out` as far as the stream goes; the number of bytes written.
  func read(into out: UnsafeMutableRawBufferPointer) throws -> Int {
    guard !ended, let start = out.bindMemory(to: UInt8.self).baseAddress else { return 0 }
    var filled = 0
    while filled < out.count, !ended {
      let available = min(source.count - position, 1 << 30)
      let room = min(out.count - filled, 1 << 30)
      stream.next_in = source.baseAddress.map {
        UnsafeMutableRawPointer(mutating: $0 + position).assumingMemoryBound(to: UInt8.self)
      }
      stream.avail_in = UInt32(available)
      stream.next_out = start + filled
      stream.avail_out = UInt32(room)
      let status = inflate(&stream, Z_NO_FLUSH)
      position += available - Int(stream.avail_in)
      filled += room - Int(stream.avail_out)
      switch status {
      case Z_OK: continue
      case Z_STREAM_END: try endMember()
      case Z_BUF_ERROR where position == source.count:
        throw UserError("\(name) ends too early: its compressed data is cut off")
      default: throw UserError("\(name) is damaged: its compressed data cannot be read")
      }
    }
    return filled
  }

  /// Gzip files may hold several members, one after another.
  private func endMember() throws {
    let more =
      source.count - position >= 2 && source[position] == 0x1f && source[position + 1] == 0x8b
    if wrapping == .gzip, more {
      inflateReset(&stream)
    } else {
      ended = true
    }
  }

  /// Exactly `count` bytes that a header promised.
  ///
  /// - Throws: ``UserError`` when deflate could not have packed so many, memory is short, or fewer come.
  func exactly(_ count: Int) throws -> [UInt8] {
    try require(
      count / 1032 <= source.count,
      "\(name) is damaged: its header promises \(count) bytes, more than the file can hold")
    try requireMemory(count, for: name)
    var got = 0
    let bytes = try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      got = try read(into: UnsafeMutableRawBufferPointer(buffer))
      filled = got
    }
    try require(got == count, "\(name) ends after \(got) of the \(count) bytes its header promises")
    return bytes
  }

  /// All that is left.
  func rest(limit: Int = 64 << 30) throws -> [UInt8] {
    try pieces(limit: limit, of: name) { try read(into: $0) }
  }

  /// Whether nothing is left.
  func isAtEnd() throws -> Bool {
    var probe: [UInt8] = [0]
    return try probe.withUnsafeMutableBytes { try read(into: $0) } == 0
  }
}

/// All bytes that `read` puts into one piece after another, until it fills one no more.
func pieces(
  limit: Int, of name: String, _ read: (UnsafeMutableRawBufferPointer) throws -> Int
) throws -> [UInt8] {
  var bytes: [UInt8] = []
  let piece = 1 << 20
  while true {
    let next = try [UInt8](unsafeUninitializedCapacity: piece) { buffer, filled in
      filled = try read(UnsafeMutableRawBufferPointer(buffer))
    }
    bytes += next
    if next.count < piece { return bytes }
    try require(bytes.count <= limit, "\(name) is too large when decompressed")
    if bytes.count >= 1 << 28 { try requireMemory(bytes.count * 2, for: name) }
  }
}

/// Throws where `bytes` would not fit the machine.
func requireMemory(_ bytes: Int, for name: String) throws {
  let machine = ProcessInfo.processInfo.physicalMemory
  try require(
    bytes <= 64 << 30 && UInt64(bytes) < machine / 10 * 8,
    "\(name) needs \(bytes >> 20) MiB of memory, too much for this machine: "
      + "store it uncompressed, and it is read from the disk as it is needed")
}

/// Whether `bytes` start like a gzip file.
func isGzip(_ bytes: UnsafeRawBufferPointer) -> Bool {
  bytes.count >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b
}
