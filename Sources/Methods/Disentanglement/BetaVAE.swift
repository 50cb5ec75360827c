import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Probability
import Torch

/// The beta variational autoencoder: the rate of the evidence lower bound weighs more than in the bound, and where a
/// capacity is given it is held to that, which rises over the training.
///
/// - Source: Higgins et al., *beta-VAE: Learning Basic Visual Concepts with a Constrained Variational Framework*,
///   ICLR 2017, eq. 4; with a capacity, Burgess et al., *Understanding disentangling in beta-VAE*, 2018,
///   arXiv:1804.03599, eq. 8.
/// - Departs: one setting is the weight in both forms, beta of the first and gamma of the second; ReLU unless
///   --activation says otherwise.
public struct BetaVAE: LossRecipe {
  public static let card = Card(
    id: "beta-vae", title: "Beta variational autoencoder",
    source:
      "Higgins et al., beta-VAE, ICLR 2017; Burgess et al., Understanding disentangling in beta-VAE, 2018, "
      + "arXiv:1804.03599",
    summary:
      "A variational autoencoder whose rate, the divergence of the posterior from the prior, weighs more "
      + "than in the bound, or is held to a capacity that rises over the training.")

  /// Weight of the rate: beta without a capacity, where usual are 2 to 16, and gamma with one, where usual are 100 and
  /// more.
  public var beta = 4.0
  /// What the rate is held to at the end, C in the paper, nats; 0 presses the rate itself.
  public var capacity = 0.0
  /// Share of the training over which the capacity rises from 0.
  public var capacityShare = 1.0
  /// Number of latent units, k.
  public var latents = 10
  public var networks = EncoderDecoder()
  /// What the decoder's outputs say of the data: auto, gaussian, bernoulli, continuous-bernoulli or logistic.
  public var likelihood = LikelihoodFamily.auto
  public var training = Training()

  public init() {}

  public func validate(for domain: Domain) throws {
    try AutoencoderSettings.validate(domain, latents, networks, likelihood)
    try AutoencoderSettings.validate(weights: [("beta", beta)])
    try Capacity(capacity, over: capacityShare).validate()
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> GaussianAutoencoder {
    GaussianAutoencoder(domain, latents, networks, likelihood, random)
  }

  public func loss(_ network: GaussianAutoencoder, _ batch: Batch, _ step: Step) -> Loss {
    let q = network.posterior(batch.x)  // q(z|x), [n, k]
    let z = q.sample(step.random("noise"))  // [n, k]
    let p = network.likelihood(network.decoder(z))  // p(x|z)
    let rate = q.divergenceFromStandard()  // nats, [n]
    // A rate is never below a capacity of 0, so that its distance is the rate.
    let distance = Capacity(capacity, over: capacityShare).penalty(rate, at: step)
    return Loss(
      .term("reconstruction", -p.logProbability(of: batch.x)),  // nats
      .term("rate from capacity", distance, weight: beta))  // nats
  }
}
