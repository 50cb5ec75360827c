import Torch

/// Independent logistic variables, a density or a mass on equal levels.
///
/// - Source: Kingma et al., *Improving variational inference with inverse autoregressive flow*, NeurIPS 2016, §5
///   (the discretised form).
public struct Logistic: Distribution {
  public let mean: Tensor
  public let logScale: Tensor
  /// Number of equal levels in `[0, 1]` that the values can take; nil for a density on the line.
  public let levels: Int?

  public init(mean: Tensor, logScale: Tensor, levels: Int? = nil) {
    self.mean = mean
    self.logScale = logScale
    self.levels = levels
  }

  public func logProbability(of x: Tensor) -> Tensor {
    guard let levels else {
      let standard = (x - mean) * (-logScale).exp()
      return (standard.logSigmoid() * 2 - standard - logScale).sumPerExample()
    }
    let half = 0.5 / Double(levels - 1)
    let inverse = (-logScale).exp()
    let centred = x - mean
    let above = (centred + half) * inverse
    let below = (centred - half) * inverse
    // log(σ(a) − σ(b)) = log σ(a) + log σ(−b) + log(1 − e^(b − a)), exact where the difference underflows;
    // b − a is written out, since far from the centre the subtraction would lose its digits.
    let width = (-(inverse * (-2 * half)).expm1()).log()
    let inside = above.logSigmoid() + (-below).logSigmoid() + width
    let atFloor = x .< half
    let atCeiling = x .> (1 - half)
    let mass = atFloor.choose(above.logSigmoid(), atCeiling.choose((-below).logSigmoid(), inside))
    return mass.sumPerExample()
  }

  /// Entropy of each example in nats, `[n]`, of the density on the line.
  public var entropy: Tensor { (logScale.expanded(mean.shape) + 2).sumPerExample() }

  public func sample(_ random: RandomStream) -> Tensor {
    let u = random.uniform(mean.shape, type: mean.dtype).clamped(1e-6, 1 - 1e-6)
    let draw = mean + logScale.exp() * u.logit()
    guard let levels else { return draw }
    let steps = Double(levels - 1)
    return (draw.clamped(0, 1) * steps).rounded() * (1 / steps)
  }
}
