import Torch

/// Independent Student t variables: normal in the middle, with heavier tails the fewer degrees of freedom.
public struct StudentT: Distribution {
  public let mean: Tensor
  public let logScale: Tensor
  /// Degrees of freedom; the mean exists above 1.
  public let freedom: Tensor

  public init(mean: Tensor, logScale: Tensor, freedom: Tensor) {
    self.mean = mean
    self.logScale = logScale
    self.freedom = freedom
  }

  /// log B(ν / 2, 1 / 2) + log √ν, the normalising constant at scale 1.
  private var logNormaliser: Tensor {
    let half = freedom * 0.5
    return freedom.log() * 0.5 + 0.5 * Self.logPi + half.lgamma() - (half + 0.5).lgamma()
  }

  private static let logPi = 1.1447298858494002

  public func logProbability(of x: Tensor) -> Tensor {
    let standard = (x - mean) * (-logScale).exp()
    let tail = (standard.squared() / freedom).log1p() * (freedom + 1) * 0.5
    return (-tail - logNormaliser - logScale).sumPerExample()
  }

  /// A normal variable over the root of a gamma one, through which gradients pass.
  public func sample(_ random: RandomStream) -> Tensor {
    let half = (freedom * 0.5).expanded(mean.shape)
    let noise = random.normal(mean.shape, type: mean.dtype)
    return mean + logScale.exp() * noise * (half / positiveGamma(half, random)).squareRoot()
  }

  /// Entropy of each example in nats, `[n]`.
  public var entropy: Tensor {
    let half = freedom * 0.5
    let spread = (half + 0.5) * ((half + 0.5).digamma() - half.digamma())
    return (spread + logNormaliser + logScale).sumPerExample()
  }
}
