import Datasets
import Evaluation
import Torch

/// Prediction intervals of any regressor: what the bootstrap says of its fit, and residuals that are corrected
/// for overfitting.
///
/// - Source: Mougan & Nielsen, *Monitoring Model Deterioration with Explainable Uncertainty Estimation via
///   Non-parametric Bootstrap*, AAAI 2023, algorithm 1, as in the authors' package `doubt`.
/// - Departs: the relative overfitting rate is kept within 0…1, as Efron & Tibshirani (1997) have it.
struct BootstrapIntervals: Sendable {
  /// Which residuals stand for the noise.
  enum Residuals: Sendable {
    /// Those of training and of rows left out, weighted by the .632+ rule.
    case corrected
    /// Those of training alone: Kumar & Srivastava, *Bootstrap prediction intervals in non-parametric regression
    /// with applications to anomaly detection*, 2012.
    case training
  }

  let model: any Predictor
  private let replicas: [any Predictor]
  private let training: [Double]
  private let corrected: [Double]

  /// The regressor fitted to all of `x` and `y`, and to `resamples` of them.
  ///
  /// - Throws: `TensorError`.
  init(
    _ regressor: any Regressor, _ x: FeatureMatrix, _ y: [Double], resamples: Int, _ seed: Seed
  ) throws {
    let draws = (0..<max(resamples, 1)).map { index in
      var random = SplitMix(seed.child("resample").child(index))
      return (0..<x.count).map { _ in random.below(x.count) }
    }
    let orders = ["targets", "predictions"].map { shuffled(x.count, seed.child($0)) }
    try self.init(regressor, x, y, draws: draws, shuffles: (orders[0], orders[1]))
  }

  /// The same with the rows of each resample, and the orders that make the error without information.
  ///
  /// - Throws: `TensorError`.
  init(
    _ regressor: any Regressor, _ x: FeatureMatrix, _ y: [Double], draws: [[Int]],
    shuffles: (targets: [Int], predictions: [Int])
  ) throws {
    model = try regressor.fit(x, y, rows: Array(0..<x.count))
    replicas = try draws.map { try regressor.fit(x, y, rows: $0) }
    let predicted = model.predict(x)
    let shares = (0..<100).map { Double($0) / 100 }
    let seen = zip(y, predicted).map { $0 - $1 }.quantiles(shares)
    var errors: [Double] = []
    for (rows, replica) in zip(draws, replicas) {
      let own = Set(rows)
      let left = (0..<x.count).filter { !own.contains($0) }
      errors += zip(left, replica.predict(x.rows(left))).map { y[$0] - $1 }
    }
    // A table so small that no row is ever left out has no more to say than its training residuals.
    let unseen = errors.isEmpty ? seen : errors.quantiles(shares)
    let blind = zip(shuffles.targets, shuffles.predictions).map { abs(y[$0] - predicted[$1]) }.mean
    let gap = abs(unseen.mean - seen.mean)
    let rates = seen.map { abs(blind - $0) > 0 ? gap / abs(blind - $0) : 0 }
    let weight = 0.632 / (1 - 0.368 * min(1, max(0, rates.mean)))
    training = seen
    corrected = zip(seen, unseen).map { (1 - weight) * $0 + weight * $1 }
  }

  /// A prediction and the interval around it.
  struct Prediction: Sendable {
    let value: Double
    let low: Double
    let high: Double
    var width: Double { high - low }
  }

  /// The predictions of each row of `x`, with intervals that are to cover with probability `level`.
  ///
  /// - Throws: `TensorError`.
  func predict(
    _ x: FeatureMatrix, level: Double, _ residuals: Residuals = .corrected
  ) throws -> [Prediction] {
    let values = model.predict(x)
    let copies = replicas.map { $0.predict(x) }
    let noise = residuals == .corrected ? corrected : training
    return values.indices.map { row in
      let own = copies.map { $0[row] }
      let middle = own.mean
      let ends = sumQuantiles(
        own.map { $0 - middle }, noise, [0.5 - level / 2, 0.5 + level / 2])
      return Prediction(value: values[row], low: values[row] + ends[0], high: values[row] + ends[1])
    }
  }
}

/// Quantiles of all sums of a number of `one` and a number of `other`.
private func sumQuantiles(_ one: [Double], _ other: [Double], _ shares: [Double]) -> [Double] {
  var sums: [Double] = []
  sums.reserveCapacity(one.count * other.count)
  // Ascending residuals make ascending runs, which sort fast.
  for a in one { for b in other { sums.append(a + b) } }
  return sums.quantiles(shares)
}
