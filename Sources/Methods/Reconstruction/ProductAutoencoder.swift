import Autoencoding
import Datasets
import Evaluation
import Learning
import Networks
import Probability
import Torch

/// An autoencoder whose decoder reads codes by several likenesses to anchors at once, so that nobody must say beforehand
/// which of them trainings agree in.
///
/// - Source: Cannistraci, Moschella, Fumero, Maiorca & Rodolà, *From bricks to bridges: product of invariances to enhance
///   latent space communication*, ICLR 2024, arXiv:2310.01211, §3.
/// - Departs: the parts stand side by side, each row of each standardised; the paper's sum of transformed parts and its
///   attention are left out, since the decoder's first layer is a sum of transformed parts; otherwise as
///   ``RelativeAutoencoder``.
public struct ProductAutoencoder: RelativeRecipe {
  public static let card = Card(
    id: "product-ae", title: "Autoencoder with a product of invariances",
    source:
      "Cannistraci et al., From bricks to bridges: product of invariances to enhance latent space communication, ICLR "
      + "2024, arXiv:2310.01211",
    system: "S102",
    summary:
      "A relative autoencoder whose decoder is told the cosine, the Euclidean, the absolute and the largest distance of "
      + "each code to each anchor, each with invariances of its own.")

  /// Number of latent units, k.
  public var latents = 100
  /// Examples by whose codes others are told, m.
  public var anchors = 300
  /// Where the choice of anchors starts, apart from --seed: spaces that name the same have the same anchors.
  public var anchorSeed = 0
  /// Whether the decoder is told the cosine of the angle between code and anchor.
  public var cosine = true
  /// Whether it is told the Euclidean distance.
  public var euclidean = true
  /// Whether it is told the sum of absolute differences.
  public var manhattan = true
  /// Whether it is told the largest absolute difference.
  public var chebyshev = true
  public var networks = EncoderDecoder()
  /// What the decoder's outputs say of the data: auto, gaussian, bernoulli, continuous-bernoulli or logistic.
  public var likelihood = LikelihoodFamily.auto
  public var training = Training()

  public init() {}

  public var likenesses: [AnchorLikeness] {
    let told: [(Bool, AnchorLikeness)] = [
      (cosine, .cosine), (euclidean, .euclidean), (manhattan, .manhattan),
      (chebyshev, .chebyshev),
    ]
    return told.filter(\.0).map(\.1)
  }
}
