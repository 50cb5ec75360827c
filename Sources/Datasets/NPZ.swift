import Files
import Foundation

/// NumPy's archives of named arrays: zip files of `.npy` files.
struct NPZ: Sendable {
  private let zip: Zip
  /// The names of the arrays.
  var names: [String] { entries.keys.sorted() }
  private let entries: [String: Zip.Entry]
  private var name: String { lastPart(zip.file.path) }

  init(_ file: MappedFile) throws {
    zip = try Zip(file)
    entries = Dictionary(
      zip.entries.filter { $0.name.hasSuffix(".npy") }.map { (String($0.name.dropLast(4)), $0) },
      uniquingKeysWith: { first, _ in first })
    try require(!entries.isEmpty, "\(name) holds no NumPy arrays")
  }

  /// The first of `candidates` that is here.
  func first(_ candidates: [String]) -> String? { candidates.first { entries[$0] != nil } }

  /// The header of the array called `key`.
  func header(_ key: String) throws -> NPY.Header {
    let entry = try entry(key)
    let start = try zip.start(of: entry, min(entry.size, 1 << 16))
    return try start.withUnsafeBytes { try NPY.header($0, "\(key) in \(name)") }
  }

  /// The array called `key`: mapped where it is stored, in memory where it is deflated.
  func array(_ key: String) throws -> NPY.Array {
    let entry = try entry(key), title = "\(key) in \(name)"
    try checkSize(key, entry, title)
    guard entry.deflated else {
      return try NPY.array(
        .mapped(zip.file), from: entry.range.lowerBound, count: entry.range.count, title)
    }
    return try NPY.array(.owned(zip.contents(of: entry)), from: 0, count: entry.size, title)
  }

  /// The text array called `key`; nothing where it holds numbers.
  func strings(_ key: String) throws -> [String]? {
    let entry = try entry(key), title = "\(key) in \(name)"
    let header = try header(key)
    guard case .text(let length, let wide, let swapped) = header.kind else { return nil }
    try checkSize(key, entry, title)
    let bytes = try zip.contents(of: entry)
    let width = header.elementWidth
    let count = width == 0 ? 0 : (bytes.count - header.offset) / width
    return bytes.withUnsafeBytes { all in
      (0..<count).map { item in
        let start = header.offset + item * width
        guard wide else {
          return String(decoding: all[start..<start + width].prefix { $0 != 0 }, as: UTF8.self)
        }
        var text = String.UnicodeScalarView()
        for i in 0..<length {
          let bits = all.loadUnaligned(fromByteOffset: start + 4 * i, as: UInt32.self)
          guard bits != 0, let scalar = Unicode.Scalar(swapped ? bits.byteSwapped : bits) else {
            break
          }
          text.append(scalar)
        }
        return String(text)
      }
    }
  }

  /// The directory and the array's own header must promise the same size, before memory is taken.
  private func checkSize(_ key: String, _ entry: Zip.Entry, _ title: String) throws {
    let header = try header(key)
    let promised = try NPY.payload(header, title)
    try require(
      entry.size - header.offset == promised,
      "\(title) holds \(entry.size - header.offset) bytes of data, but its header promises \(promised)"
    )
  }

  private func entry(_ key: String) throws -> Zip.Entry {
    guard let entry = entries[key] else {
      throw UserError(
        "\(name) holds no array called \(key); it has \(names.joined(separator: ", "))")
    }
    return entry
  }
}
