import Datasets
import Files
import Learning
import Networks
import Torch

/// Prediction of rotations: the network says by how many quarter turns an image was turned; what is no square image is
/// shifted around along its last axis by quarters instead.
///
/// - Source: Gidaris, Singh & Komodakis, *Unsupervised representation learning by predicting image rotations*, ICLR 2018,
///   arXiv:1803.07728, eqs. 1 to 3.
/// - Departs: the turned images are views, cropped and recoloured as in contrastive learning; Adam.
public struct RotationPrediction: LossRecipe {
  public static let card = Card(
    id: "rotation", title: "Rotation prediction",
    source:
      "Gidaris, Singh & Komodakis, Unsupervised representation learning by predicting image "
      + "rotations, ICLR 2018, arXiv:1803.07728",
    summary: "The network says by how many quarter turns an image was turned.")

  public var encoder = BackboneSettings()
  public var views = Views()
  public var training = Training()

  public init() {}

  /// The encoder and a layer of logits.
  public struct Network: Module, Encoding {
    let encoder: Backbone
    let head: Linear

    /// Features before the last layer, `[n]` + shape to `[n, k]`.
    public func encode(_ x: Tensor) -> Tensor { encoder(x) }
  }

  public func validate(for domain: Domain) throws {
    try encoder.validate(for: domain)
    try views.validate()
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    let encoder = encoder.makeNetwork(domain.shape, random)
    return Network(encoder: encoder, head: Linear(encoder.features, 4, random))
  }

  public func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let x = views(batch.x, step.random("view"))
    let turned = Tensor.concatenate((0..<4).map { x.turned(quarters: $0) })  // [4 n] + shape
    let turns = Tensor.range(0, 4, type: .int64, device: x.device)
      .unsqueezed(1).expanded([4, x.size(0)]).flattened()
    let logits = network.head(network.encoder(turned))  // [4 n, 4]
    let told = logits.crossEntropy(turns).reshaped(4, x.size(0)).mean(over: 0)  // nats
    return Loss(.term("turns", told))
  }
}

extension Tensor {
  /// Square images `[n, c, h, h]` turned against the clock, other data shifted around along the last axis.
  func turned(quarters: Int) -> Tensor {
    guard rank == 4, size(2) == size(3) else {
      return rolled(by: size(-1) * quarters / 4, along: -1)
    }
    return switch quarters {
    case 1: transposed(2, 3).flipped(2)
    case 2: flipped(2, 3)
    case 3: transposed(2, 3).flipped(3)
    default: self
    }
  }
}
