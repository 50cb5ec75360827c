import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Torch

/// The k-sparse autoencoder: of what the encoder reads only the k largest are kept, and units that fall out of use are
/// brought back by an auxiliary loss.
///
/// - Source: Gao et al., *Scaling and evaluating sparse autoencoders*, ICLR 2025, arXiv:2406.04093, §2.3, §2.4 and
///   appendix A, with the authors' code at github.com/openai/sparse_autoencoder.
/// - Departs: one scale for all examples instead of the unit norm of each, so that codes alone say what they decode to;
///   the median is of at most 8,192 examples; no moving average of the weights unless --average says so; no clipping
///   unless --clip does.
public struct TopKSAE: SparseRecipe {
  public static let card = Card(
    id: "topk-sae", title: "Top-k sparse autoencoder",
    source:
      "Gao et al., Scaling and evaluating sparse autoencoders, ICLR 2025, arXiv:2406.04093",
    system: "S170",
    summary:
      "Writes each example as a sum of k of many learned directions, those that its encoder reads most of; an "
      + "auxiliary loss brings back directions that are never used.")

  public var dictionary = DictionarySettings()
  /// Units that are active in each example, k.
  public var active = 16
  public var dead = DeadUnits()
  public var training = Training()

  public init() {}

  /// The k largest of what was read, above 0.
  public struct Activation: Activating {
    /// `[m]`.
    let bias: Parameter
    let active: Int

    public func callAsFunction(_ read: Tensor) -> Tensor {
      let all = (read + bias.tensor.unsqueezed(0)).relu()
      let top = all.top(active, along: 1)
      return all.zerosLike().scatter(1, top.indices, top.values)
    }
  }

  public func validate(for domain: Domain) throws {
    try dictionary.validate(domain)
    try dictionary.validate(active: active)
    try dead.validate()
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> SparseNetwork<Activation> {
    let bias = Parameter(Tensor.zeros([dictionary.latents], device: random.device))
    return SparseNetwork(domain, dictionary, random, Activation(bias: bias, active: active))
  }

  public func loss(_ network: SparseNetwork<Activation>, _ batch: Batch, _ step: Step) -> Loss {
    let (parts, bias) = (network.dictionary, network.activation.bias.tensor)
    let x = parts.scaled(batch.x)  // [n, d]
    let z = SparseCodes(parts.centred(x), weight: parts.encoder.tensor, bias: bias, largest: active)
    let result = z.decoded(by: parts.decoder.tensor) + parts.offset.tensor.unsqueezed(0)
    let revival = dead.terms(parts, bias: bias, x, result)
    parts.note(z.uses, of: x.size(0))
    return Loss([.term("error", result.error(against: x))] + revival)
  }
}
