import Evaluation
import Files
import Torch

/// The mean loss over a pool from the losses of points that were drawn from it one after another, with what
/// probability is known: the levelled unbiased risk estimate.
///
/// Each draw gives an unbiased estimate of its own, whose part still undrawn is weighted by one over its
/// probability; the estimate is their weighted mean, and their spread says how well it is known.
///
/// - Source: Farquhar, Gal & Rainforth, *On Statistical Bias in Active Learning: How and When to Fix It*,
///   ICLR 2021, arXiv:2101.11665, eqs. 8–10; Kossen et al., *Active Testing*, ICML 2021, eq. 5.
struct UnbiasedRisk {
  /// Points in the pool.
  let pool: Int
  /// What each loss is multiplied with before the mean is taken, `[repeats, draws]`.
  let weights: Tensor
  /// The estimates, `[repeats]`.
  let values: Tensor
  /// The estimated standard deviations of the estimates, `[repeats]`; of one draw, not a number.
  let deviations: Tensor
  private let draws: Int

  /// - Parameters:
  ///   - losses: of the points drawn, in their order, `[repeats, draws]`.
  ///   - probabilities: with what probability each was drawn among those left then.
  init(_ losses: Tensor, _ probabilities: Tensor, pool: Int) {
    self.pool = pool
    let draws = losses.size(1)
    self.draws = draws
    let n = Double(pool), m = Double(draws)
    let place = Tensor.range(1, m + 1, type: .float64)  // 1, 2, … draws
    // (N − M) / (N − m), which is 1 at the last draw also where nothing is left.
    let level = Tensor((1...draws).map { $0 == draws ? 1 : (n - m) / (n - Double($0)) })
    let left = n + 1 - place
    weights = 1 + level * (1 / (left * probabilities) - 1)
    values = (weights * losses).mean(over: 1)
    // Each draw's own unbiased estimate, and its share in the whole.
    let earlier = losses.cumulativeSum(along: 1) - losses
    let each = losses / (probabilities * n) + earlier / n
    let share = level * n / (left * m)
    let spread = (share * (each - values.unsqueezed(1))).squared().sum(over: 1)
    deviations = (spread * (m / (m - 1))).squareRoot()
  }

  /// The estimate of the first repeat with Student's t-interval; the estimates of draws are uncorrelated.
  ///
  /// - Throws: `UserError` for fewer than two draws.
  func estimate(level: Double) throws -> Estimate {
    try require(draws >= 2, "an interval of the risk needs at least 2 labels, not \(draws)")
    let value = try values.selected(0, 0).value()
    let deviation = draws == pool ? 0 : try deviations.selected(0, 0).value()
    let reach = deviation * studentQuantile(0.5 + level / 2, degrees: Double(draws - 1))
    return Estimate(
      value: value, interval: Interval(low: value - reach, high: value + reach, level: level))
  }
}
