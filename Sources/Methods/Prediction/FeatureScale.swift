import Datasets
import Evaluation

/// Means and deviations of the columns of a matrix, by which others are put on one scale.
struct FeatureScale: Sendable {
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
