import Datasets
import Evaluation
import Files
import Torch

/// Numbers in rows and named columns.
struct FeatureMatrix: Sendable {
  let names: [String]
  /// Row-major, `[rows, names]`.
  let values: [Double]
  let count: Int

  var width: Int { names.count }

  init(names: [String], values: [Double], count: Int) {
    self.names = names
    self.values = values
    self.count = count
  }

  /// The columns of equal length side by side.
  init(_ columns: [(name: String, values: [Double])]) {
    let rows = columns.first?.values.count ?? 0
    self.init(
      names: columns.map(\.name),
      values: (0..<rows).flatMap { row in columns.map { $0.values[row] } }, count: rows)
  }

  /// Every array but `roles`; a column of words becomes a column of 0 and 1 for each word.
  ///
  /// - Throws: ``UserError`` for missing values, or columns that have not `rows` rows.
  init(_ inputs: NamedArrays, apartFrom roles: [String], rows: Int) throws {
    var columns: [(name: String, values: [Double])] = []
    for name in inputs.names(apartFrom: roles) {
      let added = try Self.columns(inputs, name)
      let length = added.first?.values.count ?? 0
      try require(
        length == rows, "\(name) has \(length) rows and \(rows) are needed, as many as the others")
      columns += added
    }
    self.init(columns)
  }

  /// The columns of one array: itself, each of a matrix's, or one for each word.
  ///
  /// - Throws: ``UserError`` for missing values, or too many words.
  static func columns(
    _ inputs: NamedArrays, _ name: String
  ) throws -> [(name: String, values: [Double])] {
    guard case .words = try inputs.content(name) else {
      let (values, shape) = try inputs.numbers(name)
      guard shape.count == 2, shape[1] > 1 else { return [(name, try inputs.column(name))] }
      return (0..<shape[1]).map { column in
        ("\(name) \(column + 1)", (0..<shape[0]).map { values[$0 * shape[1] + column] })
      }
    }
    let words = try inputs.classes(name)
    try require(
      words.names.count <= 50,
      "\(name) holds \(words.names.count) different words, more than the 50 that can be columns")
    return words.names.enumerated().map { code, word in
      ("\(name)=\(word)", words.codes.map { $0 == code ? 1 : 0 })
    }
  }

  /// The numbers of one column.
  func column(_ column: Int) -> [Double] { (0..<count).map { values[$0 * width + column] } }

  /// The numbers of one row.
  func row(_ row: Int) -> ArraySlice<Double> { values[row * width..<(row + 1) * width] }

  /// Those rows, in that order.
  func rows(_ rows: [Int]) -> Self {
    Self(names: names, values: rows.flatMap { row($0) }, count: rows.count)
  }

  /// `[rows, names]`.
  func tensor(_ type: DType = .float64) -> Tensor {
    Tensor(values, shape: [count, width]).to(type)
  }
}

/// Means and deviations of columns, by which others are put on one scale.
struct Standardisation: Sendable {
  let means: [Double]
  /// The deviations; 1 for a column that never changes.
  let scales: [Double]

  init(_ x: FeatureMatrix) {
    let columns = (0..<x.width).map(x.column)
    let means = columns.map(\.mean)
    self.means = means
    scales = zip(columns, means).map { column, mean in
      let deviation = column.count > 1 ? column.variance.squareRoot() : 0
      return deviation > 1e-12 * max(1, abs(mean)) ? deviation : 1
    }
  }

  /// The columns with the first ones' means taken off, over their deviations.
  func callAsFunction(_ x: FeatureMatrix) -> FeatureMatrix {
    var values = x.values
    for place in values.indices {
      let column = place % means.count
      values[place] = (values[place] - means[column]) / scales[column]
    }
    return FeatureMatrix(names: x.names, values: values, count: x.count)
  }
}
