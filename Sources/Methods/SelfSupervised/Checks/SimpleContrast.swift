import Datasets
import Learning
import Torch

/// SimCLR with the contrast that has no softmax: the mean similarity with the nearest negatives less that with the
/// partner.
///
/// - Source: Wang & Liu, *Understanding the Behaviour of Contrastive Loss*, CVPR 2021, equations 8 and 9.
/// - Departs: means in place of sums over negatives.
struct SimpleContrast: JointEmbedding {
  static let card = Card(
    id: "simple-contrast", title: "Simple contrast",
    source:
      "Wang & Liu, Understanding the Behaviour of Contrastive Loss, CVPR 2021, arXiv:2012.09740",
    summary: "Pushes the nearest negatives away, all alike.")

  typealias Network = TwinEmbedding

  var encoder = BackboneSettings()
  var views = Views()
  /// Widths of the head; what is compared has the last.
  var projection = [128, 64]
  /// Share of the negatives that are pushed, the nearest.
  var nearest = 1.0
  /// Spread of the projections below which a training stops; 0 never stops it.
  var collapse = 0.0
  var training = Training()

  init() {}

  func loss(_ network: TwinEmbedding, _ batch: Batch, _ step: Step) -> Loss {
    let (a, b) = projections(network, batch, step)
    let contrast = a.simpleContrast(with: b, nearest: nearest)
    return Loss([.term("contrast", contrast)] + network.watch.terms(a, b))
  }
}
