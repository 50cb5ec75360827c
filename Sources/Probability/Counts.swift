import Torch

/// Independent Poisson counts.
public struct Poisson: Distribution {
  public let logRate: Tensor

  public init(logRate: Tensor) { self.logRate = logRate }

  public var mean: Tensor { logRate.exp() }

  public func logProbability(of x: Tensor) -> Tensor {
    (x * logRate - logRate.exp() - (x + 1).lgamma()).sumPerExample()
  }

  public func sample(_ random: RandomStream) -> Tensor { random.poisson(mean.detached()) }
}

/// Independent counts of successes before so many failures: Poisson counts whose rates are gamma variables.
public struct NegativeBinomial: Distribution {
  /// Number of failures at which counting ends; any positive number.
  public let failures: Tensor
  /// Logits of a success.
  public let logits: Tensor

  public init(failures: Tensor, logits: Tensor) {
    self.failures = failures
    self.logits = logits
  }

  public var mean: Tensor { failures * logits.exp() }

  public func logProbability(of x: Tensor) -> Tensor {
    let trials = failures * (-logits).logSigmoid() + x * logits.logSigmoid()
    let ways = (failures + x).lgamma() - (x + 1).lgamma() - failures.lgamma()
    return (trials + ways).sumPerExample()
  }

  public func sample(_ random: RandomStream) -> Tensor {
    let rates = random.gamma(failures.detached().expanded(mean.shape)) * logits.detached().exp()
    return random.poisson(rates)
  }
}
