import Files
import Torch

/// The interventional robustness score: how little a code moves, while one factor is held, as all others change.
///
/// - Source: Suter, Miladinović, Schölkopf & Bauer, *Robustly disentangled causal mechanisms*, ICML 2019, §4, for
///   factors that are independent and codes without noise.
/// - Departs: nowhere at `quantile` 1; 0.99, as in disentanglement_lib, is kinder to outliers.
public struct InterventionalRobustness: Sendable {
  /// 1 − the mean deviation of each code in groups that share each factor's value, by its largest deviation of all;
  /// float64 `[k, f]`, 0 for codes that never move.
  public let matrix: Tensor
  /// The best factor of each code, averaged with the largest deviations as weights; 0 where no code moves.
  public let score: Double

  /// - Parameter quantile: Which of a group's deviations is taken, 1 for the largest.
  /// - Throws: ``UserError`` for a quantile outside of 0 to 1, `TensorError` that the codes carry.
  public init(_ table: FactoredCodes, quantile: Double = 0.99) throws {
    try require((0...1) ~= quantile, "quantile \(quantile): must be from 0 to 1")
    let codes = table.codes
    let largest = (codes - codes.mean(over: 0, keep: true)).abs().max(over: 0)  // [k]
    let q = Tensor([quantile])
    let columns = try table.sizes.indices.map { factor in
      let places = try table.places(factor).places()
      let groups = Dictionary(grouping: places.indices) { places[$0] }
      let moves = groups.keys.sorted().map { value in
        let group = codes.indexSelect(0, Tensor(groups[value] ?? []))
        let deviations = (group - group.mean(over: 0, keep: true)).abs()
        return deviations.transposed().contiguous().quantile(q, over: 1).flattened()
      }
      return Tensor.stack(moves).mean(over: 0)
    }
    let moves = (largest .> 0).to(.float64)
    let shares = Tensor.stack(columns, along: 1) / largest.clamped(atLeast: 1e-300).unsqueezed(1)
    matrix = try ((1 - shares) * moves.unsqueezed(1)).checked()
    let whole = try largest.sum().value()
    score = whole > 0 ? try (matrix.max(over: 1) * largest).sum().value() / whole : 0
  }
}

/// How far codes depend on each other, were they normal.
public enum TotalCorrelation {
  /// The divergence of a normal with the covariance of codes `[n, k]` from the product of its marginals, nats.
  ///
  /// It is −½ log det of the correlation matrix of codes that vary; infinite where one follows from the others.
  ///
  /// - Source: Watanabe, *Information theoretical analysis of multivariate correlation*, 1960; normal as in Locatello
  ///   et al. 2019, §5.3.
  /// - Throws: `TensorError` that the codes carry.
  public static func ofNormal(_ codes: Tensor) throws -> Double {
    let x = codes.to(.float64)
    let deviations = x.variance(over: 0).squareRoot()
    let moving = try (deviations .> 0).nonzero().flattened().places()
    guard moving.count > 1 else { return 0 }
    let index = Tensor(moving)
    let scaled =
      (x - x.mean(over: 0, keep: true)).indexSelect(1, index) / deviations.indexSelect(0, index)
    let correlations = scaled.transposed().matmul(scaled) / Double(max(1, x.size(0) - 1))
    let (sign, log) = correlations.signAndLogDeterminant()
    return try sign.value() > 0 ? max(0, -0.5 * log.value()) : .infinity
  }
}
