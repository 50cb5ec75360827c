import Torch

/// Langevin dynamics among examples: steps up the slope of a log density, with noise that keeps the chain spread as the
/// density is.
///
/// - Source: Welling & Teh, *Bayesian learning via stochastic gradient Langevin dynamics*, ICML 2011, eq. 1 without
///   minibatches; no step is refused, so that the draws are exact only as `rate` goes to 0.
struct LangevinChain: Sendable {
  /// Moves of each chain.
  var steps: Int
  /// How far a move goes along the slope; the noise of a move has the variance 2 · rate · temperature.
  var rate: Double
  /// 1 draws from the density itself, 0 climbs to its peaks.
  var temperature = 1.0
  /// Numbers that an example may hold; nil sets no bounds.
  var range: ClosedRange<Double>?

  /// The ends of chains from `starts`, `[m]` + shape to the same, outside any graph; `logDensity` maps `[m]` + shape to
  /// `[m]`.
  func ends(
    from starts: Tensor, _ random: RandomStream, _ logDensity: (Tensor) -> Tensor
  ) -> Tensor {
    let noise = (2 * rate * temperature).squareRoot()
    var x = starts.detached()
    for step in 0..<steps {
      do {
        let slope = try withGradients {
          let leaf = x.requiringGradient()
          return try logDensity(leaf).sum().gradient(of: leaf)
        }
        x = x + slope.detached() * rate + random.child(step).normal(x.shape) * noise
      } catch {
        return (error as? TensorError).map { Tensor(error: $0) } ?? Tensor(.nan)
      }
      if let range { x = x.clamped(range.lowerBound, range.upperBound) }
    }
    return x
  }
}
