import Datasets
import Evaluation
import Torch

/// Prediction intervals from models that leave out a fold each, and their errors on it.
///
/// - Source: Barber, Candès, Ramdas & Tibshirani, *Predictive inference with the jackknife+*, 2021, eq. 12 (CV+).
struct CrossPlus {
  private let models: [any Predictor]
  private let folds: [Int]
  private let errors: [Double]

  /// - Throws: `TensorError`.
  init(
    _ regressor: any Regressor, _ x: FeatureMatrix, _ y: [Double], folds count: Int = 10,
    _ seed: Seed
  ) throws {
    var folds = Array(repeating: 0, count: x.count)
    for (place, row) in shuffled(x.count, seed).enumerated() { folds[row] = place % count }
    models = try (0..<count).map { fold in
      try regressor.fit(x, y, rows: (0..<x.count).filter { folds[$0] != fold })
    }
    let predicted = models.map { $0.predict(x) }
    errors = (0..<x.count).map { abs(y[$0] - predicted[folds[$0]][$0]) }
    self.folds = folds
  }

  /// Ends of the interval of each row of `x` that is to cover with probability `level`.
  func intervals(_ x: FeatureMatrix, level: Double) -> [(low: Double, high: Double)] {
    let predicted = models.map { $0.predict(x) }
    let n = errors.count
    let rank = Int(((1 - level) * Double(n + 1)).rounded(.down))
    return (0..<x.count).map { row in
      guard rank >= 1 else { return (-.infinity, .infinity) }
      let low = errors.indices.map { predicted[folds[$0]][row] - errors[$0] }.sorted()
      let high = errors.indices.map { predicted[folds[$0]][row] + errors[$0] }.sorted()
      return (low[rank - 1], high[n - rank])
    }
  }
}
