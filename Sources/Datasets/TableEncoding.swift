import Files
import Foundation

/// Making inputs of a table: numbers standardised by training rows, categories one input each.
extension Table {
  /// Whether there is a column called `name`; no name is no column.
  func has(_ name: String?) -> Bool { columns.contains { $0.name == name } }

  /// What to say where a person asks for a column that is not there.
  func absence(of column: String) -> UserError {
    let names = columns.map(\.name)
    let hint = nearest(to: column, among: names).map { "; did you mean \($0)?" } ?? ""
    return UserError(
      "\(name) has no column called \(column); it has "
        + "\(names.prefix(20).joined(separator: ", "))\(hint)")
  }

  /// What to say where a space needs a column that is not there.
  func absence(of column: String, needed names: [String]) -> UserError {
    UserError(
      "\(name) has no column called \(column); it needs "
        + names.prefix(20).joined(separator: ", "))
  }

  /// What to say where a space needs numbers and the column has none.
  func text(in column: String) -> UserError {
    UserError("column \(column) of \(name) holds text where numbers are needed")
  }

  /// What to say where nothing is left to learn from.
  private func withoutInputs() -> UserError {
    let text = columns.first { if case .skipped = $0.content { true } else { false } }
    let hint = text.map { "; --text \($0.name) reads the texts of \($0.name)" } ?? ""
    return UserError("\(name) has no column that can be an input\(hint)")
  }

  /// Takes the label column out; the class of each row and the classes' names.
  ///
  /// - Parameter hasInputs: Whether a column is an input beside those that are here.
  mutating func removeLabels(
    _ asked: String?, hasInputs: Bool = false, notes: inout [String]
  ) throws -> (labels: [Int], classes: [String], column: String)? {
    if asked == "none" { return nil }
    let names = columns.map(\.name)
    guard let label = Self.labelName(names, asked) ?? categoricalLast(asked, hasInputs),
      let place = names.firstIndex(of: label)
    else {
      guard let asked else { return nil }
      throw absence(of: asked)
    }
    guard case .categories(let codes, let values) = columns[place].content else {
      if asked == nil { return nil }
      throw UserError(
        "column \(label) of \(name) has more than \(Self.mostClasses) values: too many classes")
    }
    let missing = columns[place].missing
    try require(
      missing == 0,
      "column \(label) of \(name) is empty in \(counted(missing, "row")): each needs a class")
    columns.remove(at: place)
    if asked == nil { notes.append("column \(label) of \(name) taken as the class of each row") }
    return (codes.map(Int.init), values, label)
  }

  /// A last column of few names is taken for labels where none was asked for.
  private func categoricalLast(_ asked: String?, _ hasInputs: Bool) -> String? {
    guard asked == nil, hasInputs || columns.count > 1, let last = columns.last,
      case .categories = last.content
    else { return nil }
    return last.name
  }

  /// The columns that become inputs, with the statistics of the training rows.
  func fitted(_ rows: [Int], notes: inout [String]) -> [Preprocessing.Column] {
    columns.compactMap { column in
      switch column.content {
      case .skipped:
        notes.append(
          "column \(column.name) of \(name) left out: text with more than \(Self.mostCategories) values"
        )
        return nil
      case .categories(_, let values):
        if column.missing > 0 {
          notes.append(
            "\(counted(column.missing, "missing value")) in \(column.name): no category set")
        }
        return Preprocessing.Column(name: column.name, mean: 0, deviation: 1, values: values)
      case .numbers(let numbers):
        var count = 0.0, sum = 0.0
        for row in rows where !numbers[row].isNaN {
          count += 1
          sum += Double(numbers[row])
        }
        let mean = count > 0 ? sum / count : 0
        var squares = 0.0
        for row in rows where !numbers[row].isNaN {
          squares += (Double(numbers[row]) - mean) * (Double(numbers[row]) - mean)
        }
        let deviation = count > 0 ? (squares / count).squareRoot() : 0
        if column.missing > 0 {
          notes.append(
            "\(counted(column.missing, "missing value")) in \(column.name) replaced by the training mean"
          )
        }
        return Preprocessing.Column(
          name: column.name, mean: Float(mean),
          deviation: deviation > 1e-12 * max(1, abs(mean)) ? Float(deviation) : 1, values: [])
      }
    }
  }

  /// The inputs `[n, d]` that `fitted` columns make of this table's rows.
  ///
  /// - Throws: ``UserError`` where a column is missing, or holds text where numbers were.
  func encoded(_ fitted: [Preprocessing.Column], notes: inout [String]) throws -> ArrayStore {
    let width = fitted.reduce(0) { $0 + max(1, $1.values.count) }
    if width == 0 { throw withoutInputs() }
    guard let size = product([rows, width, 4]) else { throw UserError("\(name) is too large") }
    try requireMemory(size, for: name)
    var values = [Float](repeating: 0, count: rows * width)
    var start = 0
    for column in fitted {
      guard let found = columns.first(where: { $0.name == column.name }) else {
        throw absence(of: column.name, needed: fitted.map(\.name))
      }
      if column.values.isEmpty {
        try encode(numbers: found, column, start, width, &values)
      } else {
        let unknown = encode(categories: found, column, start, width, &values)
        if unknown > 0 {
          notes.append(
            "\(counted(unknown, "row")) of \(name) with an unknown \(column.name): no category set")
        }
      }
      start += max(1, column.values.count)
    }
    return ArrayStore(values, count: rows, shape: [width])
  }

  private func encode(
    numbers found: Column, _ column: Preprocessing.Column, _ start: Int, _ width: Int,
    _ values: inout [Float]
  ) throws {
    guard case .numbers(let numbers) = found.content else { throw text(in: column.name) }
    for (row, number) in numbers.enumerated() where !number.isNaN {
      values[row * width + start] = (number - column.mean) / column.deviation
    }
  }

  /// The number of rows with a category that was not known.
  private func encode(
    categories found: Column, _ column: Preprocessing.Column, _ start: Int, _ width: Int,
    _ values: inout [Float]
  ) -> Int {
    let places = Dictionary(uniqueKeysWithValues: column.values.enumerated().map { ($1, $0) })
    var unknown = 0
    switch found.content {
    case .categories(let codes, let names):
      let moved = names.map { places[$0] }
      for (row, code) in codes.enumerated() where code >= 0 {
        if let place = moved[Int(code)] {
          values[row * width + start + place] = 1
        } else {
          unknown += 1
        }
      }
    case .numbers(let numbers):
      let byNumber = Dictionary(
        column.values.enumerated().compactMap { place, text in Float(text).map { ($0, place) } },
        uniquingKeysWith: { first, _ in first })
      for (row, number) in numbers.enumerated() where !number.isNaN {
        if let place = byNumber[number] {
          values[row * width + start + place] = 1
        } else {
          unknown += 1
        }
      }
    case .skipped: unknown = rows
    }
    return unknown
  }

  /// 1 for each of the inputs `[n, d]` that a cell gave, 0 where the cell is missing; nothing without missing cells.
  func observed(_ fitted: [Preprocessing.Column]) -> [UInt8]? {
    let width = fitted.reduce(0) { $0 + max(1, $1.values.count) }
    var observed = [UInt8](repeating: 1, count: rows * width)
    var start = 0, missing = 0
    for column in fitted {
      let inputs = max(1, column.values.count)
      if let found = columns.first(where: { $0.name == column.name }), found.missing > 0 {
        for row in 0..<rows where found.isMissing(row) {
          missing += 1
          for input in 0..<inputs { observed[row * width + start + input] = 0 }
        }
      }
      start += inputs
    }
    return missing > 0 ? observed : nil
  }

  /// Names of the inputs.
  static func inputNames(_ fitted: [Preprocessing.Column]) -> [String] {
    fitted.flatMap { column in
      column.values.isEmpty ? [column.name] : column.values.map { "\(column.name)=\($0)" }
    }
  }
}

extension Table.Column {
  /// Whether the cell of a row is missing.
  fileprivate func isMissing(_ row: Int) -> Bool {
    switch content {
    case .numbers(let numbers): numbers[row].isNaN
    case .categories(let codes, _): codes[row] < 0
    case .skipped: true
    }
  }
}

extension Reading {
  /// Notes which inputs of a table its missing cells leave without a number.
  mutating func noteGaps(_ fitted: [Preprocessing.Column]) {
    if case .table(let table) = content { observed = table.observed(fitted) }
  }
}
