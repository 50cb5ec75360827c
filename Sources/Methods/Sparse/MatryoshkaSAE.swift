import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Torch

/// The Matryoshka sparse autoencoder: nested dictionaries, each the first part of the next, that must all reconstruct,
/// so that general features stay whole in the inner ones.
///
/// - Source: Bussmann, Nabeshima, Karvonen & Nanda, *Learning multi-level features with Matryoshka sparse
///   autoencoders*, ICML 2025, arXiv:2503.17547, eq. 4.
/// - Departs: each dictionary has twice the units of the one inside it; the threshold is a moving average.
public struct MatryoshkaSAE: SparseRecipe {
  public static let card = Card(
    id: "matryoshka-sae", title: "Matryoshka sparse autoencoder",
    source:
      "Bussmann et al., Learning multi-level features with Matryoshka sparse autoencoders, ICML 2025, "
      + "arXiv:2503.17547",
    summary:
      "A batch top-k sparse autoencoder whose first units must reconstruct alone, and so must the first twice as "
      + "many, up to all.")

  public var dictionary = DictionarySettings()
  /// Units that are active in an example on average, k.
  public var active = 16
  /// Nested dictionaries, the largest included.
  public var levels = 5
  public var dead = DeadUnits()
  public var training = Training()

  public init() {}

  public typealias Activation = BatchTopK

  public func validate(for domain: Domain) throws {
    try dictionary.validate(domain)
    try dictionary.validate(active: active)
    try dead.validate()
    try require(
      (1...24) ~= levels && dictionary.latents >> (levels - 1) >= 1,
      "--levels \(levels): --latents \(dictionary.latents) can be halved \(levels - 1) times at most "
        + "where a unit is left")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> SparseNetwork<BatchTopK> {
    SparseNetwork(
      domain, dictionary, random, BatchTopK(units: dictionary.latents, active: active, random))
  }

  public func loss(_ network: SparseNetwork<BatchTopK>, _ batch: Batch, _ step: Step) -> Loss {
    let parts = network.dictionary
    let x = parts.scaled(batch.x)  // [n, d]
    let z = network.activation(parts.read(x))  // [n, m]
    // Each dictionary adds to what the one inside it has written.
    var (written, from) = (parts.offset.tensor.unsqueezed(0), 0)
    var errors: [Tensor] = []
    for level in (0..<levels).reversed() {
      let to = dictionary.latents >> level
      written =
        written + z.sliced(1, from, to).matmul(parts.decoder.tensor.sliced(0, from, to))
      errors.append(written.error(against: x))
      from = to
    }
    let revival = dead.terms(parts, bias: network.activation.bias.tensor, x, written)
    parts.note(z.uses, of: x.size(0))
    return Loss([.term("error", Tensor.stack(errors).mean(over: 0))] + revival)
  }
}
