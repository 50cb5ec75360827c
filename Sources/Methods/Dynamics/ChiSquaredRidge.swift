import Evaluation
import Foundation
import Torch

/// The noncentral χ² distributions that suit a sample best, one for each share that the shift has in the mean.
///
/// Degrees and shift all but trade off in a sample, though not in the tail. Along the ridge of the likelihood the other two
/// parameters are well determined, so it is walked point by point instead of maximised at once.
struct ChiSquaredRidge {
  /// The best distribution of one share.
  struct Point {
    /// Shift over degrees and shift.
    let share: Double
    /// Logarithms of degrees and shift together, and of the scale, `[2]`.
    let logs: Tensor
    let distribution: NoncentralChiSquared
    /// Of the whole sample.
    let logLikelihood: Double
  }

  private(set) var points: [Point] = []
  private let values: Tensor  // [n]
  private let weights: Tensor  // [n]
  private let count: Double
  private let terms: Int

  /// The ridge for positive, unequal `errors`.
  ///
  /// - Throws: `TensorError`.
  init(_ errors: [Double]) throws {
    let groups = Self.grouped(errors.sorted())
    values = Tensor(groups.map(\.mean))
    weights = Tensor(groups.map { Double($0.count) / Double(errors.count) })
    count = Double(errors.count)
    let (mean, spread) = (errors.mean, errors.variance / errors.mean)
    let most = 4 * mean / spread
    terms = NoncentralChiSquared.terms(most / 2, 2 * (errors.max() ?? 0) / spread)
    for share in [1e-6] + (1...19).map({ Double($0) / 20 }) + [0.99] {
      // Mean s·a and variance 2s²a(1 + share), where a is degrees and shift together.
      let scale = spread / (2 * (1 + share))
      let start = Tensor([log(mean / scale), log(scale)])
      let logs = try LBFGS(iterations: 50, tolerance: 1e-7)
        .minimise(from: start) { try slope($0, share) }.place
      let found = try logs.values(as: Double.self)
      points.append(
        Point(
          share: share, logs: logs, distribution: Self.distribution(found, share),
          logLikelihood: -count * (try slope(logs, share).value)))
    }
  }

  /// Variance of a figure of the distribution, as far as the two parameters along the ridge's point are uncertain.
  ///
  /// - Throws: `TensorError`.
  func variance(of figure: (NoncentralChiSquared) -> Double, at point: Point) throws -> Double {
    let step = 1e-4
    let nudges = (0..<2).map { axis in Tensor((0..<2).map { $0 == axis ? step : 0 }) }
    let rows = try nudges.map { nudge in
      (try slope(point.logs + nudge, point.share).gradient
        - slope(point.logs - nudge, point.share).gradient) / (2 * step)
    }
    func moved(_ logs: Tensor) throws -> Double {
      figure(Self.distribution(try logs.values(as: Double.self), point.share))
    }
    let gradient = try nudges.map {
      (try moved(point.logs + $0) - moved(point.logs - $0)) / (2 * step)
    }
    let hessian = Tensor.stack(rows)
    let information = (hessian + hessian.transposed()) * (count / 2)
    let along = Tensor(gradient, shape: [2, 1])
    let variance = try (along * information.pseudoInverse().matmul(along)).sum().value()
    return max(0, variance)
  }

  private static func distribution(_ logs: [Double], _ share: Double) -> NoncentralChiSquared {
    let whole = exp(logs[0])
    return NoncentralChiSquared(
      degrees: (1 - share) * whole, shift: share * whole, scale: exp(logs[1]))
  }

  /// Minus the mean log density and its derivatives.
  private func slope(_ logs: Tensor, _ share: Double) throws -> LBFGS.Slope {
    try withGradients {
      let leaf = logs.requiringGradient()
      let parameters = leaf.exp()
      let whole = parameters.selected(0, 0)
      let (half, mean) = (whole * ((1 - share) / 2), whole * (share / 2))
      let x = (values / parameters.selected(0, 1) / 2).unsqueezed(1)  // [n, 1]
      let j = Tensor.range(0, Double(terms), type: .float64)
      let constant = j * mean.log() - mean - (j + 1).lgamma() - (j + half).lgamma()
      let mixed = (j + half - 1) * x.log() - x + constant  // [n, j]
      let density = mixed.logSumExp(over: 1) - leaf.selected(0, 1) - log(2)
      let loss = (density * weights).sum() * -1
      return (try loss.value(), try loss.gradient(of: leaf))
    }
  }

  /// Values of at most some 300 groups of neighbours; the 50 at each end, which say most of the tails, stay single.
  private static func grouped(_ sorted: [Double]) -> [[Double]] {
    guard sorted.count > 300 else { return sorted.map { [$0] } }
    let inner = Array(sorted.dropFirst(50).dropLast(50))
    let size = (inner.count + 199) / 200
    let groups = stride(from: 0, to: inner.count, by: size).map {
      Array(inner[$0..<min($0 + size, inner.count)])
    }
    return sorted.prefix(50).map { [$0] } + groups + sorted.suffix(50).map { [$0] }
  }
}
