import Evaluation
import Torch

/// A linear or logistic regression that is fitted again and again to reweighted rows.
struct Regression {
  /// How the mean of the outcome follows from the regressors.
  enum Link { case linear, logistic }

  private let link: Link
  private let x: Tensor  // [n, p], float64
  private let y: Tensor  // [n, 1]
  private let rows: Int

  /// The regression of `outcome` on the row-major `design`, `[rows, width]`.
  init(_ link: Link, design: [Double], outcome: [Double]) {
    self.init(
      link, x: Tensor(design, shape: [outcome.count, design.count / max(1, outcome.count)]),
      y: Tensor(outcome, shape: [outcome.count, 1]), rows: outcome.count)
  }

  init(_ link: Link, x: Tensor, y: Tensor, rows: Int) {
    self.link = link
    self.x = x
    self.y = y
    self.rows = rows
  }

  /// The coefficients where row `i` counts `weights[i]` times, once where nothing is given; nil where
  /// they are not determined.
  func coefficients(_ weights: [Double]? = nil) throws -> [Double]? {
    let w = weights.map { Tensor($0, shape: [rows, 1]) }
    return try withoutGradients {
      let found = try link == .linear ? leastSquares(w) : likeliest(w)
      return found.flatMap { $0.allSatisfy(\.isFinite) ? $0 : nil }
    }
  }

  private func leastSquares(_ w: Tensor?) throws -> [Double]? {
    let weighted = w.map { x * $0 } ?? x
    return try solved(weighted.transposed().matmul(x), weighted.transposed().matmul(y))?
      .values(as: Double.self)
  }

  /// Newton's method; nil where it does not settle, as where a plane parts the outcomes.
  private func likeliest(_ w: Tensor?) throws -> [Double]? {
    let weight = w ?? y.onesLike()
    var beta = Tensor.zeros([x.shape[1], 1], type: .float64)
    for _ in 0..<30 {
      let mean = x.matmul(beta).sigmoid()
      let gradient = x.transposed().matmul(weight * (y - mean))
      let curvature = (x * (weight * mean * (1 - mean))).transposed().matmul(x)
      guard let step = try solved(curvature, gradient) else { return nil }
      beta = beta + step
      let size = try step.abs().max(over: 0, 1).values(as: Double.self)[0]
      guard size.isFinite, size < 1e3 else { return nil }
      if size < 1e-9 { return try beta.values(as: Double.self) }
    }
    return nil
  }

  /// The solution of positive definite equations; nil where they are singular.
  private func solved(_ matrix: Tensor, _ right: Tensor) throws -> Tensor? {
    guard let factor = try? matrix.cholesky().checked() else { return nil }
    let diagonal = try factor.diagonal().values(as: Double.self)
    guard let least = diagonal.min(), let most = diagonal.max(), least > 1e-7 * most else {
      return nil
    }
    return factor.choleskySolve(right)
  }
}

/// How often each of `count` rows is drawn in one resample of as many.
func resampledCounts(_ count: Int, _ seed: Seed) -> [Double] {
  var random = SplitMix(seed)
  var counts = Array(repeating: 0.0, count: count)
  for _ in 0..<count { counts[random.below(count)] += 1 }
  return counts
}
