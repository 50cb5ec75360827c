import Torch

/// Independent beta variables on `[0, 1]`.
public struct Beta: Distribution {
  /// How much 1 attracts.
  public let alpha: Tensor
  /// How much 0 attracts.
  public let beta: Tensor

  public init(alpha: Tensor, beta: Tensor) {
    self.alpha = alpha
    self.beta = beta
  }

  public var mean: Tensor { alpha / (alpha + beta) }

  /// log B(α, β).
  private var logNormaliser: Tensor {
    alpha.lgamma() + beta.lgamma() - (alpha + beta).lgamma()
  }

  public func logProbability(of x: Tensor) -> Tensor {
    let density = (alpha - 1).xlogy(x) + (beta - 1).xlog1py(-x)
    return (density - logNormaliser).sumPerExample()
  }

  /// Gradients pass to both parameters.
  public func sample(_ random: RandomStream) -> Tensor {
    let shares = random.dirichlet(Tensor.stack([alpha, beta], along: alpha.rank))
    return shares.selected(-1, 0)
  }

  /// Entropy of each example in nats, `[n]`.
  public var entropy: Tensor {
    let whole = (alpha + beta - 2) * (alpha + beta).digamma()
    let parts = (alpha - 1) * alpha.digamma() + (beta - 1) * beta.digamma()
    return (logNormaliser - parts + whole).sumPerExample()
  }

  /// KL divergence KL(self ‖ other), nats, `[n]`.
  public func divergence(from other: Beta) -> Tensor {
    let whole = (alpha + beta).digamma()
    let first = (alpha - other.alpha) * (alpha.digamma() - whole)
    let second = (beta - other.beta) * (beta.digamma() - whole)
    return (other.logNormaliser - logNormaliser + first + second).sumPerExample()
  }
}

/// Points of the simplex along the last axis, `[n, …, k]`: shares that sum to 1.
public struct Dirichlet: Distribution {
  public let concentration: Tensor

  public init(concentration: Tensor) { self.concentration = concentration }

  public var mean: Tensor { concentration / total }

  private var total: Tensor { concentration.sum(over: -1, keep: true) }

  private var logNormaliser: Tensor {
    concentration.lgamma().sum(over: -1) - concentration.sum(over: -1).lgamma()
  }

  public func logProbability(of x: Tensor) -> Tensor {
    ((concentration - 1).xlogy(x).sum(over: -1) - logNormaliser).sumPerExample()
  }

  /// Gradients pass to the concentrations.
  public func sample(_ random: RandomStream) -> Tensor { random.dirichlet(concentration) }

  /// Entropy of each example in nats, `[n]`.
  public var entropy: Tensor {
    let slope = (concentration - 1) * (concentration.digamma() - total.digamma())
    return (logNormaliser - slope.sum(over: -1)).sumPerExample()
  }

  /// KL divergence KL(self ‖ other), nats, `[n]`.
  public func divergence(from other: Dirichlet) -> Tensor {
    let slope = concentration.digamma() - total.digamma()
    let shift = ((concentration - other.concentration) * slope).sum(over: -1)
    return (other.logNormaliser - logNormaliser + shift).sumPerExample()
  }
}
