/// Examples of a space as rows: their codes, and columns of what is known of them.
public struct ExportedTable: Sendable {
  /// Codes of all examples, `[n, k]`, one row after another.
  public var codes: [Float]
  /// Number of latent units, k.
  public var width: Int
  /// Columns beside the codes.
  public var known: [TableColumn]
  /// Where the table comes from, by name.
  public var about: [(name: String, value: String)]

  /// A table of `codes` with `known` columns of as many rows.
  public init(
    codes: [Float], width: Int, known: [TableColumn], about: [(name: String, value: String)] = []
  ) {
    precondition(
      width > 0 && codes.count % width == 0, "\(codes.count) numbers in rows of \(width)")
    self.codes = codes
    self.width = width
    var taken = Set((0..<width).map { "z\($0)" } + ["code", "codes"])
    self.known = known.map { column in
      var name = column.name
      var number = 2
      while !taken.insert(name.lowercased()).inserted {
        name = "\(column.name)-\(number)"
        number += 1
      }
      return TableColumn(name, column.values)
    }
    self.about = about
    for column in known {
      precondition(column.count == count, "\(column.name) has \(column.count) rows of \(count)")
    }
  }

  /// Number of examples.
  public var count: Int { codes.count / width }

  /// The known columns, then one for each latent unit, `z0`, `z1`, ….
  var columns: [TableColumn] {
    known
      + (0..<width).map { unit in
        TableColumn(
          "z\(unit)", .numbers(stride(from: unit, to: codes.count, by: width).map { codes[$0] }))
      }
  }

  /// The code of the example at `row`.
  func code(_ row: Int) -> ArraySlice<Float> { codes[row * width..<(row + 1) * width] }
}

/// A named column of values, of which some may be missing.
public struct TableColumn: Sendable {
  /// The values of a column.
  public enum Values: Sendable {
    /// Whole numbers.
    case integers([Int?])
    /// Numbers.
    case numbers([Float?])
    /// Texts.
    case texts([String?])
    /// Rows of `width` numbers, one after another.
    case vectors([Float], width: Int)
    /// The nearest `width` other rows of each row, by number, and how far they are.
    case neighbours([Int], distances: [Float], width: Int)
  }

  /// What the column is called.
  public let name: String
  /// What is in it.
  public let values: Values

  /// A column called `name`.
  public init(_ name: String, _ values: Values) {
    self.name = name
    self.values = values
  }

  var count: Int {
    switch values {
    case .integers(let values): values.count
    case .numbers(let values): values.count
    case .texts(let values): values.count
    case .vectors(let values, let width): values.count / max(width, 1)
    case .neighbours(let ids, _, let width): ids.count / max(width, 1)
    }
  }

  /// The cell of a row as text; empty where nothing is known.
  func cell(_ row: Int) -> String {
    switch values {
    case .integers(let values): values[row].map(\.description) ?? ""
    case .numbers(let values): values[row].map(\.description) ?? ""
    case .texts(let values): values[row] ?? ""
    case .vectors(let values, let width):
      values[row * width..<(row + 1) * width].map(\.description).joined(separator: " ")
    case .neighbours(let ids, _, let width):
      ids[row * width..<(row + 1) * width].map(\.description).joined(separator: " ")
    }
  }

  /// The cell of a row as JSON.
  func json(_ row: Int) -> String {
    func number(_ value: Float) -> String { value.isFinite ? value.description : "null" }
    func list(_ texts: [String]) -> String { "[" + texts.joined(separator: ",") + "]" }
    switch values {
    case .integers(let values): return values[row].map(\.description) ?? "null"
    case .numbers(let values): return values[row].map(number) ?? "null"
    case .texts(let values): return values[row].map(Self.quoted) ?? "null"
    case .vectors(let values, let width):
      return list(values[row * width..<(row + 1) * width].map(number))
    case .neighbours(let ids, let distances, let width):
      let part = row * width..<(row + 1) * width
      return
        #"{"ids":\#(list(ids[part].map(\.description))),"distances":\#(list(distances[part].map(number)))}"#
    }
  }

  /// The text in JSON's quotes.
  static func quoted(_ text: String) -> String {
    var written = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": written += "\\\""
      case "\\": written += "\\\\"
      case ..<" ":
        let digits = String(scalar.value, radix: 16)
        written += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: written.unicodeScalars.append(scalar)
      }
    }
    return written + "\""
  }
}
