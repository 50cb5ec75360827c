import Networks
import Torch

/// An invertible map of k numbers in several steps, each of which shifts and scales a number by the
/// numbers before it; between steps the order is turned around.
///
/// One way takes one pass, the way back k passes. As a density of what goes in it is a masked
/// autoregressive flow; as a map of noise to codes it is an inverse autoregressive flow.
///
/// - Source: Papamakarios, Pavlakou & Murray, *Masked Autoregressive Flow for Density Estimation*,
///   NeurIPS 2017, arXiv:1705.07057; Kingma et al., *Improving Variational Inference with Inverse
///   Autoregressive Flow*, NeurIPS 2016, arXiv:1606.04934.
/// - Departs: a step's log scale is held within ±2 by a hyperbolic tangent, so that no step explodes.
public struct AutoregressiveFlow: Module {
  public let steps: [MaskedAutoregressiveNetwork]
  let variables: Int

  /// Of `steps` steps, each a network with hidden layers of widths `hidden`, which sees `context`
  /// features.
  public init(
    _ variables: Int, steps: Int, hidden: [Int], context: Int = 0, _ random: RandomStream
  ) {
    self.variables = variables
    self.steps = (0..<steps).map { _ in
      MaskedAutoregressiveNetwork(
        variables, numbers: 2, hidden: hidden, context: context, random)
    }
  }

  private func form(
    _ step: MaskedAutoregressiveNetwork, _ x: Tensor, _ context: Tensor?
  ) -> (shift: Tensor, logScale: Tensor) {
    let both = step(x, context)
    return (both[0], (both[1] * 0.5).tanh() * 2)
  }

  /// The map in one pass, `[n, k]` to `[n, k]`, and the log determinant of its Jacobian, `[n]`.
  public func mapped(_ x: Tensor, _ context: Tensor? = nil) -> (y: Tensor, logDeterminant: Tensor) {
    var y = x
    var logDeterminant = Tensor.zeros([x.size(0)], type: x.dtype, device: x.device)
    for (index, step) in steps.enumerated() {
      if index > 0 { y = y.flipped(1) }
      let (shift, logScale) = form(step, y, context)
      y = (y - shift) * (-logScale).exp()
      logDeterminant = logDeterminant - logScale.sum(over: 1)
    }
    return (y, logDeterminant)
  }

  /// The inverse of ``mapped(_:_:)``, number by number: `[n, k]` to `[n, k]`.
  public func inverse(_ y: Tensor, _ context: Tensor? = nil) -> Tensor {
    steps.enumerated().reversed().reduce(y) { y, step in
      var x = Tensor.zeros(y.shape, type: y.dtype, device: y.device)
      for place in 0..<variables {
        let (shift, logScale) = form(step.element, x, context)
        let all = y * logScale.exp() + shift
        x = x.replacing(1, place, place + 1, with: all.sliced(1, place, place + 1))
      }
      return step.offset > 0 ? x.flipped(1) : x
    }
  }

  /// log p(x) where the map of x is standard normal, nats, `[n]`.
  public func logProbability(of x: Tensor, _ context: Tensor? = nil) -> Tensor {
    let (noise, logDeterminant) = mapped(x, context)
    return Normal.standardLogProbability(of: noise) + logDeterminant
  }
}
