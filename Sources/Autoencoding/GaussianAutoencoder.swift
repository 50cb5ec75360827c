import Datasets
import Learning
import Networks
import Probability
import Torch

/// An encoder to a diagonal normal posterior, a standard normal prior, and a decoder: the networks that the
/// variational autoencoder and its relatives share.
public struct GaussianAutoencoder: Module {
  public let encoder: Encoder
  public let head: NormalHead
  public let decoder: Decoder
  public let likelihood: Likelihood
  public let latents: Int

  /// Networks for codes of `latents` numbers.
  public init(
    _ domain: Domain, _ latents: Int, _ networks: EncoderDecoder, _ likelihood: LikelihoodFamily,
    _ random: RandomStream
  ) {
    encoder = networks.encoder(domain, random)
    head = NormalHead(encoder.features, latents, random)
    decoder = networks.decoder(domain, latents: latents, random)
    self.likelihood = Likelihood(likelihood, isUnit: domain.isUnit, device: random.device)
    self.latents = latents
  }
}

extension GaussianAutoencoder {
  /// The negative evidence lower bound of a batch by one draw, with the rate weighed by `beta`, nats.
  public func negativeELBO(_ batch: Batch, beta: Double, _ step: Step) -> Loss {
    let q = posterior(batch.x)  // q(z|x)
    let p = likelihood(decoder(q.sample(step.random("noise"))))  // p(x|z)
    return Loss(
      .term("reconstruction", -p.logProbability(of: batch.x)),  // nats
      .term("rate", q.divergenceFromStandard(), weight: beta))  // nats
  }
}

extension GaussianAutoencoder: Inferring, Sampling, Bounding {
  /// q(z|x), over `[n, k]`.
  public func posterior(_ x: Tensor) -> Normal { head(encoder(x)) }
  /// Posterior means, `[n]` + shape to `[n, k]`.
  public func encode(_ x: Tensor) -> Tensor { posterior(x).mean }
  /// Expected examples, `[n, k]` to `[n]` + shape.
  public func decode(_ z: Tensor) -> Tensor { likelihood(decoder(z)).mean }

  public func elbo(_ x: Tensor, _ random: RandomStream) -> Tensor {
    let q = posterior(x)
    let p = likelihood(decoder(q.sample(random)))
    return p.logProbability(of: x) - q.divergenceFromStandard()
  }

  public func logWeights(_ x: Tensor, draws: Int, _ random: RandomStream) -> Tensor {
    let q = posterior(x)
    // The draws of all examples go through the decoder as one batch, draw by draw.
    let z = q.sample(draws: draws, random)  // [draws · n, k]
    let p = likelihood(decoder(z)).logProbability(of: x, draws: draws)
    return (p + q.logRatioFromStandard(at: z)).reshaped(draws, x.size(0))
  }
}

extension Normal {
  /// The distributions of all examples `times` times over.
  public func repeated(_ times: Int) -> Normal {
    Normal(mean: mean.repeated(times), logVariance: logVariance.repeated(times))
  }
}
