import Evaluation
import Files
import Foundation
import Torch

/// Bits of inductive bias, estimated from test errors of random hypotheses that fit the training examples.
///
/// - Source: Boopathy et al., *Towards Exact Computation of Inductive Bias*, IJCAI 2024, arXiv:2406.15941, §3; the
///   tail as in the authors' code.
enum BitsEstimate {
  /// By a noncentral χ² fitted to the errors and followed into its tail, with a 95% interval by profile likelihood.
  ///
  /// - Throws: `TensorError`, or ``UserError`` for fewer than 20 errors, or equal ones.
  static func tail(_ errors: [Double], target: Double) throws -> Estimate {
    try require(errors.count >= 20, "a tail needs at least 20 hypotheses, not \(errors.count)")
    try require(
      errors.allSatisfy { $0 > 0 && $0.isFinite } && errors.variance > 0,
      "errors of hypotheses must be positive numbers that differ")
    let ridge = try ChiSquaredRidge(errors)
    let best = ridge.points.map(\.logLikelihood).max() ?? 0
    var (value, low, high) = (0.0, Double.infinity, 0.0)
    for point in ridge.points {
      // The 95% point of χ² with one degree of freedom, less what this point is short of the best.
      let left = 3.841_459 - 2 * (best - point.logLikelihood)
      guard left >= 0 else { continue }
      let bits = point.distribution.bits(target)
      let reach = (left * (try ridge.variance(of: { $0.bits(target) }, at: point))).squareRoot()
      if point.logLikelihood == best { value = bits }
      low = min(low, bits - reach)
      high = max(high, bits + reach)
    }
    return Estimate(value: value, interval: Interval(low: max(0, low), high: high, level: 0.95))
  }

  /// By the share of hypotheses that reach the target; half a hypothesis where none does.
  static func counting(_ errors: [Double], target: Double) -> Double {
    let hits = Double(errors.count { $0 <= target })
    return -log2(max(hits, 0.5) / Double(errors.count))
  }
}
