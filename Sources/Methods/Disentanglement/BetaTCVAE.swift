import Autoencoding
import Datasets
import Evaluation
import Learning
import Networks
import Probability
import Torch

/// The total correlation variational autoencoder: the KL term of the evidence lower bound in three
/// parts, each with a weight of its own, of which the one on dependence between units is raised.
///
/// - Source: Chen, Li, Grosse & Duvenaud, *Isolating Sources of Disentanglement in Variational
///   Autoencoders*, NeurIPS 2018, arXiv:1802.04942, eqs. 2 and 4, appendix C.
/// - Departs: stratified sampling counts all other posteriors of the batch alike, the mean of the
///   paper's weights over the orders of the batch, and a draw's own posterior is the one at its own
///   place (the authors' program takes the batch's first); ReLU unless --activation says otherwise.
public struct BetaTCVAE: LossRecipe {
  public static let card = Card(
    id: "beta-tcvae", title: "Total correlation variational autoencoder",
    source:
      "Chen, Li, Grosse & Duvenaud, Isolating Sources of Disentanglement in Variational "
      + "Autoencoders, NeurIPS 2018, arXiv:1802.04942",
    system: "S386",
    summary:
      "A variational autoencoder whose KL term is split into what codes tell of the example's "
      + "index, what units tell of each other, and how far each unit is from the prior; the "
      + "second, the total correlation, weighs more.")

  /// Weight of the mutual information between code and index, alpha in the paper.
  public var mutualInformation = 1.0
  /// Weight of the total correlation, beta in the paper.
  public var totalCorrelation = 6.0
  /// Weight of the KL divergence of single units, gamma in the paper.
  public var dimensionwise = 1.0
  /// How a minibatch stands for all examples: weighted or stratified.
  public var sampling = AggregatePosterior.Sampling.weighted
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
      ("mutual-information", mutualInformation), ("total-correlation", totalCorrelation),
      ("dimensionwise", dimensionwise),
    ])
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> GaussianAutoencoder {
    GaussianAutoencoder(domain, latents, networks, likelihood, random)
  }

  public func loss(_ network: GaussianAutoencoder, _ batch: Batch, _ step: Step) -> Loss {
    let q = network.posterior(batch.x)  // q(z|x), [n, k]
    let z = q.sample(step.random("noise"))  // [n, k]
    let p = network.likelihood(network.decoder(z))  // p(x|z)
    let aggregate = AggregatePosterior(
      q, examples: step.examples ?? z.size(0), sampling: sampling)
    let parts = aggregate.divergence(of: z)
    return Loss(
      .term("reconstruction", -p.logProbability(of: batch.x)),  // nats
      .term("mutual information", parts.mutualInformation, weight: mutualInformation),  // nats
      .term("total correlation", parts.totalCorrelation, weight: totalCorrelation),  // nats
      .term("dimension-wise", parts.dimensionwise, weight: dimensionwise))  // nats
  }
}
