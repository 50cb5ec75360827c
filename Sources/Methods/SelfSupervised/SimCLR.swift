import Datasets
import Files
import Learning
import Torch

/// Contrastive learning: two views of an example are to be nearer to each other than to the views of all other examples of
/// the batch.
///
/// - Source: Chen, Kornblith, Norouzi & Hinton, *A simple framework for contrastive learning of visual representations*,
///   ICML 2020, arXiv:2002.05709, eq. 1 and algorithm 1.
/// - Departs: Adam instead of LARS; a small residual network; batches of hundreds.
public struct SimCLR: JointEmbedding {
  public static let card = Card(
    id: "simclr", title: "SimCLR",
    source:
      "Chen, Kornblith, Norouzi & Hinton, A simple framework for contrastive learning of visual "
      + "representations, ICML 2020, arXiv:2002.05709",
    summary:
      "Two views of an example attract each other, and all other examples of the batch are pushed away."
  )

  public typealias Network = TwinEmbedding

  public var encoder = BackboneSettings()
  public var views = Views()
  /// Widths of the head; what is compared has the last.
  public var projection = [128, 64]
  /// Temperature of the similarities.
  public var temperature = 0.5
  /// Spread of the projections below which a training stops; 0 never stops it.
  public var collapse = 0.01
  public var training = Training()

  public init() {}

  public func validate(for domain: Domain) throws {
    try validateParts(for: domain)
    try require(
      temperature > 0 && temperature.isFinite, "--temperature \(temperature): must be above 0")
  }

  public func loss(_ network: TwinEmbedding, _ batch: Batch, _ step: Step) -> Loss {
    let (a, b) = projections(network, batch, step)  // [n, m]
    let contrast = a.normalisedCrossEntropy(with: b, temperature: temperature)  // nats
    return Loss([.term("contrast", contrast)] + network.watch.terms(a, b))
  }
}
