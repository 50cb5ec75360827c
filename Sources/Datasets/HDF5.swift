import Files

/// A file of the Hierarchical Data Format 5, as far as tables of cells use it.
///
/// Read without the library of that name, which trusts what a file says about itself: of files
/// with a few bytes changed, one in a hundred ended the process.
struct HDF5 {
  let file: MappedFile
  let name: String
  /// Where the root group's header lies.
  let root: Int
  private var bytes: UnsafeRawBufferPointer { file.bytes }

  /// Opens the file at `path`.
  init(_ path: String) throws {
    file = try MappedFile(path)
    name = lastPart(path)
    let bytes = file.bytes
    try require(
      bytes.count > 96 && bytes.starts(with: [0x89] + Array("HDF\r\n\u{1a}\n".utf8)),
      "\(name) is not an HDF5 file")
    let version = bytes[8], isOld = version < 2
    try require(version <= 3, "\(name) is of a version of HDF5 that cannot be read")
    let widths = isOld ? bytes[13...14] : bytes[9...10]
    try require(
      widths.allSatisfy { $0 == 8 }, "\(name) has addresses that are not of 8 bytes")
    func address(_ place: Int) -> Int {
      Int(truncatingIfNeeded: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
    }
    let end = address(isOld ? (version == 0 ? 40 : 44) : 28)
    try require(
      (0...bytes.count).contains(end),
      "\(name) is cut off: it has \(bytes.count) of its \(UInt64(bitPattern: Int64(end))) bytes")
    root = address(isOld ? (version == 0 ? 64 : 68) : 36)
  }

  /// What is wrong with a file that contradicts itself.
  func damage(_ what: String) -> UserError { UserError("\(name) is damaged: \(what)") }

  /// The bytes from `start` on, `count` of them.
  func part(_ start: Int, _ count: Int, _ what: String) throws -> UnsafeRawBufferPointer {
    guard start >= 0, count >= 0, start <= bytes.count, count <= bytes.count - start else {
      throw damage("\(what) lies outside the file")
    }
    return UnsafeRawBufferPointer(rebasing: bytes[start..<start + count])
  }

  /// A cursor over the bytes from `start` on, `count` of them or all that are left.
  func cursor(_ start: Int, _ count: Int? = nil, _ what: String) throws -> Cursor {
    let count = count ?? max(0, bytes.count - max(0, start))
    return Cursor(bytes: try part(start, count, what), start: start, what: what, file: name)
  }

  /// Reads numbers one after another.
  struct Cursor {
    let bytes: UnsafeRawBufferPointer
    /// Where in the file the bytes start.
    let start: Int
    let what: String
    let file: String
    private(set) var position = 0
    var left: Int { bytes.count - position }

    init(bytes: UnsafeRawBufferPointer, start: Int, what: String, file: String) {
      (self.bytes, self.start, self.what, self.file) = (bytes, start, what, file)
    }

    /// The next bytes.
    mutating func take(_ count: Int) throws -> UnsafeRawBufferPointer {
      guard count >= 0, count <= left else {
        throw UserError("\(file) is damaged: \(what) is cut off")
      }
      defer { position += count }
      return UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
    }

    mutating func skip(_ count: Int) throws { _ = try take(count) }

    /// Goes on at a multiple of eight bytes from the start.
    mutating func align() { position = min(bytes.count, (position + 7) / 8 * 8) }

    /// The next number, of 1 to 8 bytes; what does not fit is as wrong as any large number.
    mutating func number(_ width: Int) throws -> Int {
      var value: UInt64 = 0
      for (i, byte) in try take(width).enumerated() where i < 8 { value |= UInt64(byte) << (8 * i) }
      return Int(exactly: value) ?? Int.max
    }

    /// An address; nothing where it says that there is none.
    mutating func address() throws -> Int? {
      let value = try number(8)
      return value == Int.max ? nil : value
    }

    mutating func expect(_ signature: String) throws {
      try require(
        try take(signature.utf8.count).elementsEqual(signature.utf8),
        "\(file) is damaged: \(what) does not start with \(signature)")
    }

    /// Text up to a zero, or to the end.
    mutating func text() throws -> String {
      let rest = bytes[position...]
      let end = rest.firstIndex(of: 0) ?? bytes.count
      position = min(bytes.count, end + 1)
      return String(decoding: rest[..<end], as: UTF8.self)
    }
  }
}

/// A group or a dataset: the messages in its header.
struct HDF5Object {
  /// One fact in a header.
  struct Message {
    let kind: Int
    let data: HDF5.Cursor
    /// Whether the fact itself is kept in some other place.
    let isShared: Bool
  }

  let file: HDF5
  let name: String
  private(set) var messages: [Message] = []

  /// The object whose header lies at `address`; `name` is for messages to people.
  init(_ file: HDF5, at address: Int, name: String) throws {
    (self.file, self.name) = (file, name)
    let what = "the header of \(name)"
    let start = try file.part(address, 16, what)
    var blocks: [HDF5.Cursor] = []
    let isNew = start.starts(with: "OHDR".utf8)
    var hasOrder = false
    if isNew {
      var head = try file.cursor(address, nil, what)
      try head.skip(5)
      let flags = try head.number(1)
      hasOrder = flags & 4 != 0
      try head.skip((flags & 0x20 != 0 ? 16 : 0) + (flags & 0x10 != 0 ? 4 : 0))
      let size = try head.number(1 << (flags & 3))
      blocks.append(try file.cursor(address + head.position, size, what))
    } else {
      try require(
        start[0] == 1, "\(file.name) is damaged: \(name) has no header where one should be")
      let size = Int(start.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
      blocks.append(try file.cursor(address + 16, size, what))
    }
    // Continuations may lead in a circle, or to the same place again and again.
    var budget = file.file.bytes.count
    while let block = blocks.popLast() {
      budget -= max(16, block.bytes.count)
      try require(budget >= 0, "\(file.name) is damaged: \(what) never ends")
      try read(block, isNew: isNew, hasOrder: hasOrder, &blocks)
    }
  }

  private mutating func read(
    _ block: HDF5.Cursor, isNew: Bool, hasOrder: Bool, _ blocks: inout [HDF5.Cursor]
  ) throws {
    var block = block
    while block.left >= (isNew ? (hasOrder ? 6 : 4) : 8) {
      let kind = try block.number(isNew ? 1 : 2)
      let size = try block.number(2)
      let flags = try block.number(1)
      try block.skip(isNew ? (hasOrder ? 2 : 0) : 3)
      let start = block.start + block.position
      let data = HDF5.Cursor(
        bytes: try block.take(size), start: start, what: "the header of \(name)", file: file.name)
      if kind == 0x10 {
        var data = data
        var (place, count) = (try data.number(8), try data.number(8))
        if isNew {
          // A signature before the messages, and a checksum after them.
          (place, count) = (place < Int.max - 4 ? place + 4 : place, count - 8)
        }
        blocks.append(try file.cursor(place, count, "the header of \(name)"))
      } else {
        messages.append(Message(kind: kind, data: data, isShared: flags & 2 != 0))
      }
    }
  }

  /// The first message of a kind.
  func message(_ kind: Int) throws -> HDF5.Cursor? {
    guard let found = messages.first(where: { $0.kind == kind }) else { return nil }
    try require(
      !found.isShared, "\(file.name): \(name) shares its type with others, which cannot be read")
    return found.data
  }

  /// Whether this is a dataset, not a group.
  var isDataset: Bool { messages.contains { $0.kind == 8 } }
}
