import Datasets

/// Rows of features as columns one after another, the order in which coordinate descent reads them, and a last column
/// of ones.
///
/// The weight of the ones is the intercept. It is penalised as every other weight, as in liblinear, so that a sum over
/// rows that explains a prediction leaves nothing out.
struct DesignColumns: Sendable {
  /// Rows.
  let count: Int
  /// Columns, with that of the ones.
  let width: Int
  /// Column after column, `[width, count]`.
  let values: [Double]
  /// Names of the columns; the last is the intercept's.
  let names: [String]

  init(_ x: FeatureMatrix) {
    count = x.count
    width = x.width + 1
    names = x.names + ["intercept"]
    var values: [Double] = []
    values.reserveCapacity(width * count)
    for column in 0..<x.width { values += x.column(column) }
    self.values = values + Array(repeating: 1, count: count)
  }

  /// The numbers of one row, with its 1.
  func row(_ row: Int) -> [Double] { (0..<width).map { values[$0 * count + row] } }

  /// Σ weight · number over the columns, for every row.
  func product(_ weights: [Double]) -> [Double] {
    var sums = Array(repeating: 0.0, count: count)
    values.withUnsafeBufferPointer { values in
      for (column, weight) in weights.enumerated() where weight != 0 {
        let start = column * count
        for row in 0..<count { sums[row] += weight * values[start + row] }
      }
    }
    return sums
  }
}

/// The inner product of a row with as many weights.
func inner(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
