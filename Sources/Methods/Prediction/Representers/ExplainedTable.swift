import Datasets
import Evaluation
import Files

/// A person's table of labelled rows, one of which is to be explained from the others.
struct ExplainedTable {
  /// The rows that are learnt from, places from 0: all with a label but the one explained.
  let known: [Int]
  /// The class of each of them.
  let labels: [Int]
  let classNames: [String]
  /// What their columns are, scaled by themselves.
  let design: DesignColumns
  /// The columns of the explained row, with its 1.
  let asked: [Double]
  /// The class of the explained row, where it is given.
  let own: Int?
  private let names: [String]

  /// Names of the arrays that are no numbers to learn from.
  static let roles = ["label", "name", "text"]

  /// - Parameter row: The row to be explained, from 0.
  /// - Throws: ``UserError`` for a missing label or features, a single class, or too few rows.
  init(_ inputs: NamedArrays, row: Int) throws {
    let labels = try Self.labels(inputs)
    try require(
      labels.codes.indices.contains(row),
      "--row \(row + 1): must be between 1 and \(labels.codes.count), the rows there are")
    known = labels.codes.indices.filter { $0 != row && labels.codes[$0] != nil }
    self.labels = known.compactMap { labels.codes[$0] }
    classNames = labels.names
    own = labels.codes[row]
    try require(
      known.count >= 10,
      "there are \(known.count) other rows with a label to learn from, and 10 are needed")
    try require(
      Set(self.labels).count > 1, "all rows to learn from are of one class, and two are needed")
    try require(
      classNames.count <= 100,
      "label holds \(classNames.count) different values, and at most 100 classes are taken")
    let all = try Self.features(inputs, known, rows: labels.codes.count)
    try require(all.width > 0, "beside label, columns with features are needed, or a text")
    design = DesignColumns(all.rows(known))
    asked = Array(all.row(row)) + [1]
    names = try inputs.has("name") ? Self.words(inputs, "name", rows: labels.codes.count) : []
  }

  /// What a learnt row is called: its name, or its number in the file.
  func name(_ place: Int) -> String {
    names.isEmpty ? "row \(known[place] + 1)" : names[known[place]]
  }

  /// 1 where a learnt row is of that class, else −1.
  func signs(_ target: Int) -> [Double] { labels.map { $0 == target ? 1 : -1 } }

  /// Numbers by their deviations in the `known` rows, and texts as words.
  private static func features(
    _ inputs: NamedArrays, _ known: [Int], rows: Int
  ) throws -> FeatureMatrix {
    let numbers = try FeatureMatrix(inputs, apartFrom: roles, rows: rows)
    var columns =
      numbers.width > 0 ? FeatureScale(numbers.rows(known))(numbers).columns : []
    if inputs.has("text") {
      let texts = try words(inputs, "text", rows: rows)
      let coding = WordColumns(known.map { texts[$0] })
      try require(!coding.words.isEmpty, "text: no word is in five rows or more")
      columns += coding(texts).columns
    }
    return FeatureMatrix(columns)
  }

  private static func words(_ inputs: NamedArrays, _ name: String, rows: Int) throws -> [String] {
    let found: [String] =
      switch try inputs.content(name) {
      case .words(let cells): cells
      case .numbers(let values, _): values.map(plain)
      }
    try require(
      found.count == rows,
      "\(name) has \(found.count) rows and label has \(rows): as many are needed")
    return found
  }

  /// The class of each row, nothing where the cell is empty, and the classes' names.
  private static func labels(_ inputs: NamedArrays) throws -> (codes: [Int?], names: [String]) {
    let cells: [String]
    switch try inputs.content("label") {
    case .words(let words): cells = words
    case .numbers(let values, let shape):
      try require(
        shape.count == 1, "label has shape \(shape), and one class for each row is needed")
      cells = values.map { $0.isNaN ? "" : plain($0) }
    }
    let names = Set(cells).subtracting([""]).sorted { ($0.count, $0) < ($1.count, $1) }
    let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    return (cells.map { places[$0] }, names)
  }
}
