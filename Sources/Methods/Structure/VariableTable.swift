import Datasets
import Files
import Probability
import Torch

/// Named columns of numbers, one row for each example.
struct VariableTable {
  let names: [String]
  /// `[n, p]` in double precision.
  let values: Tensor
  let rows: Int

  /// The columns of numbers among `inputs`, or the matrix called `name` where there is one.
  ///
  /// - Throws: `UserError` for columns of unequal length, a missing value, or a column that does not vary.
  init(_ inputs: NamedArrays, matrix name: String, leavingOut: [String] = []) throws {
    for column in leavingOut { _ = try inputs.content(column) }
    if inputs.has(name) {
      try self.init(FeatureMatrix(matrix: name, of: inputs))
    } else if inputs.names.count == 1, let only = inputs.names.first,
      case .numbers(_, let shape) = try inputs.content(only), shape.count == 2
    {
      try self.init(FeatureMatrix(matrix: only, of: inputs))
    } else {
      let columns = try inputs.names.filter { column in
        guard !leavingOut.contains(column), case .numbers = try inputs.content(column) else {
          return false
        }
        return true
      }
      try require(!columns.isEmpty, "the files hold no column of numbers that could be a variable")
      try self.init(columns: columns, inputs)
    }
  }

  /// The columns called `columns`.
  ///
  /// - Throws: as the other.
  init(columns: [String], _ inputs: NamedArrays) throws {
    try self.init(FeatureMatrix(columns: columns, of: inputs))
  }

  private init(_ x: FeatureMatrix) throws { try self.init(names: x.names, x.tensor()) }

  init(names: [String], _ values: Tensor) throws {
    self.names = names
    self.values = values.contiguous()
    rows = values.size(0)
    try require(rows >= 3, "there are \(rows) rows, and at least three are needed")
    let spread = try values.standardDeviation(over: 0).values(as: Double.self)
    if let place = spread.firstIndex(where: { !($0 > 0) }) {
      throw UserError("\(names[place]) has the same value in all rows; leave it out")
    }
  }

  /// Refuses a column that follows from the others.
  ///
  /// - Throws: `UserError` naming it.
  func requireIndependentColumns() throws {
    let eigen = Correlations.matrix(standardised).symmetricEigen()
    let smallest = try eigen.values.selected(0, 0).value()
    guard smallest < 1e-10 * Double(names.count) else { return }
    let weights = eigen.vectors.selected(1, 0).abs()
    let place = try Int(weights.argmax(over: 0).value())
    throw UserError("\(names[place]) follows from the other columns, or nearly; leave it out")
  }

  /// Every column with mean 0 and variance 1 (the sum of squares divided by n).
  var standardised: Tensor { VariableTable.standardised(values) }

  /// The columns of `[n, p]` with mean 0 and variance 1.
  static func standardised(_ values: Tensor) -> Tensor {
    let centred = values - values.mean(over: 0, keep: true)
    return centred / centred.squared().mean(over: 0, keep: true).squareRoot()
  }
}
