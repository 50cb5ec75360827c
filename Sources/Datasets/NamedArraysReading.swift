import Files
import Foundation

extension NamedArrays {
  /// Adds what the file at `path` holds.
  mutating func open(_ path: String) throws {
    var fingerprint = Fingerprint()
    let name = lastPart(path)
    let stem = String(name.prefix { $0 != "." })
    if name.hasSuffix(".npy") {
      return try add(stem, Self.content(NPY.read(path, &fingerprint), name))
    }
    if name.hasSuffix(".npz") {
      let archive = try NPZ(MappedFile(path))
      for key in archive.names {
        if let words = try archive.strings(key) {
          try add(key, .words(words))
        } else {
          try add(key, Self.content(archive.array(key), "\(key) in \(name)"))
        }
      }
      return
    }
    try require(
      Opened.isTable(path), "\(name): a table (.csv, .tsv), .npy or .npz is needed here")
    try Opened.contents(path, &fingerprint).withUnsafeBytes { try table($0, name) }
  }

  private static func content(_ array: NPY.Array, _ name: String) throws -> Content {
    let (total, overflow) = array.count.multipliedReportingOverflow(by: 8)
    try require(!overflow, "\(name) is too large")
    try requireMemory(total, for: name)
    let values = array.bytes.withUnsafeBytes { all in
      array.element.doubles(
        UnsafeRawBufferPointer(rebasing: all[array.offset...]), count: array.count,
        swapped: array.swapped)
    }
    return .numbers(values, shape: array.shape)
  }

  /// The columns of a table, whose first line must hold their names.
  private mutating func table(_ text: UnsafeRawBufferPointer, _ name: String) throws {
    var titles: [String] = []
    var cells: [[String]] = []
    try CSV.scan(text, delimiter: CSV.delimiter(of: text), name: name) { _, row in
      let words = row.map { String(decoding: $0, as: UTF8.self) }
      guard !titles.isEmpty else {
        titles = words
        cells = words.map { _ in [] }
        return true
      }
      for (column, word) in words.enumerated() { cells[column].append(word) }
      return true
    }
    try require(!(cells.first ?? []).isEmpty, "\(name) holds no rows")
    try require(
      titles.allSatisfy { Double($0) == nil && !$0.isEmpty },
      "\(name) needs a first line with the names of its columns")
    for (title, column) in zip(titles, cells) { try add(title, Self.column(column)) }
  }

  /// Numbers where every cell is one or missing, and one is not missing.
  private static func column(_ cells: [String]) -> Content {
    var values: [Double] = []
    values.reserveCapacity(cells.count)
    for cell in cells {
      let trimmed = cell.trimmingCharacters(in: .whitespaces)
      var copy = trimmed
      if copy.withUTF8({ Table.isMissing(UnsafeRawBufferPointer($0)) }) {
        values.append(.nan)
      } else if let value = Double(trimmed) {
        values.append(value)
      } else {
        return .words(cells)
      }
    }
    guard values.contains(where: { !$0.isNaN }) else { return .words(cells) }
    return .numbers(values, shape: [cells.count])
  }
}
