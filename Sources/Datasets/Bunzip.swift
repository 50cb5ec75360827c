import CBZip2
import Files

/// Bytes that bzip2 compressed, read in pieces; the memory they take follows what has been read.
final class BunzipStream {
  // libbz2 remembers the address, so that the stream must not move.
  private let stream = UnsafeMutablePointer<bz_stream>.allocate(capacity: 1)
  private let source: UnsafeRawBufferPointer
  private var position = 0
  private let name: String
  private var ended = false

  /// A stream over `source`, which must outlive it; `name` is for messages.
  init(_ source: UnsafeRawBufferPointer, name: String) throws {
    self.source = source
    self.name = name
    stream.initialize(to: bz_stream())
    try start()
  }

  deinit {
    BZ2_bzDecompressEnd(stream)
    stream.deallocate()
  }

  private func start() throws {
    try require(
      BZ2_bzDecompressInit(stream, 0, 0) == BZ_OK,
      "cannot decompress \(name): libbz2 has no memory")
  }

  /// Fills `out` as far as the stream goes; the number of bytes written.
  ///
  /// - Throws: ``UserError`` where the bytes are damaged or cut off.
  func read(into out: UnsafeMutableRawBufferPointer) throws -> Int {
    guard !ended, let first = out.bindMemory(to: CChar.self).baseAddress else { return 0 }
    var filled = 0
    while filled < out.count, !ended {
      let available = min(source.count - position, 1 << 30)
      let room = min(out.count - filled, 1 << 30)
      stream.pointee.next_in = source.baseAddress.map {
        UnsafeMutableRawPointer(mutating: $0 + position).assumingMemoryBound(to: CChar.self)
      }
      stream.pointee.avail_in = UInt32(available)
      stream.pointee.next_out = first + filled
      stream.pointee.avail_out = UInt32(room)
      let status = BZ2_bzDecompress(stream)
      let written = room - Int(stream.pointee.avail_out)
      position += available - Int(stream.pointee.avail_in)
      filled += written
      switch status {
      case BZ_OK where position == source.count && written == 0:
        throw UserError("\(name) ends too early: its compressed data is cut off")
      case BZ_OK: continue
      case BZ_STREAM_END: try endMember()
      case BZ_DATA_ERROR_MAGIC: throw UserError("\(name) is not what bzip2 writes")
      case BZ_MEM_ERROR: throw UserError("cannot decompress \(name): libbz2 has no memory")
      default: throw UserError("\(name) is damaged: its compressed data cannot be read")
      }
    }
    return filled
  }

  /// Files may hold several members, one after another, as compressing in parallel leaves them.
  private func endMember() throws {
    guard isBzip2(UnsafeRawBufferPointer(rebasing: source[position...])) else {
      return ended = true
    }
    BZ2_bzDecompressEnd(stream)
    stream.pointee = bz_stream()
    try start()
  }

  /// All that is left.
  ///
  /// - Throws: ``UserError`` also where that is more than `limit` bytes or than memory can hold.
  func rest(limit: Int = 64 << 30) throws -> [UInt8] {
    try pieces(limit: limit, of: name) { try read(into: $0) }
  }
}

/// Whether `bytes` start like a file of bzip2: `BZh`, a size, and the mark of a block or of the end.
func isBzip2(_ bytes: UnsafeRawBufferPointer) -> Bool {
  guard bytes.count >= 10, bytes.starts(with: "BZh".utf8), (0x31...0x39).contains(bytes[3]) else {
    return false
  }
  let mark = bytes[4..<10]
  return mark.elementsEqual([0x31, 0x41, 0x59, 0x26, 0x53, 0x59])
    || mark.elementsEqual([0x17, 0x72, 0x45, 0x38, 0x50, 0x90])
}
