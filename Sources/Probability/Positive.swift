import Torch

/// A gamma draw of rate 1 that small shapes cannot round to 0, whose logarithm would be infinite.
func positiveGamma(_ concentration: Tensor, _ random: RandomStream) -> Tensor {
  random.gamma(concentration).clamped(atLeast: 1.1754944e-38)
}

/// Independent gamma variables; with concentration 1 they are exponential.
public struct Gamma: Distribution {
  public let concentration: Tensor
  public let rate: Tensor

  public init(concentration: Tensor, rate: Tensor) {
    self.concentration = concentration
    self.rate = rate
  }

  public var mean: Tensor { concentration / rate }

  public func logProbability(of x: Tensor) -> Tensor {
    let density = concentration * rate.log() + (concentration - 1).xlogy(x) - rate * x
    return (density - concentration.lgamma()).sumPerExample()
  }

  /// Gradients pass to both parameters.
  public func sample(_ random: RandomStream) -> Tensor {
    positiveGamma(concentration, random) / rate
  }

  /// Entropy of each example in nats, `[n]`.
  public var entropy: Tensor {
    let slope = (1 - concentration) * concentration.digamma()
    return (concentration - rate.log() + concentration.lgamma() + slope).sumPerExample()
  }

  /// KL divergence KL(self ‖ other), nats, `[n]`.
  public func divergence(from other: Gamma) -> Tensor {
    let shape =
      (concentration - other.concentration) * concentration.digamma() - concentration.lgamma()
      + other.concentration.lgamma()
    let scale =
      other.concentration * (rate.log() - other.rate.log())
      + concentration * (other.rate / rate - 1)
    return (shape + scale).sumPerExample()
  }
}

/// Independent positive variables whose logarithms are normal.
public struct LogNormal: Distribution {
  /// The distribution of the logarithms.
  public let logarithm: Normal

  public init(logarithm: Normal) { self.logarithm = logarithm }

  public var mean: Tensor { (logarithm.mean + logarithm.logVariance.exp() * 0.5).exp() }

  public func logProbability(of x: Tensor) -> Tensor {
    logarithm.logProbability(of: x.log()) - x.log().sumPerExample()
  }

  /// Gradients pass to both parameters.
  public func sample(_ random: RandomStream) -> Tensor { logarithm.sample(random).exp() }

  /// Entropy of each example in nats, `[n]`.
  public var entropy: Tensor { logarithm.entropy + logarithm.mean.sumPerExample() }
}
