import Datasets
import Learning
import Torch

/// SimCLR without a head, on features that are divided by the powers of a number, one after another, before they are
/// compared: unequal weights that are fixed in place of those that a head learns.
///
/// - Source: Xue et al., *Investigating the Benefits of Projection Head for Representation Learning*, ICLR 2024,
///   section 6.
/// - Departs: nowhere.
struct ReweightedContrast: JointEmbedding {
  static let card = Card(
    id: "reweighted-contrast", title: "Contrast of reweighted features",
    source: "Xue et al., ICLR 2024, arXiv:2403.11391",
    summary: "Fixed unequal weights of features in place of a head.")

  typealias Network = TwinEmbedding

  var encoder = BackboneSettings()
  var views = Views()
  /// Widths of a head that is not used.
  var projection = [1]
  /// What each next feature is divided by once more; 1 leaves them alike.
  var base = 1.1
  /// Spread of the projections below which a training stops; 0 never stops it.
  var collapse = 0.0
  var training = Training()

  init() {}

  func groups(_ network: TwinEmbedding) -> [ParameterGroup] {
    [ParameterGroup(network.online.encoder.parameters)]
  }

  func loss(_ network: TwinEmbedding, _ batch: Batch, _ step: Step) -> Loss {
    let features = network.online.encode(views.two(batch.x, step.random))
    let width = Double(features.size(1))
    let scales = Tensor.power(base, -Tensor.range(0, width, device: features.device))
    let both = (features * scales.unsqueezed(0)).split(into: 2, along: 0)
    let contrast = both[0].normalisedCrossEntropy(with: both[1], temperature: 0.5)
    return Loss([.term("contrast", contrast)] + network.watch.terms(both[0], both[1]))
  }
}
