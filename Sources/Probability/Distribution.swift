import Torch

/// A distribution over examples, one for each row: axis 0 is the batch, the rest belong to one example.
///
/// Densities are in nats, summed over the axes of an example.
public protocol Distribution: Sendable {
  /// log p(x) of each example, `[n]`.
  func logProbability(of x: Tensor) -> Tensor
  /// log p(x) where these are `draws` distributions for each example, `[n]` + shape to `[draws · n]`, draw by draw.
  func logProbability(of x: Tensor, draws: Int) -> Tensor
  /// Expected values, shaped as one draw.
  var mean: Tensor { get }
  /// One draw for each row; a gradient reaches the parameters where the distribution allows it.
  func sample(_ random: RandomStream) -> Tensor
}

extension Distribution {
  public func logProbability(of x: Tensor, draws: Int) -> Tensor {
    logProbability(of: x.repeated(draws))
  }
}

extension Tensor {
  /// All examples `times` times over, `[n, …]` to `[times · n, …]`.
  public func repeated(_ times: Int) -> Tensor {
    guard times > 1 else { return self }
    return flattened(from: 1).tiled(times, 1).reshaped([times * size(0)] + shape.dropFirst())
  }
}

let logTwoPi = 1.8378770664093453

/// Independent normal variables.
public struct Normal: Distribution {
  public let mean: Tensor
  public let logVariance: Tensor

  public init(mean: Tensor, logVariance: Tensor) {
    self.mean = mean
    self.logVariance = logVariance
  }

  /// The standard deviations.
  public var deviation: Tensor { (logVariance * 0.5).exp() }

  public func logProbability(of x: Tensor) -> Tensor {
    let squared = (x - mean).squared() * (-logVariance).exp()
    return ((squared + logVariance + logTwoPi) * -0.5).sumPerExample()
  }

  /// mean + deviation · noise, through which gradients pass.
  public func sample(_ random: RandomStream) -> Tensor { sample(draws: 1, random) }

  /// Several draws for each row, `[draws · n, …]`, draw by draw.
  public func sample(draws: Int, _ random: RandomStream) -> Tensor {
    let shape = [draws * mean.size(0)] + mean.shape.dropFirst()
    return mean.normalDraw(
      logVariance: logVariance, noise: random.normal(shape, type: mean.dtype))
  }

  /// log N(z; 0, I) − log q(z) of draws, `[draws · n, k]`, draw by draw: the part of an importance weight that is not of the
  /// data, nats, `[draws · n]`.
  public func logRatioFromStandard(at z: Tensor) -> Tensor {
    z.normalLogRatio(mean: mean, logVariance: logVariance)
  }

  /// Entropy of each example in nats, `[n]`.
  public var entropy: Tensor {
    ((logVariance.expanded(mean.shape) + (1 + logTwoPi)) * 0.5).sumPerExample()
  }

  /// KL divergence to the standard normal, nats, `[n]`.
  public func divergenceFromStandard() -> Tensor { mean.normalDivergence(logVariance: logVariance) }

  /// The part of each unit in ``divergenceFromStandard()``, nats, shaped as one draw.
  public func divergencePerUnitFromStandard() -> Tensor {
    (mean.squared() + logVariance.exp() - logVariance - 1) * 0.5
  }

  /// KL divergence KL(self ‖ other), nats, `[n]`.
  public func divergence(from other: Normal) -> Tensor {
    let squared = (mean - other.mean).squared() * (-other.logVariance).exp()
    let difference = logVariance - other.logVariance
    return ((squared + difference.exp() - difference - 1) * 0.5).sumPerExample()
  }

  /// log density of the standard normal at `z`, nats, `[n]`.
  public static func standardLogProbability(of z: Tensor) -> Tensor {
    ((z.squared() + logTwoPi) * -0.5).sumPerExample()
  }
}

/// Independent variables that are 0 or 1; grey levels in between count as expected values.
public struct Bernoulli: Distribution {
  public let logits: Tensor

  public init(logits: Tensor) { self.logits = logits }

  public var mean: Tensor { logits.sigmoid() }

  public func logProbability(of x: Tensor) -> Tensor {
    logits.bernoulliLogProbability(of: x)
  }

  public func logProbability(of x: Tensor, draws: Int) -> Tensor {
    logits.bernoulliLogProbability(of: x)
  }

  public func sample(_ random: RandomStream) -> Tensor { random.bernoulli(mean.detached()) }

  /// Entropy of each example in nats, `[n]`.
  public var entropy: Tensor { -logits.bernoulliLogProbability(of: mean) }

  /// KL divergence KL(self ‖ other), nats, `[n]`.
  public func divergence(from other: Bernoulli) -> Tensor {
    let zeros = (-logits).logSigmoid() - (-other.logits).logSigmoid()
    return (mean * (logits - other.logits) + zeros).sumPerExample()
  }
}

/// The Bernoulli density normalised over `[0, 1]`, for values in between.
///
/// - Source: Loaiza-Ganem & Cunningham, *The continuous Bernoulli: fixing a pervasive error in variational
///   autoencoders*, NeurIPS 2019.
public struct ContinuousBernoulli: Distribution {
  public let logits: Tensor

  public init(logits: Tensor) { self.logits = logits }

  /// Where logits are so small that the closed forms lose their digits and a series is used.
  private static let narrow = 0.05

  /// log of the normalising constant, log(x coth(x / 2)) written with x = logits.
  private var logNormaliser: Tensor {
    let isSmall = logits.abs() .< Self.narrow
    // The unused branch must stay finite, or its gradient would be NaN.
    let x = isSmall.choose(logits.onesLike(), logits).abs()
    let exact = x.log() - (x * 0.5).tanh().log()
    let square = logits.squared()
    let series = square * (1.0 / 12) - square.squared() * (7.0 / 1440) + Self.logTwo
    return isSmall.choose(series, exact)
  }

  private static let logTwo = 0.6931471805599453

  public func logProbability(of x: Tensor) -> Tensor {
    logNormaliser.sumPerExample() + logits.bernoulliLogProbability(of: x)
  }

  /// Away from 0 on the side where eˣ cannot overflow; the other side is its mirror image.
  private func mirrored(_ isSmall: Tensor) -> Tensor {
    -isSmall.choose(logits.onesLike(), logits).abs()
  }

  /// 1 / (1 − e⁻ˣ) − 1 / x, with its series near 0.
  public var mean: Tensor {
    let isSmall = logits.abs() .< Self.narrow
    let x = mirrored(isSmall)
    let low = x.exp() / x.expm1() - x.reciprocal()
    let series = logits * (1.0 / 12) - logits.power(3) * (1.0 / 720) + 0.5
    return isSmall.choose(series, (logits .> 0).choose(1 - low, low))
  }

  /// By inversion of the distribution function, through which gradients pass.
  public func sample(_ random: RandomStream) -> Tensor {
    let u = random.uniform(logits.shape, type: logits.dtype)
    let isSmall = logits.abs() .< 1e-3
    let x = mirrored(isSmall)
    let low = (u * x.expm1()).log1p() / x
    let exact = (logits .> 0).choose(1 - low, low)
    return isSmall.choose(u, exact).clamped(0, 1)
  }

  /// Entropy of each example in nats, `[n]`.
  public var entropy: Tensor {
    -logNormaliser.sumPerExample() - logits.bernoulliLogProbability(of: mean)
  }
}

/// Independent Laplace variables.
public struct Laplace: Distribution {
  public let mean: Tensor
  public let logScale: Tensor

  public init(mean: Tensor, logScale: Tensor) {
    self.mean = mean
    self.logScale = logScale
  }

  public func logProbability(of x: Tensor) -> Tensor {
    (-(x - mean).abs() * (-logScale).exp() - logScale - 0.6931471805599453).sumPerExample()
  }

  /// The difference of two exponential variables, which is finite; gradients pass through it.
  public func sample(_ random: RandomStream) -> Tensor {
    let like = mean.detached()
    return mean + logScale.exp() * (random.exponential(like: like) - random.exponential(like: like))
  }

  /// Entropy of each example in nats, `[n]`.
  public var entropy: Tensor {
    (logScale.expanded(mean.shape) + 1.6931471805599454).sumPerExample()
  }

  /// KL divergence KL(self ‖ other), nats, `[n]`.
  public func divergence(from other: Laplace) -> Tensor {
    let distance = (mean - other.mean).abs()
    let difference = logScale - other.logScale
    let overlap = (difference - distance * (-logScale).exp()).exp()
    return (distance * (-other.logScale).exp() + overlap - difference - 1).sumPerExample()
  }
}

/// One of so many classes for each row, `[n, classes]` logits.
public struct Categorical: Distribution {
  public let logits: Tensor

  public init(logits: Tensor) { self.logits = logits }

  /// Probabilities, `[n, classes]`.
  public var mean: Tensor { logits.softmax() }

  /// `x` holds the index of a class for each row, `[n]`.
  public func logProbability(of x: Tensor) -> Tensor { -logits.crossEntropy(x) }

  public func sample(_ random: RandomStream) -> Tensor {
    random.categorical(mean.detached()).squeezed(1)
  }

  /// Entropy of each row in nats, `[n]`.
  public var entropy: Tensor { -(logits.softmax() * logits.logSoftmax()).sum(over: -1) }

  /// KL divergence KL(self ‖ other), nats, `[n]`.
  public func divergence(from other: Categorical) -> Tensor {
    (logits.softmax() * (logits.logSoftmax() - other.logits.logSoftmax())).sum(over: -1)
  }
}
