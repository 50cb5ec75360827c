import Autoencoding
import Datasets
import Evaluation
import Learning
import Networks
import Probability
import Torch

/// The disentangled inferred prior: a variational autoencoder that holds the covariance of its
/// codes over the data to the identity.
///
/// - Source: Kumar, Sattigeri & Balakrishnan, *Variational Inference of Disentangled Latent
///   Concepts from Unlabeled Observations*, ICLR 2018, arXiv:1711.00848, eqs. 6 and 7.
/// - Departs: covariances are those of one minibatch, with divisor n; ReLU unless --activation says
///   otherwise.
public struct DIPVAE: LossRecipe {
  public static let card = Card(
    id: "dip-vae", title: "Disentangled inferred prior autoencoder",
    source:
      "Kumar, Sattigeri & Balakrishnan, Variational Inference of Disentangled Latent Concepts "
      + "from Unlabeled Observations, ICLR 2018, arXiv:1711.00848",
    system: "S139",
    summary:
      "A variational autoencoder with a penalty on how far the covariance of the posterior "
      + "means, or of the aggregate posterior, is from the identity, so that units neither tell "
      + "of each other nor fall idle.")

  /// Whose covariance is held to the identity.
  public enum Moments: String, Codable, CaseIterable, Sendable {
    /// The means of the posterior: DIP-VAE-I.
    case means
    /// The aggregate posterior, variances included: DIP-VAE-II.
    case aggregate
  }

  /// Whose covariance is held to the identity: means of the posteriors (DIP-VAE-I) or aggregate
  /// (DIP-VAE-II).
  public var moments = Moments.means
  /// Weight of the squared covariances of different units.
  public var offDiagonal = 10.0
  /// Weight of the squared distances of the variances from 1; usual are 10 times off-diagonal for
  /// means and the same for aggregate.
  public var diagonal = 100.0
  /// Number of latent units, k.
  public var latents = 10
  public var networks = EncoderDecoder()
  /// What the decoder's outputs say of the data: auto, gaussian, bernoulli, continuous-bernoulli or
  /// logistic.
  public var likelihood = LikelihoodFamily.auto
  public var training = Training()

  public init() {}

  public func validate(for domain: Domain) throws {
    try AutoencoderSettings.validate(domain, latents, networks, likelihood)
    try AutoencoderSettings.validate(weights: [
      ("off-diagonal", offDiagonal), ("diagonal", diagonal),
    ])
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> GaussianAutoencoder {
    GaussianAutoencoder(domain, latents, networks, likelihood, random)
  }

  public func loss(_ network: GaussianAutoencoder, _ batch: Batch, _ step: Step) -> Loss {
    let q = network.posterior(batch.x)  // q(z|x), [n, k]
    let z = q.sample(step.random("noise"))  // [n, k]
    let p = network.likelihood(network.decoder(z))  // p(x|z)
    let covariance = covariance(q)  // [k, k]
    return Loss(
      .term("reconstruction", -p.logProbability(of: batch.x)),  // nats
      .term("rate", q.divergenceFromStandard()),  // nats
      .term("off-diagonal", CovariancePenalty.offDiagonal(covariance), weight: offDiagonal),
      .term("diagonal", CovariancePenalty.diagonal(covariance), weight: diagonal))
  }

  private func covariance(_ q: Normal) -> Tensor {
    switch moments {
    case .means: q.covarianceOfMeans()
    case .aggregate: q.covarianceOfMixture()
    }
  }
}
