import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Probability
import Torch

/// The information maximising variational autoencoder: the evidence lower bound with the mutual
/// information between data and code favoured, and the aggregate posterior held to the prior by the
/// maximum mean discrepancy.
///
/// - Source: Zhao, Song & Ermon, *InfoVAE: Balancing Learning and Inference in Variational
///   Autoencoders*, AAAI 2019, arXiv:1706.02262 (there *Information Maximizing Variational
///   Autoencoders*), section 3.
/// - Departs: of the divergences only the maximum mean discrepancy, with 2 k as the kernel's scale;
///   the autoregressive decoder is a small gated PixelCNN with one stack; ReLU unless --activation
///   says otherwise.
public struct InfoVAE: LossRecipe {
  public static let card = Card(
    id: "infovae", title: "Information maximising variational autoencoder",
    source:
      "Zhao, Song & Ermon, InfoVAE: Information Maximizing Variational Autoencoders, AAAI "
      + "2019, arXiv:1706.02262",
    system: "S103",
    summary:
      "A variational autoencoder with weights of their own on the mutual information between "
      + "data and code and on how far all codes together are from the prior, so that a flexible "
      + "decoder cannot leave the codes idle.")

  /// Weight of the mutual information between data and code, alpha in the paper; the rate counts 1
  /// less this.
  public var mutualInformation = 0.0
  /// Weight of the divergence between aggregate posterior and prior, lambda in the paper; the
  /// discrepancy counts this plus alpha less 1.
  public var aggregateDivergence = 10.0
  /// Kernel of the discrepancy: rbf or inverse-multiquadratic.
  public var kernel = MaximumMeanDiscrepancy.Kernel.rbf
  /// Estimator of the discrepancy: unbiased or biased.
  public var estimator = MaximumMeanDiscrepancy.Estimator.unbiased
  /// Number of latent units, k.
  public var latents = 10
  /// How examples are written from codes: plain or autoregressive.
  public var decoder = DecoderKind.plain
  public var pixels = PixelDecoder()
  public var networks = EncoderDecoder()
  /// What the decoder's outputs say of the data: auto, gaussian, bernoulli, continuous-bernoulli or
  /// logistic.
  public var likelihood = LikelihoodFamily.auto
  public var training = Training()

  public init() {}

  public func validate(for domain: Domain) throws {
    try AutoencoderSettings.validate(domain, latents, networks, likelihood)
    try pixels.validate()
    try require(
      mutualInformation <= 1,
      "--mutual-information \(mutualInformation): must be at most 1, where the rate counts nothing")
    try require(
      mutualInformation + aggregateDivergence >= 1,
      "--aggregate-divergence \(aggregateDivergence): must be at least \(1 - mutualInformation), "
        + "which is 1 less --mutual-information")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> AutoregressiveAutoencoder {
    let form = decoder == .autoregressive ? pixels : nil
    return AutoregressiveAutoencoder(domain, latents, networks, likelihood, form, random)
  }

  public func loss(_ network: AutoregressiveAutoencoder, _ batch: Batch, _ step: Step) -> Loss {
    let q = network.posterior(batch.x)  // q(z|x), [n, k]
    let z = q.sample(step.random("noise"))  // [n, k]
    let prior = step.random("prior").normal(z.shape, type: z.dtype)
    let p = network.likelihood(network.decoder(z, batch.x))  // p(x|z)
    let discrepancy = MaximumMeanDiscrepancy.normal(kernel, units: latents, estimator)
    return Loss(
      .term("reconstruction", -p.logProbability(of: batch.x)),  // nats
      .term("rate", q.divergenceFromStandard(), weight: 1 - mutualInformation),  // nats
      .term(
        "discrepancy", discrepancy(z, prior),
        weight: mutualInformation + aggregateDivergence - 1))
  }
}
