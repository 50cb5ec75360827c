import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Probability
import Torch

/// The importance weighted autoencoder: a variational autoencoder trained on the log of the mean importance
/// weight of k posterior samples, a bound that tightens with k.
///
/// - Source: Burda, Grosse & Salakhutdinov, *Importance Weighted Autoencoders*, ICLR 2016, arXiv:1509.00519,
///   eqs. 8 and 13.
/// - Departs: one stochastic layer; ReLU unless --activation says otherwise; a constant step size unless --schedule says otherwise.
public struct IWAE: LossRecipe {
  public static let card = Card(
    id: "iwae", title: "Importance weighted autoencoder",
    source:
      "Burda, Grosse & Salakhutdinov, Importance Weighted Autoencoders, ICLR 2016, arXiv:1509.00519",
    system: "S057",
    summary:
      "The networks of a variational autoencoder, trained on the log of the mean importance weight of k "
      + "samples for each example: a strictly tighter bound that lets the posterior be richer.")

  /// Posterior samples for each example.
  public var samples = 5
  /// Number of latent units, k.
  public var latents = 20
  public var networks = EncoderDecoder()
  /// What the decoder's outputs say of the data: auto, gaussian, bernoulli, continuous-bernoulli or logistic.
  public var likelihood = LikelihoodFamily.auto
  public var training = Training()

  public init() {}

  public func validate(for domain: Domain) throws {
    try AutoencoderSettings.validate(domain, latents, networks, likelihood)
    try AutoencoderSettings.validate(samples: samples)
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> GaussianAutoencoder {
    GaussianAutoencoder(domain, latents, networks, likelihood, random)
  }

  public func loss(_ network: GaussianAutoencoder, _ batch: Batch, _ step: Step) -> Loss {
    let weights = network.logWeights(batch.x, draws: samples, step.random("noise"))  // [samples, n]
    return Loss(.term("bound", -ImportanceWeights.bound(weights)))  // nats
  }
}
