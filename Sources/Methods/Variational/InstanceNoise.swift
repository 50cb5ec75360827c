import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Probability
import Torch

/// A generator fitted by likelihood to data with noise added, whose draws leave the noise out: an estimate of a
/// distribution that lies on a thin set, where the likelihood of the data themselves has no bound.
///
/// - Source: Chae, Kim, Kim & Lin, *A Likelihood Approach to Nonparametric Estimation of a Singular Distribution Using
///   Deep Generative Models*, JMLR 2023, arXiv:2105.04046.
/// - Departs: the noise is drawn anew at each step, not once for each example; the likelihood is the importance
///   weighted bound of Burda et al., 2016; ReLU unless --activation says otherwise.
public struct InstanceNoise: LossRecipe {
  public static let card = Card(
    id: "instance-noise", title: "Likelihood with instance noise",
    source:
      "Chae, Kim, Kim & Lin, A Likelihood Approach to Nonparametric Estimation of a Singular Distribution Using "
      + "Deep Generative Models, JMLR 2023, arXiv:2105.04046",
    system: "S138",
    summary:
      "Normal noise of a chosen size is added to the data, a generator with normal outputs is fitted to them by an "
      + "importance weighted bound, and what it generates is its noise-free mean.")

  /// Deviation of the noise that is added to the data; numbers of tables have deviation 1, and grey levels lie from 0 to 1.
  public var noise = 0.1
  /// Posterior samples for each example.
  public var samples = 10
  /// Number of latent units, k.
  public var latents = 10
  public var networks = EncoderDecoder()
  public var training = Training()

  public init() {}

  public func validate(for domain: Domain) throws {
    try AutoencoderSettings.validate(domain, latents, networks, .gaussian)
    try AutoencoderSettings.validate(samples: samples)
    try require(
      noise >= 0 && noise.isFinite, "--noise \(noise): the noise's deviation must be at least 0")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> GaussianAutoencoder {
    GaussianAutoencoder(domain, latents, networks, .gaussian, random)
  }

  public func loss(_ network: GaussianAutoencoder, _ batch: Batch, _ step: Step) -> Loss {
    let perturbation = step.random("perturbation").normal(batch.x.shape)
    let weights = network.logWeights(
      batch.x + perturbation * noise, draws: samples, step.random("noise"))  // [samples, n]
    return Loss(.term("bound", -ImportanceWeights.bound(weights)))  // nats
  }
}
