import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Probability
import Torch

/// The variational autoencoder with a flow as posterior: a normal draw is moved on by invertible
/// autoregressive steps that see features of the example, so that the posterior may have any form.
///
/// - Source: Kingma, Salimans, Jozefowicz, Chen, Sutskever & Welling, *Improving Variational Inference
///   with Inverse Autoregressive Flow*, NeurIPS 2016, arXiv:1606.04934, algorithm 1; flows as
///   posteriors: Rezende & Mohamed, *Variational Inference with Normalizing Flows*, ICML 2015,
///   arXiv:1505.05770.
/// - Departs: fully connected layers; log scales within ±2 where the paper has gates of a sigmoid; one
///   layer of codes.
public struct FlowVAE: LossRecipe {
  public static let card = Card(
    id: "flow-vae", title: "Variational autoencoder with a flow as posterior",
    source:
      "Kingma et al., Improving Variational Inference with Inverse Autoregressive Flow, NeurIPS "
      + "2016, arXiv:1606.04934",
    summary:
      "A variational autoencoder whose normal posterior is moved on by invertible autoregressive "
      + "steps, so that it can be skewed or have several modes, and the bound is tighter.")

  /// Number of latent units, k.
  public var latents = 20
  /// Steps of the posterior's flow.
  public var flowSteps = 2
  /// Widths of the hidden layers of each step of the flow.
  public var flowHidden = [64]
  /// Features of an example that the flow sees.
  public var flowFeatures = 32
  public var networks = EncoderDecoder()
  /// What the decoder's outputs say of the data: auto, gaussian, bernoulli, continuous-bernoulli or
  /// logistic.
  public var likelihood = LikelihoodFamily.auto
  public var training = Training()

  public init() {}

  /// A variational autoencoder's networks, and the flow with what it sees of an example.
  public struct Network: Module {
    public let base: GaussianAutoencoder
    public let features: Linear
    public let flow: AutoregressiveFlow
  }

  public func validate(for domain: Domain) throws {
    try AutoencoderSettings.validate(domain, latents, networks, likelihood)
    try require(latents > 1, "--latents \(latents): a flow needs at least 2 latent units")
    try require((1...100) ~= flowSteps, "--flow-steps \(flowSteps): must be from 1 to 100")
    try require(
      !flowHidden.isEmpty && flowHidden.allSatisfy { (1...100_000) ~= $0 },
      "--flow-hidden \(flowHidden.map(\.description).joined(separator: ",")): must be widths of at "
        + "least 1")
    try require(
      (1...100_000) ~= flowFeatures, "--flow-features \(flowFeatures): must be from 1 to 100000")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    let base = GaussianAutoencoder(domain, latents, networks, likelihood, random)
    return Network(
      base: base, features: Linear(base.encoder.features, flowFeatures, random),
      flow: AutoregressiveFlow(
        latents, steps: flowSteps, hidden: flowHidden, context: flowFeatures, random))
  }

  public func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let (z, logDensity) = network.drawn(batch.x, step.random("noise"))
    let p = network.base.likelihood(network.base.decoder(z))  // p(x|z)
    return Loss(
      .term("reconstruction", -p.logProbability(of: batch.x)),  // nats
      .term("rate", logDensity - Normal.standardLogProbability(of: z)))  // nats
  }
}

extension FlowVAE.Network: Encoding, Sampling, Bounding {
  /// A draw of the posterior of each example, `[n, k]`, and its log density, nats, `[n]`.
  public func drawn(_ x: Tensor, _ random: RandomStream) -> (z: Tensor, logDensity: Tensor) {
    let h = base.encoder(x)
    let q = base.head(h)
    let start = q.sample(random)
    let (z, logDeterminant) = flow.mapped(start, features(h))
    return (z, q.logProbability(of: start) - logDeterminant)
  }

  /// Where the flow moves the posterior's normal mean, `[n]` + shape to `[n, k]`.
  public func encode(_ x: Tensor) -> Tensor {
    let h = base.encoder(x)
    return flow.mapped(base.head(h).mean, features(h)).y
  }

  public var latents: Int { base.latents }
  public func decode(_ z: Tensor) -> Tensor { base.decode(z) }

  public func elbo(_ x: Tensor, _ random: RandomStream) -> Tensor {
    logWeights(x, draws: 1, random).selected(0, 0)
  }

  public func logWeights(_ x: Tensor, draws: Int, _ random: RandomStream) -> Tensor {
    let many = x.repeated(draws)
    let (z, logDensity) = drawn(many, random)
    let p = base.likelihood(base.decoder(z)).logProbability(of: many)
    let prior = Normal.standardLogProbability(of: z)
    return (p + prior - logDensity).reshaped(draws, x.size(0))
  }
}
