import Datasets
import Evaluation
import Files
import Foundation

/// A column of ones and a column for each coefficient, scaled so that fits are well conditioned.
struct DesignMatrix: Sendable {
  /// The coefficients' names, the intercept first.
  let names: [String]
  let rows: Int
  /// Row-major, `[rows, names]`; all but the first column with mean 0 and deviation 1.
  let values: [Double]
  private let means: [Double]
  private let scales: [Double]

  /// The intercept and one column for each of `columns`.
  ///
  /// - Throws: ``UserError`` for a column that never changes.
  init(_ columns: [(name: String, values: [Double])], rows: Int) throws {
    names = ["intercept"] + columns.map(\.name)
    self.rows = rows
    means = columns.map(\.values.mean)
    scales = columns.map { $0.values.variance.squareRoot() }
    for (column, scale) in zip(columns, scales) {
      try require(
        scale > 1e-12 * max(1, column.values.map(abs).max() ?? 1),
        "\(column.name) is the same in every row, so it has no coefficient beside the intercept")
    }
    var values: [Double] = []
    values.reserveCapacity(rows * (columns.count + 1))
    for row in 0..<rows {
      values.append(1)
      for (place, column) in columns.enumerated() {
        values.append((column.values[row] - means[place]) / scales[place])
      }
    }
    self.values = values
  }

  /// Every array but `roles` as regressors; of words, each but the first becomes a column.
  ///
  /// - Throws: ``UserError`` for missing values or columns that have not `rows` rows.
  init(_ inputs: NamedArrays, apartFrom roles: [String], rows: Int) throws {
    let x = try FeatureMatrix(inputs, apartFrom: roles, rows: rows, words: .contrasts)
    try self.init(x.columns, rows: rows)
  }

  /// Coefficients of the columns as they were, from those of the scaled ones.
  func unscaled(_ scaled: [Double]) -> [Double] {
    var intercept = scaled[0]
    let slopes = zip(scaled.dropFirst(), scales).map { $0 / $1 }
    for (slope, mean) in zip(slopes, means) { intercept -= slope * mean }
    return [intercept] + slopes
  }
}
