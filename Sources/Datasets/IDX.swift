import Files
import Foundation

/// The IDX format of MNIST: a type, sizes, then numbers with their high byte first.
enum IDX {
  /// An array as the file holds it.
  struct Array: Sendable {
    let bytes: Bytes
    let offset: Int
    /// All sizes; the first counts the examples.
    let shape: [Int]
    let element: Element
  }

  /// Reads the file at `path`, plain (mapped) or gzip (into memory).
  static func read(_ path: String, _ fingerprint: inout Fingerprint) throws -> Array {
    let file = try MappedFile(path)
    fingerprint.add(file.bytes, named: lastPart(path))
    return try read(file)
  }

  static func read(_ file: MappedFile) throws -> Array {
    let name = lastPart(file.path)
    guard isGzip(file.bytes) else { return try plain(file, name) }
    return try withExtendedLifetime(file) {
      let stream = try InflateStream(file.bytes, .gzip, name: name)
      let (element, rank) = try parseMagic(stream.exactly(4), name)
      let shape = try stream.exactly(4 * rank).withUnsafeBytes { sizes($0, rank) }
      let length = try payload(shape, element, name)
      let bytes = try stream.exactly(length)
      try require(try stream.isAtEnd(), "\(name) holds more than its header says")
      return Array(bytes: .owned(bytes), offset: 0, shape: shape, element: element)
    }
  }

  private static func plain(_ file: MappedFile, _ name: String) throws -> Array {
    let bytes = file.bytes
    try require(bytes.count >= 4, "\(name) is not an IDX file: it is shorter than a header")
    let (element, rank) = try parseMagic(Swift.Array(bytes.prefix(4)), name)
    let offset = 4 + 4 * rank
    try require(bytes.count >= offset, "\(name) ends inside its header")
    let shape = sizes(UnsafeRawBufferPointer(rebasing: bytes[4...]), rank)
    let length = try payload(shape, element, name)
    try require(
      bytes.count - offset == length,
      "\(name) holds \(bytes.count - offset) bytes of data, but its header promises \(length)")
    return Array(bytes: .mapped(file), offset: offset, shape: shape, element: element)
  }

  private static func parseMagic(_ magic: [UInt8], _ name: String) throws -> (Element, Int) {
    let types: [UInt8: Element] = [
      0x08: .uint8, 0x09: .int8, 0x0b: .int16, 0x0c: .int32, 0x0d: .float32, 0x0e: .float64,
    ]
    guard magic[0] == 0, magic[1] == 0, let element = types[magic[2]] else {
      throw UserError(
        "\(name) is not an IDX file: it starts with \(magic), not 0, 0, a type, a rank")
    }
    let rank = Int(magic[3])
    try require(
      (1...8).contains(rank), "\(name) is not an IDX file: a rank of \(rank) is not 1 to 8")
    return (element, rank)
  }

  private static func sizes(_ bytes: UnsafeRawBufferPointer, _ rank: Int) -> [Int] {
    (0..<rank).map {
      Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
    }
  }

  private static func payload(_ shape: [Int], _ element: Element, _ name: String) throws -> Int {
    guard let length = product(shape + [element.width]) else {
      throw UserError("\(name) is damaged: its header promises \(written(shape)) numbers")
    }
    return length
  }

  /// The labels file that belongs to an images file by the names of MNIST, where there is one.
  static func labelsPath(for path: String) -> String? {
    let name = lastPart(path)
    guard name.contains("images") else { return nil }
    let sibling = name.replacingOccurrences(of: "images", with: "labels")
      .replacingOccurrences(of: "idx3", with: "idx1")
    let folder = parentFolder(of: path)
    let plain = sibling.hasSuffix(".gz") ? String(sibling.dropLast(3)) : sibling
    return [sibling, plain, plain + ".gz"]
      .map { (folder as NSString).appendingPathComponent($0) }
      .first { FileManager.default.fileExists(atPath: $0) }
  }
}

/// The name of a file without its folders, for messages.
func lastPart(_ path: String) -> String { (path as NSString).lastPathComponent }
