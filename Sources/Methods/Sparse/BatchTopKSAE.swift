import Autoencoding
import Datasets
import Evaluation
import Learning
import Networks
import Torch

/// The batch top-k sparse autoencoder: of what the encoder reads of a whole batch only the largest are kept, so that
/// hard examples have more active units than easy ones.
///
/// - Source: Bussmann, Leask & Nanda, *BatchTopK sparse autoencoders*, 2024, arXiv:2412.06410, eqs. 5–7.
/// - Departs: the threshold is a moving average of the batches' instead of a mean over the training data.
public struct BatchTopKSAE: SparseRecipe {
  public static let card = Card(
    id: "batch-topk-sae", title: "Batch top-k sparse autoencoder",
    source: "Bussmann, Leask & Nanda, BatchTopK sparse autoencoders, 2024, arXiv:2412.06410",
    summary:
      "Writes examples as sums of few of many learned directions, k for each on average over a batch, so that hard "
      + "examples have more.")

  public var dictionary = DictionarySettings()
  /// Units that are active in an example on average, k.
  public var active = 16
  public var dead = DeadUnits()
  public var training = Training()

  public init() {}

  public typealias Activation = BatchTopK

  public func validate(for domain: Domain) throws {
    try dictionary.validate(domain)
    try dictionary.validate(active: active)
    try dead.validate()
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> SparseNetwork<BatchTopK> {
    SparseNetwork(
      domain, dictionary, random, BatchTopK(units: dictionary.latents, active: active, random))
  }

  public func loss(_ network: SparseNetwork<BatchTopK>, _ batch: Batch, _ step: Step) -> Loss {
    let parts = network.dictionary
    let x = parts.scaled(batch.x)  // [n, d]
    let z = network.activation(parts.read(x))  // [n, m]
    let result = parts.written(z)
    let revival = dead.terms(parts, bias: network.activation.bias.tensor, x, result)
    parts.note(z.uses, of: x.size(0))
    return Loss([.term("error", result.error(against: x))] + revival)
  }
}
