import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Probability
import Torch

/// The variational gradient origin network: minus the gradient of the evidence lower bound at the origin gives the mean
/// and the variance of an example's posterior, so that the decoder can be sampled.
///
/// - Source: Bond-Taylor & Willcocks, *Gradient origin networks*, ICLR 2021, arXiv:2007.02798, section 3.1; the two
///   linear maps as in the authors' code.
/// - Departs: as ``GradientOriginNetwork``.
public struct VariationalGON: LossRecipe {
  public static let card = Card(
    id: "variational-gon", title: "Variational gradient origin network",
    source: "Bond-Taylor & Willcocks, Gradient Origin Networks, ICLR 2021, arXiv:2007.02798",
    summary:
      "A variational autoencoder without an encoder: the posterior of an example is read linearly from minus the "
      + "gradient of its bound at the origin.")

  /// Length of the step from the origin, against the gradient of an example's bound.
  public var originStep = 0.1
  /// Number of latent units, k.
  public var latents = 32
  public var networks = EncoderDecoder()
  /// What the decoder's outputs say of the data: auto, gaussian, bernoulli, continuous-bernoulli or logistic.
  public var likelihood = LikelihoodFamily.auto
  public var training = Training()

  public init() { networks.activation = .elu }

  public struct Network: Module {
    let head: NormalHead
    let decoder: Decoder
    let likelihood: Likelihood
    let origin: GradientOrigin
    public var latents: Int { origin.latents }
  }

  public func validate(for domain: Domain) throws {
    try AutoencoderSettings.validate(domain, latents, networks, likelihood)
    try require(
      originStep > 0 && originStep.isFinite, "--origin-step \(originStep): must be above 0")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    Network(
      head: NormalHead(latents, latents, random),
      decoder: networks.decoder(domain, latents: latents, random),
      likelihood: Likelihood(likelihood, isUnit: domain.isUnit, device: random.device),
      origin: GradientOrigin(latents: latents, step: originStep))
  }

  public func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let noise = step.random("origin")
    let q = network.posterior(batch.x, differentiable: true) { $0.sample(noise) }
    let p = network.likelihood(network.decoder(q.sample(step.random("noise"))))  // p(x|z)
    return Loss(
      .term("reconstruction", -p.logProbability(of: batch.x)),  // nats
      .term("rate", q.divergenceFromStandard()))  // nats
  }
}

extension VariationalGON.Network: Inferring, Sampling, Bounding {
  /// q(z|x), over `[n, k]`; the origin's own code is its mean.
  public func posterior(_ x: Tensor) -> Normal { posterior(x, differentiable: false) { $0.mean } }
  /// Posterior means, `[n]` + shape to `[n, k]`.
  public func encode(_ x: Tensor) -> Tensor { posterior(x).mean }
  /// Expected examples, `[n, k]` to `[n]` + shape.
  public func decode(_ z: Tensor) -> Tensor { likelihood(decoder(z)).mean }

  /// q(z|x), where `draw` gives the code that the bound at the origin is of.
  func posterior(_ x: Tensor, differentiable: Bool, _ draw: (Normal) -> Tensor) -> Normal {
    let codes = origin.codes(x.size(0), device: x.device, differentiable: differentiable) {
      let q = head($0)
      let p = likelihood(decoder(draw(q)))
      return q.divergenceFromStandard() - p.logProbability(of: x)
    }
    return head(codes)
  }

  public func elbo(_ x: Tensor, _ random: RandomStream) -> Tensor {
    let q = posterior(x)
    let p = likelihood(decoder(q.sample(random)))
    return p.logProbability(of: x) - q.divergenceFromStandard()
  }

  public func logWeights(_ x: Tensor, draws: Int, _ random: RandomStream) -> Tensor {
    let q = posterior(x)
    let z = q.sample(draws: draws, random)  // [draws · n, k]
    let p = likelihood(decoder(z)).logProbability(of: x, draws: draws)
    return (p + q.logRatioFromStandard(at: z)).reshaped(draws, x.size(0))
  }
}
