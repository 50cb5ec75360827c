import Files
import Foundation

/// A table in memory, column by column, before training statistics make inputs of it.
struct Table: Sendable {
  /// One column.
  struct Column: Sendable {
    var name: String
    var content: Content
    /// Number of cells without a value.
    var missing: Int
  }

  enum Content: Sendable {
    /// Numbers; NaN where missing.
    case numbers([Float])
    /// The place of each cell in `values`; -1 where missing.
    case categories([Int32], values: [String])
    /// More categories than are worth an input each.
    case skipped
  }

  var columns: [Column]
  var rows: Int
  let name: String
  /// Whether the first line held names.
  let hasHeader: Bool

  /// The most categories of a column that become inputs.
  static let mostCategories = 64
  /// The most classes of a label column.
  static let mostClasses = 1000

  /// Reads CSV text; `labelColumn` may hold more categories than others.
  init(_ text: UnsafeRawBufferPointer, name: String, labelColumn: String?) throws {
    self.name = name
    let delimiter = CSV.delimiter(of: text)
    let head = try Self.head(text, delimiter, name)
    hasHeader = Self.isHeader(head)
    var names = hasHeader ? head[0] : head[0].indices.map { "c\($0 + 1)" }
    try Self.makeUnique(&names)
    let label = Self.labelName(names, labelColumn)
    var builders = names.map {
      Builder(limit: $0 == label ? Self.mostClasses : Self.mostCategories)
    }
    var skip = hasHeader, count = 0
    try CSV.scan(text, delimiter: delimiter, name: name) { _, cells in
      defer { skip = false }
      if skip { return true }
      for (i, cell) in cells.enumerated() { builders[i].append(cell, row: count) }
      count += 1
      return true
    }
    try require(count > 0, "\(name) holds no rows")
    rows = count
    columns = zip(names, builders).map { $1.column(named: $0) }
  }

  /// The first rows, as text, for finding out whether there is a header.
  private static func head(
    _ text: UnsafeRawBufferPointer, _ delimiter: UInt8, _ name: String
  ) throws -> [[String]] {
    var rows: [[String]] = []
    try CSV.scan(text, delimiter: delimiter, name: name) { _, cells in
      rows.append(cells.map { String(decoding: $0, as: UTF8.self) })
      return rows.count < 100
    }
    try require(!rows.isEmpty, "\(name) holds no rows")
    try require(
      rows[0].count <= 100_000, "\(name) has \(rows[0].count) columns; 100,000 can be read")
    return rows
  }

  /// A first line without numbers is a header where some column below it has numbers, or where
  /// its cells are all different and appear nowhere below.
  private static func isHeader(_ head: [[String]]) -> Bool {
    let first = head[0], below = head.dropFirst()
    guard !below.isEmpty, !first.contains(where: { isNumber($0) || $0.isEmpty }) else {
      return false
    }
    if first.indices.contains(where: { i in below.contains { isNumber($0[i]) } }) { return true }
    return Set(first).count == first.count
      && first.indices.allSatisfy { i in !below.contains { $0[i] == first[i] } }
  }

  private static func isNumber(_ cell: String) -> Bool {
    var cell = cell
    return cell.withUTF8 { number(UnsafeRawBufferPointer($0)) } != nil
  }

  private static func makeUnique(_ names: inout [String]) throws {
    var seen: [String: Int] = [:]
    for i in names.indices {
      if names[i].isEmpty { names[i] = "c\(i + 1)" }
      let count = seen[names[i], default: 0]
      seen[names[i]] = count + 1
      if count > 0 { names[i] += "_\(i + 1)" }
    }
  }

  /// The column of labels: the one asked for, else one called label, class or target.
  static func labelName(_ names: [String], _ asked: String?) -> String? {
    if let asked { return names.first { $0 == asked } }
    return names.last { ["label", "class", "target"].contains($0.lowercased()) }
  }

  /// The value of a cell that holds a number; not finite ones are no numbers.
  static func number(_ cell: UnsafeRawBufferPointer) -> Float? {
    guard !cell.isEmpty, cell.count < 64,
      cell.allSatisfy({ ($0 >= 0x30 && $0 <= 0x39) || "+-.eE".utf8.contains($0) })
    else { return nil }
    return withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { buffer in
      buffer.copyMemory(from: cell)
      buffer[cell.count] = 0
      guard let start = buffer.bindMemory(to: CChar.self).baseAddress else { return nil }
      var end: UnsafeMutablePointer<CChar>?
      let value = Float(strtod(start, &end))
      return end == start + cell.count && value.isFinite ? value : nil
    }
  }

  static func isMissing(_ cell: UnsafeRawBufferPointer) -> Bool {
    guard cell.count <= 4 else { return false }
    return ["", "NA", "N/A", "NaN", "nan", "?", "null"].contains { cell.elementsEqual($0.utf8) }
  }
}

/// A column while its type is still being found out.
private struct Builder {
  let limit: Int
  private var numbers: [Float] = []
  private var isNumeric = true
  private var codes: [Int32] = []
  private var places: [String: Int32] = [:]
  private var missing = 0

  init(limit: Int) { self.limit = limit }

  mutating func append(_ cell: UnsafeRawBufferPointer, row: Int) {
    let isMissing = Table.isMissing(cell)
    if isMissing { missing += 1 }
    if isNumeric {
      if let value = isMissing ? Float.nan : Table.number(cell) {
        numbers.append(value)
      } else {
        isNumeric = false
        numbers = []
      }
    }
    guard places.count <= limit else { return codes = [] }
    guard !isMissing else { return codes.append(-1) }
    let text = String(decoding: cell, as: UTF8.self)
    let code = places[text] ?? Int32(places.count)
    places[text] = code
    codes.append(code)
  }

  func column(named name: String) -> Table.Column {
    Table.Column(name: name, content: content, missing: missing)
  }

  /// A label column needs its categories even where they are numbers, so those come first there.
  private var content: Table.Content {
    if isNumeric, limit == Table.mostCategories { return .numbers(numbers) }
    guard places.count <= limit else { return isNumeric ? .numbers(numbers) : .skipped }
    let values = places.keys.sorted { order($0) < order($1) }
    var moved = [Int32](repeating: 0, count: values.count)
    for (new, value) in values.enumerated() {
      if let old = places[value] { moved[Int(old)] = Int32(new) }
    }
    return .categories(codes.map { $0 < 0 ? -1 : moved[Int($0)] }, values: values)
  }

  /// Numbers by size, then other text.
  private func order(_ text: String) -> (Double, String) { (Double(text) ?? .infinity, text) }
}
