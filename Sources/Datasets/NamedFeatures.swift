import Files

/// How a column of words becomes columns of 0 and 1.
public enum WordCoding: Sendable {
  /// One for each word, called `name=word`; an empty cell is refused.
  case indicators
  /// As ``indicators``, where an empty cell is a word of its own.
  case indicatorsOfEmpty
  /// One for each word but the first in order, called `name word`, as beside an intercept; an empty cell is refused.
  case contrasts
}

extension FeatureMatrix {
  /// Every array but `roles`: a column as it is, a matrix as its columns, words as `words` says.
  ///
  /// - Throws: ``UserError`` for missing values, too many different words, or arrays that have not `rows` rows.
  public init(
    _ inputs: NamedArrays, apartFrom roles: [String], rows: Int, words: WordCoding = .indicators
  ) throws {
    var columns: [(name: String, values: [Double])] = []
    for name in inputs.names(apartFrom: roles) {
      if case .words(let cells) = try inputs.content(name) {
        try requireRows(of: name, cells.count, rows)
        columns += try words.columns(cells, name)
      } else {
        let (_, shape) = try inputs.numbers(name)
        let numbers =
          shape.count == 2 && shape[1] > 1
          ? try Self(matrix: name, of: inputs) : try Self(columns: [name], of: inputs)
        try requireRows(of: name, numbers.count, rows)
        columns += numbers.columns
      }
    }
    self.init(columns, rows: rows)
  }

  /// The matrix called `name`, whose columns are called `name 1`, `name 2` and so on.
  ///
  /// - Throws: ``UserError`` where it has not two axes, has no columns, or lacks a value.
  public init(matrix name: String, of inputs: NamedArrays) throws {
    let (values, shape) = try inputs.numbers(name)
    try require(
      shape.count == 2 && shape[1] > 0,
      "\(name) has shape \(shape), and [rows, columns] is needed")
    self.init(names: (1...shape[1]).map { "\(name) \($0)" }, values: values, count: shape[0])
  }

  /// The columns of numbers called `names`, side by side.
  ///
  /// - Throws: ``UserError`` for words, missing values, several numbers for a row, or unequal lengths.
  public init(columns names: [String], of inputs: NamedArrays) throws {
    let columns = try names.map { (name: $0, values: try inputs.column($0)) }
    let rows = columns.first?.values.count ?? 0
    for column in columns { try requireRows(of: column.name, column.values.count, rows) }
    self.init(columns, rows: rows)
  }
}

extension WordCoding {
  /// Beyond this, words are names of single rows more often than kinds of them.
  private static let most = 100

  fileprivate func columns(
    _ cells: [String], _ name: String
  ) throws -> [(name: String, values: [Double])] {
    if self != .indicatorsOfEmpty, let place = cells.firstIndex(of: "") {
      throw UserError("\(name): row \(place + 1) is empty, and all must hold a word")
    }
    let words = Set(cells).sorted()
    try require(
      words.count <= Self.most,
      "\(name) holds \(words.count) different words, more than the \(Self.most) that can be columns; "
        + "leave it out")
    return words.dropFirst(self == .contrasts ? 1 : 0).map { word in
      (
        self == .contrasts ? "\(name) \(word)" : "\(name)=\(word)",
        cells.map { $0 == word ? 1 : 0 }
      )
    }
  }
}

private func requireRows(of name: String, _ count: Int, _ wanted: Int) throws {
  try require(
    count == wanted, "\(name) has \(count) rows and \(wanted) are needed, as many as the others")
}
