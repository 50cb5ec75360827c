import Datasets
import Evaluation
import Torch

/// Draws of one concept given the others: a linear regression on them, and one of its residuals.
///
/// Few rows are enough for it, and it is right where concepts hang together linearly and spread evenly.
///
/// - Source: Candès, Fan, Janson & Lv, *Panning for gold: model-X knockoffs*, 2018, §3; not of the paper on betting.
struct RegressionSampler: ConceptSampler {
  private let fits: [(fit: any Predictor, residuals: [Double])]

  /// - Throws: `TensorError`.
  init(_ rows: FeatureMatrix) throws {
    fits = try (0..<rows.width).map { j in
      let own = rows.column(j), others = rows.without(j)
      let fit = try RidgeRegression().fit(others, own, rows: Array(0..<rows.count))
      return (fit, zip(own, fit.predict(others)).map { $0 - $1 })
    }
  }

  func draw(_ j: Int, given row: ArraySlice<Double>, _ random: inout NormalDraws) -> Double {
    let own = FeatureMatrix(
      names: row.indices.map { "\($0)" }, values: Array(row), count: 1
    ).without(j)
    let (fit, residuals) = fits[j]
    return fit.predict(own)[0] + residuals[random.uniform.below(residuals.count)]
  }
}

extension FeatureMatrix {
  /// All columns but one.
  fileprivate func without(_ column: Int) -> Self {
    let kept = (0..<width).filter { $0 != column }
    return Self(
      names: kept.map { names[$0] },
      values: (0..<count).flatMap { row in kept.map { values[row * width + $0] } }, count: count)
  }
}
