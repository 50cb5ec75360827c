import CZlib
import Files
import Foundation

/// A zip archive, with entries stored or deflated.
struct Zip: Sendable {
  /// One file of the archive.
  struct Entry: Sendable {
    let name: String
    let deflated: Bool
    let checksum: UInt32
    let size: Int
    /// Where its bytes lie in the archive.
    let range: Range<Int>
  }

  let file: MappedFile
  let entries: [Entry]
  private var name: String { lastPart(file.path) }

  /// Reads the archive's directory; no entry is decompressed.
  init(_ file: MappedFile) throws {
    self.file = file
    entries = try Directory(file.bytes, lastPart(file.path)).entries()
  }

  /// The bytes of `entry`, decompressed.
  ///
  /// - Throws: ``UserError`` where they are damaged, or not as many as the directory or `limit` says.
  func contents(of entry: Entry, limit: Int = 64 << 30) throws -> [UInt8] {
    let what = "\(entry.name) in \(name)"
    try require(entry.size <= limit, "\(what) is too large: \(entry.size) bytes")
    let packed = UnsafeRawBufferPointer(rebasing: file.bytes[entry.range])
    let bytes = try withExtendedLifetime(file) {
      guard entry.deflated else { return Array(packed) }
      let stream = try InflateStream(packed, .none, name: what)
      let bytes = try stream.exactly(entry.size)
      try require(try stream.isAtEnd(), "\(what) holds more than the archive's directory says")
      return bytes
    }
    let sum = bytes.withUnsafeBufferPointer { crc32_z(0, $0.baseAddress, $0.count) }
    try require(
      UInt32(truncatingIfNeeded: sum) == entry.checksum, "\(what) is damaged: wrong checksum")
    return bytes
  }

  /// The first bytes of `entry`, at most `count`.
  func start(of entry: Entry, _ count: Int) throws -> [UInt8] {
    let packed = UnsafeRawBufferPointer(rebasing: file.bytes[entry.range])
    return try withExtendedLifetime(file) {
      guard entry.deflated else { return Array(packed.prefix(count)) }
      let stream = try InflateStream(packed, .none, name: "\(entry.name) in \(name)")
      return try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
        filled = try stream.read(into: UnsafeMutableRawBufferPointer(buffer))
      }
    }
  }
}

/// The directory at the end of an archive, every number of which may lie.
private struct Directory {
  let bytes: UnsafeRawBufferPointer
  let name: String

  init(_ bytes: UnsafeRawBufferPointer, _ name: String) {
    self.bytes = bytes
    self.name = name
  }

  func entries() throws -> [Zip.Entry] {
    var (position, count) = try place()
    var entries: [Zip.Entry] = []
    while entries.count < count {
      guard try number(position, UInt32.self) == 0x0201_4b50 else { throw damaged }
      let (entry, next) = try entry(position)
      if let entry { entries.append(entry) } else { count -= 1 }
      position = next
    }
    return entries
  }

  private var damaged: UserError {
    UserError("\(name) is damaged: its zip directory cannot be read")
  }

  private func number<T: FixedWidthInteger>(_ position: Int, _: T.Type) throws -> Int {
    guard position >= 0, position <= bytes.count - MemoryLayout<T>.size,
      let value = Int(
        exactly: T(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: T.self)))
    else { throw damaged }
    return value
  }

  /// Where the directory starts, and how many entries it claims.
  private func place() throws -> (Int, Int) {
    try require(bytes.count >= 22, "\(name) is not a zip archive: it is too short")
    var end = bytes.count - 22
    let last = max(0, end - 65535)
    while end >= last, try number(end, UInt32.self) != 0x0605_4b50 { end -= 1 }
    try require(end >= last, "\(name) is not a zip archive, or its end is cut off")
    var count = try number(end + 10, UInt16.self)
    var start = try number(end + 16, UInt32.self)
    if start == 0xffff_ffff || count == 0xffff, end >= 20,
      try number(end - 20, UInt32.self) == 0x0706_4b50
    {
      let wide = try number(end - 20 + 8, UInt64.self)
      count = try number(wide <= bytes.count ? wide + 32 : -1, UInt64.self)
      start = try number(wide + 48, UInt64.self)
    }
    guard start <= bytes.count, count <= (bytes.count - start) / 46 else { throw damaged }
    return (start, count)
  }

  /// The entry at `position`, nothing for a folder, and where the next one starts.
  private func entry(_ position: Int) throws -> (Zip.Entry?, Int) {
    let flags = try number(position + 8, UInt16.self),
      method = try number(position + 10, UInt16.self)
    let checksum = try number(position + 16, UInt32.self)
    var packed = try number(position + 20, UInt32.self),
      size = try number(position + 24, UInt32.self)
    let nameLength = try number(position + 28, UInt16.self)
    let extraLength = try number(position + 30, UInt16.self)
    let next = position + 46 + nameLength + extraLength + (try number(position + 32, UInt16.self))
    var local = try number(position + 42, UInt32.self)
    guard next <= bytes.count else { throw damaged }
    let title = String(decoding: bytes[position + 46..<position + 46 + nameLength], as: UTF8.self)
    var extra = position + 46 + nameLength
    let extraEnd = extra + extraLength
    while extra + 4 <= extraEnd {
      let kind = try number(extra, UInt16.self), length = try number(extra + 2, UInt16.self)
      if kind == 1 {
        var field = extra + 4
        for place in [\Wide.size, \.packed, \.local] {
          var wide = Wide(size: size, packed: packed, local: local)
          guard wide[keyPath: place] == 0xffff_ffff, field + 8 <= extra + 4 + length else {
            continue
          }
          wide[keyPath: place] = try number(field, UInt64.self)
          (size, packed, local) = (wide.size, wide.packed, wide.local)
          field += 8
        }
      }
      extra += 4 + length
    }
    if title.hasSuffix("/") { return (nil, next) }
    try require(flags & 1 == 0, "\(title) in \(name) is encrypted")
    try require(
      method == 0 || method == 8, "\(title) in \(name) is packed by a method other than deflate")
    let range = try data(at: local, packed)
    try require(
      method == 8 || size == packed, "\(title) in \(name) is damaged: two sizes for one file")
    return (
      Zip.Entry(
        name: title, deflated: method == 8, checksum: UInt32(checksum), size: size, range: range),
      next
    )
  }

  private struct Wide {
    var size: Int
    var packed: Int
    var local: Int
  }

  private func data(at local: Int, _ packed: Int) throws -> Range<Int> {
    guard local <= bytes.count, try number(local, UInt32.self) == 0x0403_4b50 else { throw damaged }
    let start =
      local + 30 + (try number(local + 26, UInt16.self)) + (try number(local + 28, UInt16.self))
    guard start <= bytes.count, packed <= bytes.count - start else { throw damaged }
    return start..<start + packed
  }
}
