import Autoencoding
import Datasets
import Evaluation
import Learning
import Networks
import Probability
import Torch

/// The variational autoencoder: a decoder trained with an encoder that approximates its posterior, by
/// reparameterised samples of the evidence lower bound.
///
/// - Source: Kingma & Welling, *Auto-Encoding Variational Bayes*, ICLR 2014, arXiv:1312.6114, eq. 10.
/// - Departs: ReLU, unless --activation says otherwise, and Adam instead of Adagrad.
public struct VAE: LossRecipe {
  public static let card = Card(
    id: "vae", title: "Variational autoencoder",
    source: "Kingma & Welling, Auto-Encoding Variational Bayes, ICLR 2014, arXiv:1312.6114",
    system: "S027",
    summary:
      "An encoder gives a normal distribution over codes; a sample of it, reparameterised, is decoded, and "
      + "the evidence lower bound is ascended by stochastic gradients.")

  /// Number of latent units, k.
  public var latents = 20
  public var networks = EncoderDecoder()
  /// What the decoder's outputs say of the data: auto, gaussian, bernoulli, continuous-bernoulli or logistic.
  public var likelihood = LikelihoodFamily.auto
  /// Weight of the KL term; 1 gives the evidence lower bound.
  public var beta = 1.0
  /// Posterior samples for each example, L in the paper.
  public var samples = 1
  /// Share of the training over which the weight of the KL term rises from 0.
  public var annealing = 0.0
  public var training = Training()

  public init() {}

  public func validate(for domain: Domain) throws {
    try AutoencoderSettings.validate(domain, latents, networks, likelihood)
    try AutoencoderSettings.validate(beta: beta, annealing: annealing)
    try AutoencoderSettings.validate(samples: samples)
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> GaussianAutoencoder {
    GaussianAutoencoder(domain, latents, networks, likelihood, random)
  }

  public func loss(_ network: GaussianAutoencoder, _ batch: Batch, _ step: Step) -> Loss {
    let q = network.posterior(batch.x)  // q(z|x), [n, k]
    let z = q.sample(draws: samples, step.random("noise"))  // [samples · n, k]
    let p = network.likelihood(network.decoder(z))  // p(x|z)
    return Loss(
      .term("reconstruction", -p.logProbability(of: batch.x, draws: samples)),  // nats
      .term(  // nats
        "rate", q.divergenceFromStandard(), weight: beta * step.warmth(over: annealing)))
  }
}
