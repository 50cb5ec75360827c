import Networks
import Torch

/// What a decoder's outputs say about data: the family of p(x|z).
public enum LikelihoodFamily: String, Codable, CaseIterable, Sendable {
  /// Bernoulli for data in `[0, 1]`, Gaussian for other data.
  case auto
  case gaussian
  case bernoulli
  /// A density on `[0, 1]`.
  case continuousBernoulli = "continuous-bernoulli"
  /// Mass on 256 grey levels for data in `[0, 1]`, a density for other data.
  case logistic
}

/// p(x|z) from a decoder's outputs, with the learned scale of the families that have one.
///
/// One scale serves all dimensions: Rybkin, Daniilidis & Levine, *Simple and effective VAE training with
/// calibrated decoders*, ICML 2021.
public struct Likelihood: Module {
  let family: LikelihoodFamily
  let isUnit: Bool
  public let logScale: Parameter?

  /// The likelihood of a family for data in `[0, 1]` (`isUnit`) or on the line.
  public init(_ family: LikelihoodFamily, isUnit: Bool, device: Device = .cpu) {
    self.isUnit = isUnit
    self.family = family == .auto ? (isUnit ? .bernoulli : .gaussian) : family
    let hasScale = self.family == .gaussian || self.family == .logistic
    logScale = hasScale ? Parameter(Tensor.full([1], isUnit ? -2 : 0, device: device)) : nil
  }

  /// Whether the family can describe the data.
  public static func suits(_ family: LikelihoodFamily, isUnit: Bool) -> Bool {
    isUnit || (family != .bernoulli && family != .continuousBernoulli)
  }

  /// The distribution that `outputs`, `[n] + shape`, stand for.
  public func callAsFunction(_ outputs: Tensor) -> any Distribution {
    // Asked for only where it counts: a tensor costs something to make.
    var scale: Tensor { logScale?.tensor ?? Tensor(0) }
    return switch family {
    case .auto, .bernoulli: Bernoulli(logits: outputs)
    case .continuousBernoulli: ContinuousBernoulli(logits: outputs)
    case .gaussian: Normal(mean: outputs, logVariance: scale.expanded(outputs.shape) * 2)
    case .logistic: Logistic(mean: outputs, logScale: scale, levels: isUnit ? 256 : nil)
    }
  }
}

/// Mean and log variance of a normal posterior from features, `[n, d]` to a distribution over `[n, k]`.
public struct NormalHead: Module {
  public let linear: Linear

  public init(_ inputs: Int, _ latents: Int, _ random: RandomStream) {
    linear = Linear(inputs, 2 * latents, random)
  }

  public func callAsFunction(_ features: Tensor) -> Normal {
    let both = linear(features).split(into: 2, along: 1)
    return Normal(mean: both[0], logVariance: both[1])
  }
}
