import Torch

/// Entropic optimal transport between points that count alike and weighted points, by Sinkhorn's iteration on
/// logarithms.
///
/// - Source: Cuturi, *Sinkhorn distances: lightspeed computation of optimal transport*, NeurIPS 2013; the value in
///   its dual form as in Genevay et al., *Stochastic optimization for large-scale optimal transport*, NeurIPS 2016.
public struct Sinkhorn: Sendable {
  /// Weight of the relative entropy of the plan to independence, in units of cost.
  public var smoothing: Double
  /// Rounds of the iteration.
  public var iterations: Int

  public init(smoothing: Double, iterations: Int = 20) {
    (self.smoothing, self.iterations) = (smoothing, iterations)
  }

  /// The least of cost and smoothed entropy over plans, `[m]`, of costs `[m, n, k]` and log weights `[m, k]` whose
  /// exponentials sum to 1.
  ///
  /// Its gradients are those at the plan and potentials that the iteration ends with.
  public func distance(_ costs: Tensor, logWeights: Tensor) -> Tensor {
    let potentials = withoutGradients { columns(costs.detached(), logWeights.detached()) }
    let shares = logWeights.unsqueezed(1) + (potentials.unsqueezed(1) - costs) / smoothing
    let others = shares.logSumExp(over: 2).mean(over: 1) * -smoothing  // [m]
    return others + (logWeights.exp() * potentials).sum(over: 1)
  }

  /// The plan, `[m, n, k]`, whose sums over k are 1 / n.
  public func plan(_ costs: Tensor, logWeights: Tensor) -> Tensor {
    let potentials = columns(costs, logWeights)
    let shares = logWeights.unsqueezed(1) + (potentials.unsqueezed(1) - costs) / smoothing
    return shares.softmax(along: 2) / Double(costs.size(1))
  }

  /// The potentials of the weighted points, `[m, k]`.
  private func columns(_ costs: Tensor, _ logWeights: Tensor) -> Tensor {
    let scaled = costs / -smoothing  // [m, n, k]
    let count = Tensor(Double(costs.size(1)), type: costs.dtype, device: costs.device).log()
    var weighted = logWeights  // log weights and potentials over the smoothing, [m, k]
    var potentials = logWeights.zerosLike()
    for _ in 0..<iterations {
      let rows = (scaled + weighted.unsqueezed(1)).logSumExp(over: 2, keep: true)  // [m, n, 1]
      potentials = count - (scaled - rows).logSumExp(over: 1)  // [m, k]
      weighted = logWeights + potentials
    }
    return potentials * smoothing
  }
}
