import Foundation
import Torch

/// Independent variables that each are one of so many classes, as vectors with a single 1; logits `[n, …, classes]`.
public struct OneHotCategorical: Distribution {
  public let logits: Tensor

  public init(logits: Tensor) { self.logits = logits }

  /// Number of classes of each variable.
  public var classes: Int { logits.size(-1) }

  /// log p(class) of each variable, nats, shaped as the logits.
  public var logProbabilities: Tensor { logits.logSoftmax() }

  /// Probabilities, shaped as the logits.
  public var mean: Tensor { logits.softmax() }

  /// log p(x) of one-hot `x`, shaped as the logits, nats, `[n]`.
  public func logProbability(of x: Tensor) -> Tensor { (x * logProbabilities).sumPerExample() }

  /// One-hot draws, through which no gradient passes.
  public func sample(_ random: RandomStream) -> Tensor {
    CategoricalEstimator.scoreFunction.draw(self, temperature: 1, random)
  }

  /// The likeliest class of each variable, one-hot, shaped as the logits.
  public var mode: Tensor { logits.detached().oneHotOfLargest() }

  /// Entropy in nats, summed over the variables of an example, `[n]`.
  public var entropy: Tensor { -(mean * logProbabilities).sumPerExample() }

  /// KL divergence to equally likely classes, nats, summed over the variables of an example, `[n]`.
  public func divergenceFromUniform() -> Tensor {
    (mean * (logProbabilities + log(Double(classes)))).sumPerExample()
  }

  /// KL divergence KL(self ‖ other), nats, `[n]`.
  public func divergence(from other: OneHotCategorical) -> Tensor {
    (mean * (logProbabilities - other.logProbabilities)).sumPerExample()
  }

  /// log of the probability of any one choice of classes where all are equally likely, nats, for each example.
  public var logUniform: Double {
    -log(Double(classes)) * Double(logits.shape.dropFirst().dropLast().reduce(1, *))
  }
}

extension OneHotCategorical {
  /// The variables of all examples `times` times over.
  public func repeated(_ times: Int) -> OneHotCategorical {
    guard times > 1 else { return self }
    let shape = logits.shape
    let rows = logits.flattened(from: 1).tiled(times, 1)
    return OneHotCategorical(logits: rows.reshaped([times * shape[0]] + shape.dropFirst()))
  }
}

/// Points of the simplex near its corners: softmax((logits + Gumbel noise) / temperature) along the last axis,
/// which becomes a one-hot draw as the temperature falls to 0.
///
/// - Source: Jang, Gu & Poole, *Categorical Reparameterization with Gumbel-Softmax*, ICLR 2017, arXiv:1611.01144,
///   eq. 2 and appendix B; Maddison, Mnih & Teh, *The Concrete Distribution*, ICLR 2017, arXiv:1611.00712.
public struct RelaxedCategorical: Distribution {
  public let logits: Tensor
  public let temperature: Double

  public init(logits: Tensor, temperature: Double) {
    self.logits = logits
    self.temperature = temperature
  }

  /// The probabilities of the classes: what draws are on average as the temperature falls to 0.
  public var mean: Tensor { logits.softmax() }

  /// Draws that gradients pass through.
  public func sample(_ random: RandomStream) -> Tensor {
    ((logits + random.gumbel(like: logits)) / temperature).softmax()
  }

  /// log density of `x` inside the simplex, nats, `[n]`.
  public func logProbability(of x: Tensor) -> Tensor {
    let k = Double(logits.size(-1))
    let logs = x.log()
    let scaled = logits.logSoftmax() - logs * temperature
    let density = scaled.sum(over: -1) - scaled.logSumExp(over: -1) * k - logs.sum(over: -1)
    return (density + (lgamma(k) + (k - 1) * log(temperature))).sumPerExample()
  }
}
