import Datasets
import Learning
import Networks
import Probability
import Torch

/// A diagonal normal distribution of codes for each condition, `[n, c]` to a distribution over `[n, k]`.
public struct ConditionalNormal: Module {
  public let layers: MLP
  let activation: Activation
  public let head: NormalHead

  /// Layers of the widths `hidden`, of which there must be one at least.
  public init(
    _ conditions: Int, _ latents: Int, hidden: [Int], activation: Activation = .relu,
    _ random: RandomStream
  ) {
    layers = MLP([conditions] + hidden, activation: activation, random)
    self.activation = activation
    head = NormalHead(hidden.last ?? conditions, latents, random)
  }

  public func callAsFunction(_ condition: Tensor) -> Normal { head(activation(layers(condition))) }
}

/// An encoder that is told a condition beside the example, `[n]` + shape and `[n, c]` to a distribution over `[n, k]`.
public struct ConditionalEncoder: Module {
  public let encoder: Encoder
  public let joint: Linear
  public let head: NormalHead
  let activation: Activation

  public init(
    _ domain: Domain, conditions: Int, _ latents: Int, _ networks: EncoderDecoder,
    _ random: RandomStream
  ) {
    encoder = networks.encoder(domain, random)
    joint = Linear(encoder.features + conditions, encoder.features, random)
    head = NormalHead(encoder.features, latents, random)
    activation = networks.activation
  }

  public func callAsFunction(_ x: Tensor, _ condition: Tensor) -> Normal {
    let both = Tensor.concatenate([encoder(x), condition], along: 1)
    return head(joint(both, then: activation))
  }
}

/// An autoencoder whose posterior is told the condition of each example, and whose prior and decoder may be.
public struct ConditionalAutoencoder: Module {
  public let known: Conditions
  public let encoder: ConditionalEncoder
  /// p(z|u); the standard normal where there is none.
  public let prior: ConditionalNormal?
  public let decoder: Decoder
  public let likelihood: Likelihood
  /// Number of units of a code, k.
  public let codes: Int
  /// Whether the decoder is told the condition.
  public let decodesCondition: Bool

  /// Networks for codes of `latents` numbers.
  ///
  /// - Parameters:
  ///   - ordinal: Whether factors that take few values are told as one number each.
  ///   - prior: Widths of the layers of the conditional prior; nothing for the standard normal.
  ///   - decodesCondition: Whether the decoder is told the condition.
  public init(
    _ domain: Domain, _ latents: Int, _ networks: EncoderDecoder, _ likelihood: LikelihoodFamily,
    told attributes: KnownAttributes, ordinal: Bool = false, prior: [Int]?,
    decodesCondition: Bool, _ random: RandomStream
  ) {
    known = Conditions(domain, attributes, ordinal: ordinal, random)
    let width = known.width
    encoder = ConditionalEncoder(domain, conditions: width, latents, networks, random)
    self.prior = prior.map {
      ConditionalNormal(width, latents, hidden: $0, activation: networks.activation, random)
    }
    decoder = networks.decoder(
      domain, latents: latents + (decodesCondition ? width : 0), random)
    self.likelihood = Likelihood(likelihood, isUnit: domain.isUnit, device: random.device)
    codes = latents
    self.decodesCondition = decodesCondition
  }

  /// q(z|x, u), over `[n, k]`.
  public func posterior(_ x: Tensor, given condition: Tensor) -> Normal { encoder(x, condition) }

  /// p(z|u), over `[n, k]`.
  public func prior(given condition: Tensor) -> Normal {
    if let prior { return prior(condition) }
    let zeros = Tensor.zeros([condition.size(0), codes], device: condition.device)
    return Normal(mean: zeros, logVariance: zeros)
  }

  /// What the decoder says of `z`, `[n, k]`, under conditions `[n, c]`: p(x|z, u).
  public func outputs(_ z: Tensor, given condition: Tensor) -> any Distribution {
    likelihood(decoder(place(z, given: condition)))
  }
}

extension ConditionalAutoencoder: Conditioning {
  public var latents: Int { codes + (decodesCondition ? known.width : 0) }
  public func condition(_ batch: Batch) -> Tensor { known(batch) }
  public func drawConditions(_ count: Int, label: Int?, _ random: RandomStream) -> Tensor {
    known.draw(count, label: label, random)
  }
  public func encode(_ x: Tensor, given condition: Tensor) -> Tensor {
    posterior(x, given: condition).mean
  }
  public func decode(_ z: Tensor, given condition: Tensor) -> Tensor {
    outputs(z, given: condition).mean
  }
  public func place(_ z: Tensor, given condition: Tensor) -> Tensor {
    decodesCondition ? Tensor.concatenate([z, condition], along: 1) : z
  }
  /// Expected examples, `[n, latents]` to `[n]` + shape.
  public func decode(_ place: Tensor) -> Tensor { likelihood(decoder(place)).mean }
  public func samplePrior(
    given condition: Tensor, temperature: Double, _ random: RandomStream
  ) -> Tensor {
    let p = prior(given: condition)
    return p.mean + p.deviation * random.normal([condition.size(0), codes]) * temperature
  }
}
