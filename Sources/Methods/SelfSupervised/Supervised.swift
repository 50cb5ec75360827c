import Datasets
import Files
import Learning
import Networks
import Torch

/// The baseline with labels: the same network and the same views, taught the classes.
///
/// - Source: He, Zhang, Ren & Sun, *Deep residual learning for image recognition*, CVPR 2016: residual blocks and a
///   softmax, trained by cross-entropy on views of labelled examples.
/// - Departs: Adam; a small network.
public struct Supervised: LossRecipe {
  public static let card = Card(
    id: "supervised", title: "Supervised baseline",
    source:
      "He, Zhang, Ren & Sun, Deep residual learning for image recognition, CVPR 2016, "
      + "arXiv:1512.03385",
    summary: "The network of the self-supervised methods, taught the labels on the same views.")

  public var encoder = BackboneSettings()
  public var views = Views()
  public var training = Training()

  public init() {}

  /// The encoder and a layer of logits.
  public struct Network: Module, Encoding, Classifying {
    let encoder: Backbone
    let head: Linear

    /// Features before the last layer, `[n]` + shape to `[n, k]`.
    public func encode(_ x: Tensor) -> Tensor { encoder(x) }
    public func logProbabilities(_ x: Tensor) -> Tensor { head(encoder(x)).logSoftmax() }
  }

  public func validate(for domain: Domain) throws {
    try encoder.validate(for: domain)
    try views.validate()
    try require(
      domain.classes.count >= 2,
      "this method needs labels of at least two classes; --label COLUMN says where they are")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    let encoder = encoder.makeNetwork(domain.shape, random)
    return Network(
      encoder: encoder, head: Linear(encoder.features, domain.classes.count, random))
  }

  public func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    // What validation has refused; a loss that is not a number stops the training.
    guard let labels = batch.labels else { return Loss(.term("cross-entropy", Tensor(.nan))) }
    let x = Runtime.isTraining ? views(batch.x, step.random("view")) : batch.x
    let logits = network.head(network.encoder(x))  // [n, classes]
    return Loss(.term("cross-entropy", logits.crossEntropy(labels)))  // nats
  }
}
