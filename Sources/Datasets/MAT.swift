import Files
import Foundation

/// The matrix format of MATLAB 5: tagged elements, most of them compressed.
enum MAT {
  /// A matrix of numbers with its columns one after another.
  struct Matrix {
    let name: String
    let rows: Int
    let columns: Int
    let element: Element
    let bytes: [UInt8]
  }

  /// A matrix stored without its zeros.
  struct Sparse {
    let name: String
    let rows: SparseStore
  }

  /// The matrices of numbers in a file.
  static func read(_ bytes: UnsafeRawBufferPointer, _ name: String) throws -> [Matrix] {
    try each(bytes, name) { try matrix($0, name) }
  }

  /// The matrices of numbers in a file that are stored without their zeros.
  static func sparse(_ bytes: UnsafeRawBufferPointer, _ name: String) throws -> [Sparse] {
    try each(bytes, name) { try sparse($0, name) }
  }

  /// What `read` makes of each matrix in a file.
  private static func each<R>(
    _ bytes: UnsafeRawBufferPointer, _ name: String,
    _ read: (UnsafeRawBufferPointer) throws -> R?
  ) throws -> [R] {
    try require(
      bytes.count > 128 && bytes.starts(with: Array("MATLAB 5.0".utf8)) && bytes[126] == 0x49,
      "\(name) is not a little-endian MATLAB 5 file")
    var found: [R] = []
    var rest = Elements(bytes: UnsafeRawBufferPointer(rebasing: bytes[128...]), name: name)
    while let (kind, data) = try rest.next() {
      if kind == 15 {
        let inner = try InflateStream(data, .zlib, name: name).rest(limit: 1 << 32)
        try inner.withUnsafeBytes { inner in
          var elements = Elements(bytes: inner, name: name)
          guard let (kind, data) = try elements.next(), kind == 14 else { return }
          if let matrix = try read(data) { found.append(matrix) }
        }
      } else if kind == 14, let matrix = try read(data) {
        found.append(matrix)
      }
    }
    return found
  }

  private static func matrix(_ data: UnsafeRawBufferPointer, _ name: String) throws -> Matrix? {
    var parts = Elements(bytes: data, name: name)
    // Of classes and kinds only real numbers in full are read: complex ones have a second part.
    guard let (_, flags) = try parts.next(), flags.count >= 4, (6...13).contains(flags[0]),
      flags[1] & 8 == 0,
      let (_, sizes) = try parts.next(), sizes.count == 8, let (_, title) = try parts.next(),
      let (kind, values) = try parts.next()
    else { return nil }
    guard let element = types[kind] else { return nil }
    let rows = Int(sizes.loadUnaligned(as: Int32.self))
    let columns = Int(sizes.loadUnaligned(fromByteOffset: 4, as: Int32.self))
    try require(
      product([rows, columns, element.width]) == values.count,
      "\(name) is damaged: a matrix of \(rows)x\(columns) does not have \(values.count) bytes")
    return Matrix(
      name: String(decoding: title, as: UTF8.self), rows: rows, columns: columns, element: element,
      bytes: Array(values))
  }

  /// Class 5: the row of each number, where each column starts, the numbers.
  private static func sparse(_ data: UnsafeRawBufferPointer, _ name: String) throws -> Sparse? {
    var parts = Elements(bytes: data, name: name)
    guard let (_, flags) = try parts.next(), flags.count >= 4, flags[0] == 5, flags[1] & 8 == 0,
      let (_, sizes) = try parts.next(), sizes.count == 8, let (_, title) = try parts.next(),
      let (_, rowBytes) = try parts.next(), let (_, startBytes) = try parts.next(),
      let (kind, values) = try parts.next(), let element = types[kind]
    else { return nil }
    let rows = Int(sizes.loadUnaligned(as: Int32.self))
    let starts =
      Element.int32.integers(startBytes, count: startBytes.count / 4, swapped: false) ?? []
    let columns = Int(sizes.loadUnaligned(fromByteOffset: 4, as: Int32.self))
    // MATLAB may reserve room for more numbers than there are.
    let count = starts.last ?? 0
    guard rows > 0, columns > 0, starts.count == columns + 1,
      (0...min(rowBytes.count / 4, values.count / element.width)).contains(count),
      let places = Element.int32.integers(rowBytes, count: count, swapped: false)
    else { throw UserError("\(name) is damaged: the parts of a sparse matrix do not fit together") }
    var numbers = [Float](repeating: 0, count: count)
    numbers.withUnsafeMutableBufferPointer { element.decode(values, swapped: false, to: $0) }
    return Sparse(
      name: String(decoding: title, as: UTF8.self),
      rows: try SparseStore(
        columnStarts: starts, rows: places, values: numbers, height: rows, name))
  }

  private static let types: [Int: Element] = [
    1: .int8, 2: .uint8, 3: .int16, 4: .uint16, 5: .int32, 6: .uint32, 7: .float32, 9: .float64,
  ]

  /// Tagged elements, one after another.
  private struct Elements {
    let bytes: UnsafeRawBufferPointer
    let name: String
    private var position = 0

    init(bytes: UnsafeRawBufferPointer, name: String) {
      self.bytes = bytes
      self.name = name
    }

    mutating func next() throws -> (kind: Int, data: UnsafeRawBufferPointer)? {
      guard position + 8 <= bytes.count else { return nil }
      let tag = bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self)
      let isSmall = tag >> 16 != 0
      let kind = Int(isSmall ? tag & 0xffff : tag)
      let length =
        isSmall
        ? Int(tag >> 16)
        : Int(bytes.loadUnaligned(fromByteOffset: position + 4, as: UInt32.self))
      let start = position + (isSmall ? 4 : 8)
      try require(
        length <= bytes.count - start && !(isSmall && length > 4),
        "\(name) is damaged: a part of it claims more bytes than there are")
      // Parts are padded to eight bytes, except compressed ones.
      position = isSmall ? position + 8 : start + (kind == 15 ? length : (length + 7) / 8 * 8)
      return (kind, UnsafeRawBufferPointer(rebasing: bytes[start..<start + length]))
    }
  }
}

extension Opened {
  /// The largest matrix of a MATLAB file; square columns of bytes are pictures, as in the Olivetti set.
  static func matrix(_ path: String, name: String) throws -> Opened {
    let file = try MappedFile(path)
    var fingerprint = Fingerprint(), notes: [String] = []
    fingerprint.add(file.bytes, named: lastPart(path))
    let matrices = try withExtendedLifetime(file) { try MAT.read(file.bytes, lastPart(path)) }
    if matrices.isEmpty, let graph = try graph(path, name: name) { return graph }
    guard let matrix = matrices.max(by: { $0.bytes.count < $1.bytes.count }), !matrix.bytes.isEmpty
    else { throw UserError("\(lastPart(path)) holds no matrix of numbers") }
    let side = Int(Double(matrix.rows).squareRoot().rounded())
    var array = NPY.Array(
      bytes: .owned(matrix.bytes), offset: 0, shape: [matrix.rows, matrix.columns],
      element: matrix.element, swapped: false)
    if matrix.element == .uint8, side * side == matrix.rows, side >= 8 {
      // One picture a column, itself stored column by column.
      array.shape = [matrix.columns, side, side]
      array = try array.picturesTurned()
      notes.append("each column of \(matrix.name) taken as a picture of \(side)x\(side)")
    } else {
      array = try array.rowsFirst(name)
    }
    var reading = try Reading(array, name: lastPart(path), notes: &notes)
    if name == "olivetti", matrix.columns == 400 {
      reading.labels = (0..<400).map { $0 / 10 }
      reading.classes = (1...40).map { "person \($0)" }
    }
    return Opened(name: name, train: reading, fingerprint: fingerprint.hex(), notes: notes)
  }
}

extension NPY.Array {
  /// Pictures whose columns lie one after another, with their rows so.
  fileprivate func picturesTurned() throws -> NPY.Array {
    let height = shape[1], width = shape[2]
    var array = self
    array.bytes = bytes.withUnsafeBytes { all in
      var turned = [UInt8](repeating: 0, count: count)
      for n in 0..<shape[0] {
        for y in 0..<height {
          for x in 0..<width {
            turned[(n * height + y) * width + x] = all[(n * width + x) * height + y]
          }
        }
      }
      return .owned(turned)
    }
    return array
  }
}
