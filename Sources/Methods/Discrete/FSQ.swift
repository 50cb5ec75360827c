import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Probability
import Torch

/// Finite scalar quantisation: each number of a short vector is rounded to one of a few levels, so that the codebook is
/// a fixed grid which needs no learning and does not fall out of use.
///
/// - Source: Mentzer, Minnen, Agustsson & Tschannen, *Finite Scalar Quantization: VQ-VAE Made Simple*, ICLR 2024,
///   arXiv:2309.15505, section 3.1 and appendix A.1.
/// - Departs: an autoencoder by likelihood alone, without perceptual and adversarial losses; without convolutions the
///   tokens are a row; the prior is a causal transformer instead of MaskGIT.
public struct FSQ: TokenRecipe {
  public static let card = Card(
    id: "fsq", title: "Finite scalar quantisation",
    source:
      "Mentzer, Minnen, Agustsson & Tschannen, Finite Scalar Quantization: VQ-VAE Made Simple, ICLR 2024, "
      + "arXiv:2309.15505",
    summary:
      "Each of a few numbers at a place is bounded and rounded to some levels, with gradients straight through; "
      + "the codebook is the product of the levels.")

  /// Levels of each number at a place; the codebook has as many entries as their product.
  public var levels = [8, 5, 5, 5]
  /// Number of tokens in the row of an example; with convolutions the grid they leave says how many.
  public var tokens = 16
  public var networks = EncoderDecoder()
  /// What the decoder's outputs say of the data: auto, gaussian, bernoulli, continuous-bernoulli or logistic.
  public var likelihood = LikelihoodFamily.auto
  public var prior = TokenPriorSettings()
  public var training = Training()

  public init() {}

  public typealias Codes = FiniteScalarQuantiser

  public func validate(for domain: Domain) throws {
    try validateTokens(domain)
    // The product is taken only of levels that cannot overflow it.
    let isSmall = levels.count <= 16 && levels.allSatisfy { (2...1000) ~= $0 }
    let size = isSmall ? levels.reduce(1.0) { $0 * Double($1) } : .infinity
    try require(
      !levels.isEmpty && size <= 1_000_000,
      "--levels \(levels.map(\.description).joined(separator: ",")): must be some numbers of at "
        + "least 2 whose product is at most 1000000")
  }

  public func makeNetwork(
    _ domain: Domain, _ random: RandomStream
  ) -> TokenAutoencoder<FiniteScalarQuantiser> {
    TokenAutoencoder(domain, self, random) { _ in FiniteScalarQuantiser(levels: levels) }
  }

  public func loss(
    _ network: TokenAutoencoder<FiniteScalarQuantiser>, _ batch: Batch, _ step: Step
  ) -> Loss {
    let z = network.codes.quantised(network.encoder(batch.x))  // [n, t, w]
    return Loss(.term("reconstruction", network.reconstruction(of: batch.x, from: z)))
  }
}
