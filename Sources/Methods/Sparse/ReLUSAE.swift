import Autoencoding
import Datasets
import Evaluation
import Learning
import Networks
import Torch

/// The sparse autoencoder with rectified units whose sum is penalised.
///
/// - Source: Bricken et al., *Towards monosemanticity*, Transformer Circuits, 2023; Cunningham et al., *Sparse
///   autoencoders find highly interpretable features in language models*, ICLR 2024, arXiv:2309.08600.
/// - Departs: the data are scaled as in Gao et al., 2024; dead units are not drawn anew.
public struct ReLUSAE: SparseRecipe {
  public static let card = Card(
    id: "relu-sae", title: "Sparse autoencoder with an L1 penalty",
    source:
      "Cunningham et al., Sparse autoencoders find highly interpretable features in language models, ICLR 2024, "
      + "arXiv:2309.08600",
    summary:
      "Writes each example as a sum of few of many learned directions: what its encoder reads above 0, whose sum is "
      + "penalised.")

  public var dictionary = DictionarySettings()
  /// Weight of the sum of the active units against the squared error.
  public var penalty = 1.0
  /// Share of the training over which the penalty rises.
  public var rising = 0.1
  public var training = Training()

  public init() {}

  /// What was read above 0.
  public struct Activation: Activating {
    /// `[m]`.
    let bias: Parameter

    public func callAsFunction(_ read: Tensor) -> Tensor {
      (read + bias.tensor.unsqueezed(0)).relu()
    }
  }

  public func validate(for domain: Domain) throws {
    try dictionary.validate(domain)
    try AutoencoderSettings.validate(weights: [("penalty", penalty)])
    try SparsityPenalty.validate(rising: rising)
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> SparseNetwork<Activation> {
    let bias = Parameter(Tensor.zeros([dictionary.latents], device: random.device))
    return SparseNetwork(domain, dictionary, random, Activation(bias: bias))
  }

  public func loss(_ network: SparseNetwork<Activation>, _ batch: Batch, _ step: Step) -> Loss {
    let parts = network.dictionary
    let x = parts.scaled(batch.x)  // [n, d]
    let z = network.activation(parts.read(x))  // [n, m]
    parts.note(z.uses, of: x.size(0))
    return Loss(
      .term("error", parts.written(z).error(against: x)),
      .term(
        "penalty", z.sum(over: 1) / Double(x.size(1)), weight: penalty * step.warmth(over: rising)))
  }
}
