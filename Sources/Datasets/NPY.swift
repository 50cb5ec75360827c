import Files
import Foundation

/// The array format of NumPy: a header in Python's notation, then the numbers.
public enum NPY {
  /// What a header says.
  struct Header: Equatable {
    enum Kind: Equatable {
      case numbers(Element, swapped: Bool)
      /// Text of this many characters, in UTF-32 (`U`) or bytes (`S`).
      case text(length: Int, wide: Bool, swapped: Bool)
    }
    var kind: Kind
    var columnsFirst: Bool
    var shape: [Int]
    /// Where the numbers start.
    var offset: Int

    var elementWidth: Int {
      switch kind {
      case .numbers(let element, _): element.width
      case .text(let length, let wide, _): wide ? length * 4 : length
      }
    }
  }

  /// Reads the header that `bytes` start with.
  static func header(_ bytes: UnsafeRawBufferPointer, _ name: String) throws -> Header {
    let magic: [UInt8] = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]
    try require(
      bytes.count >= 10 && bytes.prefix(6).elementsEqual(magic), "\(name) is not a NumPy array")
    let major = bytes[6]
    try require((1...3).contains(major), "\(name) has NumPy format \(major); 1 to 3 can be read")
    let start = major == 1 ? 10 : 12
    try require(bytes.count >= start, "\(name) ends inside its header")
    let length =
      major == 1
      ? Int(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt16.self)))
      : Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self)))
    try require(
      length <= 1 << 20 && bytes.count - start >= length, "\(name) ends inside its header")
    let text = String(decoding: bytes[start..<start + length], as: UTF8.self)
    return try parse(text, offset: start + length, name)
  }

  private static func parse(_ text: String, offset: Int, _ name: String) throws -> Header {
    func value(_ key: String) -> Substring? {
      for quote in ["'", "\""] {
        guard let range = text.range(of: quote + key + quote) else { continue }
        let rest = text[range.upperBound...].drop { $0 == " " }
        if rest.first == ":" { return rest.dropFirst().drop { $0 == " " } }
      }
      return nil
    }
    guard let type = value("descr"), let order = value("fortran_order"), let sizes = value("shape"),
      let open = sizes.first, open == "(", let close = sizes.firstIndex(of: ")")
    else { throw UserError("\(name) is damaged: its NumPy header cannot be read") }
    let items = sizes[sizes.index(after: sizes.startIndex)..<close].split(separator: ",")
      .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    let shape = items.compactMap { Int($0) }
    try require(
      shape.count == items.count && shape.count <= 16 && shape.allSatisfy { $0 >= 0 },
      "\(name) is damaged: its NumPy header has the shape (\(items.joined(separator: ", ").prefix(80)))"
    )
    return Header(
      kind: try kind(type, name), columnsFirst: order.hasPrefix("True"), shape: shape,
      offset: offset)
  }

  private static func kind(_ text: Substring, _ name: String) throws -> Header.Kind {
    guard let quote = text.first, quote == "'" || quote == "\"" else {
      throw UserError("\(name) holds records with named fields; only arrays of numbers can be read")
    }
    let type = text.dropFirst().prefix { $0 != quote }
    let order = type.first.map { "<>|=".contains($0) ? $0 : "=" } ?? "="
    let code = type.drop { "<>|=".contains($0) }
    let swapped = order == ">"
    if let first = code.first, first == "U" || first == "S", let length = Int(code.dropFirst()),
      (0...1 << 20).contains(length)
    {
      return .text(length: length, wide: first == "U", swapped: swapped)
    }
    let elements: [String: Element] = [
      "u1": .uint8, "i1": .int8, "u2": .uint16, "i2": .int16, "u4": .uint32, "i4": .int32,
      "u8": .uint64, "i8": .int64, "b1": .bool, "f2": .float16, "f4": .float32, "f8": .float64,
    ]
    guard let element = elements[String(code)] else {
      throw UserError("\(name) holds numbers of type \(type.prefix(20)), which cannot be read")
    }
    return .numbers(element, swapped: swapped && element.width > 1)
  }

  /// An array with its numbers in place, in memory or mapped.
  struct Array: Sendable {
    var bytes: Bytes
    var offset: Int
    var shape: [Int]
    var element: Element
    var swapped: Bool

    var count: Int { shape.reduce(1, *) }

    /// The numbers as whole numbers, where they are.
    func integers() -> [Int]? {
      bytes.withUnsafeBytes {
        element.integers(
          .init(rebasing: $0[offset..<offset + count * element.width]), count: count,
          swapped: swapped)
      }
    }

    /// The numbers in single precision.
    func floats() -> [Float] {
      bytes.withUnsafeBytes { all in
        [Float](unsafeUninitializedCapacity: count) { buffer, filled in
          let raw = UnsafeRawBufferPointer(rebasing: all[offset..<offset + count * element.width])
          element.decode(raw, swapped: swapped, to: .init(rebasing: buffer[..<count]))
          filled = count
        }
      }
    }
  }

  /// The size of the numbers that a header promises.
  static func payload(_ header: Header, _ name: String) throws -> Int {
    guard let length = product(header.shape + [header.elementWidth]) else {
      throw UserError("\(name) is damaged: its header promises \(written(header.shape)) numbers")
    }
    return length
  }

  /// The array of numbers that `bytes` hold from `start`, `count` bytes in all.
  static func array(_ bytes: Bytes, from start: Int, count: Int, _ name: String) throws -> Array {
    let header: Header = try bytes.withUnsafeBytes {
      try Self.header(UnsafeRawBufferPointer(rebasing: $0[start..<start + count]), name)
    }
    guard case .numbers(let element, let swapped) = header.kind else {
      throw UserError("\(name) holds text; only arrays of numbers can be read")
    }
    let length = try payload(header, name)
    try require(
      count - header.offset == length,
      "\(name) holds \(count - header.offset) bytes of data, but its header promises \(length)")
    let array = Array(
      bytes: bytes, offset: start + header.offset, shape: header.shape, element: element,
      swapped: swapped)
    return header.columnsFirst && header.shape.count > 1 ? try array.rowsFirst(name) : array
  }

  /// Reads the file at `path`, mapped.
  static func read(_ path: String, _ fingerprint: inout Fingerprint) throws -> Array {
    let file = try MappedFile(path)
    fingerprint.add(file.bytes, named: lastPart(path))
    return try array(.mapped(file), from: 0, count: file.bytes.count, lastPart(path))
  }
}

extension NPY.Array {
  /// The same array with its last axis running fastest; NumPy writes the other order for transposes.
  func rowsFirst(_ name: String) throws -> NPY.Array {
    let width = element.width, total = count * width
    try requireMemory(total, for: name)
    // The stride, in bytes, of each axis of the file: the first axis runs fastest there.
    var strides: [Int] = []
    var step = width
    for size in shape {
      strides.append(step)
      step *= size
    }
    let result = bytes.withUnsafeBytes { all in
      [UInt8](unsafeUninitializedCapacity: total) { out, filled in
        var index = [Int](repeating: 0, count: shape.count)
        var from = offset
        for to in stride(from: 0, to: total, by: width) {
          for byte in 0..<width { out[to + byte] = all[from + byte] }
          for axis in shape.indices.reversed() {
            index[axis] += 1
            from += strides[axis]
            if index[axis] < shape[axis] { break }
            from -= strides[axis] * shape[axis]
            index[axis] = 0
          }
        }
        filled = total
      }
    }
    var array = self
    array.bytes = .owned(result)
    array.offset = 0
    return array
  }
}
