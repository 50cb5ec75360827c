import Torch

/// A constraint on a surrogate's sharpness: how much its mean prediction can rise when its parameters move by at
/// most ρ, which is ρ‖∇G‖ to first order, is to stay below ε.
///
/// A multiplier λ for each member rises while the constraint is broken, and falls, never below 0, while it is kept.
///
/// - Source: Dao et al., *Incorporating Surrogate Gradient Norm to Improve Offline Optimization Techniques*,
///   NeurIPS 2024, algorithm 1.
/// - Departs: the authors' multiplier may fall below 0, where the penalty would reward sharpness.
struct SharpnessPenalty {
  /// ρ, by how much parameters are thought to move.
  var radius = 0.05
  /// r, the step of the finite difference that stands for the gradient of the norm.
  var step = 0.05
  /// ε, the sharpness that is allowed.
  var threshold = 0.1
  /// η, by how much of the excess λ moves in a step.
  var rate = 0.001
  /// λ at the start.
  var start = 0.001
  /// λ of each member, `[members]`; nothing before the first step.
  private(set) var multipliers: Tensor?

  /// Gradients of λρ‖∇G‖ with respect to each parameter, at a batch `[members, n, d]`; moves λ.
  ///
  /// - Throws: `TensorError`.
  mutating func gradients(_ surrogate: SurrogateEnsemble, _ x: Tensor) throws -> [Tensor] {
    let slope = try surrogate.slope(x)
    let norms = jointNorms(slope)
    let (along, now) = (norms.clamped(atLeast: 1e-12), multipliers ?? norms.filled(with: start))
    let uphill = (step / along).reshaped(-1, 1, 1)
    let moved = SurrogateEnsemble(
      parameters: zip(surrogate.parameters, slope).map { parameter, slope in
        (parameter.detached() + slope * uphill).requiringGradient()
      })
    let strength = (now * (radius / step)).reshaped(-1, 1, 1)
    let change = zip(try moved.slope(x), slope).map { ($0 - $1) * strength }
    multipliers = (now + (norms * radius - threshold) * rate).clamped(atLeast: 0).detached()
    return change
  }
}

/// A limit on how much higher than real designs a surrogate scores those that ascend it.
///
/// - Source: Trabucco, Kumar, Geng & Levine, *Conservative Objective Models for Effective Offline Model-Based
///   Optimization*, ICML 2021, arXiv:2107.06882.
/// - Departs: α follows a bounded exponential step instead of Adam on its logarithm.
struct Conservatism {
  /// τ, the excess that is allowed, in deviations of the scores.
  var limit = 0.5
  /// Steps up the surrogate that make the designs it is not trusted at.
  var steps = 10
  /// Their size.
  var stepSize = 0.05
  /// By how much the logarithm of α moves in a step, at most.
  var rate = 0.01
  /// α of each member, `[members]`; 1 before the first step.
  private var weights: Tensor?

  init() {}

  /// α times the excess, summed over members, at a batch `[members, n, d]` with its `predictions`; moves α.
  ///
  /// - Throws: `TensorError`.
  mutating func loss(
    _ surrogate: SurrogateEnsemble, _ x: Tensor, _ predictions: Tensor
  ) throws -> Tensor {
    let far = try SurrogateEnsemble.ascended(x, steps: steps, rate: stepSize) { surrogate($0) }
    let excess = (surrogate(far) - predictions).mean(over: 1)
    let now = weights ?? excess.detached().onesLike()
    let move = (excess.detached() - limit).clamped(-1, 1) * rate
    weights = (now * move.exp()).clamped(1e-3, 100)
    return (excess * now).sum()
  }
}
