import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Probability
import Torch

/// A tokeniser that is trained on its own mistakes to come: some tokens of some examples are exchanged for near ones of
/// the codebook before they are decoded, as a generator of tokens will do.
///
/// - Source: Qiu et al., *Robust Latent Matters: Boosting Image Generation with Sampling Error*, 2025,
///   arXiv:2503.08354, with the authors' code at github.com/lxa9867/ImageFolder.
/// - Departs: the networks and losses of a vector quantised autoencoder here, without a vision transformer, semantic
///   guidance, perceptual and adversarial losses; the share of exchanged tokens falls to half between a fifth and three
///   fifths of the training, of which we know only that it falls; near entries are near the one chosen, as in the
///   paper's formula, where the code takes those near the encoding; the prior is a small causal transformer without
///   classes and guidance.
public struct RobustTokenizer: PerturbingRecipe {
  public static let card = Card(
    id: "robust-tokenizer", title: "Tokeniser trained under latent perturbation",
    source:
      "Qiu et al., Robust Latent Matters: Boosting Image Generation with Sampling Error, 2025, "
      + "arXiv:2503.08354",
    system: "S151",
    summary:
      "A vector quantised autoencoder whose decoder learns to read tokens some of which are near ones of the "
      + "codebook instead of those chosen, so that a generator's mistakes do less harm.")

  public var perturbation = LatentPerturbation()
  /// Number of vectors in the codebook, K.
  public var codebook = 512
  /// Numbers in a vector of the codebook.
  public var codeWidth = 16
  /// Number of tokens in the row of an example; with convolutions the grid they leave says how many.
  public var tokens = 16
  /// Weight of the encoder's distance to the vectors it chose.
  public var commitment = 0.25
  /// Share of the past in the moving averages of the codebook.
  public var decay = 0.99
  /// Use, in units of even use, below which a vector is moved onto an encoding; 0 moves none.
  public var revival = 0.2
  public var networks = EncoderDecoder()
  /// What the decoder's outputs say of the data: auto, gaussian, bernoulli, continuous-bernoulli or logistic.
  public var likelihood = LikelihoodFamily.auto
  public var prior = TokenPriorSettings()
  public var training = Training()

  public init() {}

  public func validate(for domain: Domain) throws { try validatePerturbed(domain) }
}

extension TokenAutoencoder: Perturbing where Codes == VectorQuantiser {}
