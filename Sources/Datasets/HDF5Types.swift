import Files

/// What one element of a dataset or an attribute is.
struct HDF5Type {
  /// The kinds that tables of cells are made of.
  indirect enum Kind: Sendable {
    case number(Element, swapped: Bool)
    /// Text of a fixed length, filled up with zeros or spaces.
    case text(Int)
    /// Text that lies in a heap.
    case longText
    /// The address of another object.
    case reference
    case record([Member])
    case other
  }

  /// A column of a dataset of records.
  struct Member: Sendable {
    let name: String
    let offset: Int
    let kind: Kind
  }

  let size: Int
  private(set) var kind: Kind

  /// Reads a type, and leaves the cursor after it.
  init(_ data: inout HDF5.Cursor, depth: Int = 0) throws {
    try require(depth < 8, "\(data.file) is damaged: \(data.what) has a type without end")
    let first = try data.number(1)
    let (form, version) = (first & 15, first >> 4)
    let bits = try data.number(3)
    size = try data.number(4)
    kind = .other
    switch form {
    case 0:
      try data.skip(4)
      kind = Self.whole(size, signed: bits & 8 != 0, swapped: bits & 1 != 0)
    case 1:
      try data.skip(12)
      let types: [Int: Element] = [2: .float16, 4: .float32, 8: .float64]
      if let element = types[size], bits & 0x40 == 0 {
        kind = .number(element, swapped: bits & 1 != 0)
      }
    case 2: try data.skip(2)
    case 3: kind = .text(size)
    case 4: try data.skip(4)
    case 5:
      try data.skip(bits & 255)
    case 6: kind = .record(try Self.members(&data, bits & 0xffff, version, depth))
    case 7: if bits & 15 == 0, size == 8 { kind = .reference }
    case 8:
      let base = try HDF5Type(&data, depth: depth + 1)
      for _ in 0..<(bits & 0xffff) { _ = try Self.name(&data, version) }
      guard let values = product([bits & 0xffff, base.size]) else { break }
      try data.skip(values)
      if base.size == size { kind = base.kind }
    case 9:
      _ = try HDF5Type(&data, depth: depth + 1)
      if bits & 15 == 1, size == 16 { kind = .longText }
    case 10:
      let rank = try data.number(1)
      try data.skip(version < 3 ? 3 + 8 * rank : 4 * rank)
      _ = try HDF5Type(&data, depth: depth + 1)
    default: throw UserError("\(data.file) is damaged: \(data.what) has a type of no known kind")
    }
  }

  private static func whole(_ size: Int, signed: Bool, swapped: Bool) -> Kind {
    let signedTypes: [Int: Element] = [1: .int8, 2: .int16, 4: .int32, 8: .int64]
    let unsignedTypes: [Int: Element] = [1: .uint8, 2: .uint16, 4: .uint32, 8: .uint64]
    guard let element = (signed ? signedTypes : unsignedTypes)[size] else { return .other }
    return .number(element, swapped: swapped)
  }

  /// A name, in older versions filled up to a multiple of eight bytes.
  private static func name(_ data: inout HDF5.Cursor, _ version: Int) throws -> String {
    let start = data.position
    let name = try data.text()
    if version < 3 {
      let taken = data.position - start
      try data.skip((8 - taken % 8) % 8)
    }
    return name
  }

  private static func members(
    _ data: inout HDF5.Cursor, _ count: Int, _ version: Int, _ depth: Int
  ) throws -> [Member] {
    var members: [Member] = []
    // A record's offsets are as wide as its size needs in version 3.
    let wide = data.position - 4
    for _ in 0..<count {
      let name = try name(&data, version)
      let offset = try data.number(version < 3 ? 4 : Self.offsetWidth(data, wide))
      if version == 1 { try data.skip(28) }
      let type = try HDF5Type(&data, depth: depth + 1)
      members.append(Member(name: name, offset: offset, kind: type.kind))
    }
    return members
  }

  private static func offsetWidth(_ data: HDF5.Cursor, _ at: Int) -> Int {
    let size = data.bytes.loadUnaligned(fromByteOffset: at, as: UInt32.self)
    return max(1, (32 - size.leadingZeroBitCount + 7) / 8)
  }
}

/// Elements of one type in memory or in the file, `stride` bytes apart.
struct HDF5Values {
  let file: HDF5
  let name: String
  let type: HDF5Type.Kind
  let count: Int
  let bytes: Bytes
  var offset = 0
  let stride: Int

  /// One column of records; nothing where these have none of that name.
  func member(_ wanted: String) -> HDF5Values? {
    guard case .record(let members) = type, let member = members.first(where: { $0.name == wanted })
    else { return nil }
    let width =
      switch member.kind {
      case .number(let element, _): element.width
      case .text(let width): width
      case .longText: 16
      case .reference: 8
      case .record, .other: 0
      }
    guard width > 0, member.offset <= stride - width else { return nil }
    return HDF5Values(
      file: file, name: "\(wanted) of \(name)", type: member.kind, count: count, bytes: bytes,
      offset: offset + member.offset, stride: stride)
  }

  /// The elements one after another.
  private func packed(_ width: Int) -> [UInt8] {
    bytes.withUnsafeBytes { all in
      var packed: [UInt8] = []
      packed.reserveCapacity(count * width)
      for i in 0..<count {
        let start = offset + i * stride
        packed += all[start..<start + width]
      }
      return packed
    }
  }

  /// The elements as whole numbers; nothing where they are none.
  func integers() -> [Int]? {
    guard case .number(let element, let swapped) = type else { return nil }
    return packed(element.width).withUnsafeBytes {
      element.integers($0, count: count, swapped: swapped)
    }
  }

  /// The elements in single precision; nothing where they are no numbers.
  func floats() -> [Float]? {
    guard case .number(let element, let swapped) = type else { return nil }
    var floats = [Float](repeating: 0, count: count)
    packed(element.width).withUnsafeBytes { raw in
      floats.withUnsafeMutableBufferPointer { element.decode(raw, swapped: swapped, to: $0) }
    }
    return floats
  }

  /// The address that a reference holds.
  func address() -> Int? {
    guard case .reference = type, count == 1 else { return nil }
    return packed(8).withUnsafeBytes { Int(exactly: $0.loadUnaligned(as: UInt64.self)) }
  }

  /// The elements as text; nothing where they are none.
  func texts() throws -> [String]? {
    switch type {
    case .text(let width):
      let packed = packed(width)
      return (0..<count).map { i in
        let text = packed[i * width..<(i + 1) * width].prefix { $0 != 0 }
        let end = text.lastIndex { $0 != 32 }.map { $0 + 1 } ?? text.startIndex
        return String(decoding: text[..<end], as: UTF8.self)
      }
    case .longText:
      var heap = HDF5Heap(file: file, name: name), texts: [String] = []
      var packed = HDF5.Cursor(
        bytes: UnsafeRawBufferPointer(start: nil, count: 0), start: 0, what: name, file: file.name)
      let raw = self.packed(16)
      try raw.withUnsafeBytes { all in
        packed = HDF5.Cursor(bytes: all, start: 0, what: name, file: file.name)
        for _ in 0..<count {
          let length = try packed.number(4)
          let address = try packed.number(8)
          texts.append(try heap.text(address, try packed.number(4), length))
        }
      }
      return texts
    default: return nil
    }
  }
}

/// The collections in which texts of any length lie.
struct HDF5Heap {
  /// The longest text that is read.
  private static let longest = 1024

  let file: HDF5
  let name: String
  private var collections: [Int: [Int: Range<Int>]] = [:]
  private var budget: Int

  init(file: HDF5, name: String) {
    (self.file, self.name) = (file, name)
    budget = file.file.bytes.count
  }

  /// The text that is object `index` of the collection at `address`.
  mutating func text(_ address: Int, _ index: Int, _ length: Int) throws -> String {
    if length == 0 { return "" }
    try require(
      length <= Self.longest, "\(file.name): \(name) holds a text of \(length) bytes, too long")
    if collections[address] == nil { collections[address] = try collection(address) }
    guard let range = collections[address]?[index], range.count >= length else {
      throw file.damage("\(name) holds a text that is not there")
    }
    let bytes = try file.part(range.lowerBound, length, name)
    return String(decoding: bytes, as: UTF8.self)
  }

  private mutating func collection(_ address: Int) throws -> [Int: Range<Int>] {
    var head = try file.cursor(address, 16, "a text of \(name)")
    try head.expect("GCOL")
    try head.skip(4)
    let size = try head.number(8)
    // Collections do not overlap in a good file, and would take long to read where they do.
    try require(size <= budget, "\(file.name) is damaged: the texts of \(name) overlap")
    budget -= size
    var rest = try file.cursor(address, size, "a text of \(name)")
    try rest.skip(16)
    var objects: [Int: Range<Int>] = [:]
    while rest.left >= 16 {
      let index = try rest.number(2)
      try rest.skip(6)
      let length = try rest.number(8)
      if index == 0 { break }
      let start = rest.start + rest.position
      try rest.skip(length)
      rest.align()
      objects[index] = start..<start + length
    }
    return objects
  }
}
