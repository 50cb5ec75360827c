import Datasets
import Files
import Learning
import Networks
import Torch

/// Relational reasoning: of pairs of views, a small head says which show the same example.
///
/// - Source: Patacchiola & Storkey, *Self-supervised relational reasoning for representation learning*, NeurIPS 2020,
///   arXiv:2006.05849, eqs. 1 to 3 and algorithm 1.
/// - Departs: four views of each example at first, where the paper takes 32, whose pairs grow with the square; a rectifier
///   without leak in the head; a small residual network.
public struct RelationalReasoning: LossRecipe {
  public static let card = Card(
    id: "relational-reasoning", title: "Relational reasoning",
    source:
      "Patacchiola & Storkey, Self-supervised relational reasoning for representation learning, "
      + "NeurIPS 2020, arXiv:2006.05849",
    system: "S108",
    summary: "A head says of pairs of views whether they show the same example.")

  public var encoder = BackboneSettings()
  public var views = Views()
  /// Views of each example in a step.
  public var augmentations = 4
  /// Width of the hidden layer of the head that relates two views.
  public var relation = 256
  /// Exponent by which pairs that are told apart well lose their weight.
  public var focus = 2.0
  public var training = Training()

  public init() {}

  /// The encoder, and what relates two of its features.
  public struct Network: Module, Encoding {
    let encoder: Backbone
    let relation: ProjectionHead

    /// Features before the head, `[n]` + shape to `[n, k]`.
    public func encode(_ x: Tensor) -> Tensor { encoder(x) }
  }

  public func validate(for domain: Domain) throws {
    try encoder.validate(for: domain)
    try views.validate()
    try require(2...64 ~= augmentations, "--augmentations \(augmentations): must be 2 to 64")
    try require(1...100_000 ~= relation, "--relation \(relation): must be 1 to 100000")
    try require(focus >= 0 && focus.isFinite, "--focus \(focus): must be at least 0")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    let encoder = encoder.makeNetwork(domain.shape, random.child("encoder"))
    return Network(
      encoder: encoder,
      relation: ProjectionHead([2 * encoder.features, relation, 1], random.child("relation")))
  }

  public func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let shown = (0..<augmentations).map { views(batch.x, step.random("view \($0)")) }
    let features = network.encoder(.concatenate(shown)).split(into: augmentations, along: 0)
    var same: [Tensor] = []
    var other: [Tensor] = []
    for first in 0..<augmentations {
      for second in first + 1..<augmentations {
        // Views of other examples: those some places further on, another distance for each pair of views.
        let shift = 1 + same.count % max(1, batch.x.size(0) - 1)
        let strangers = features[second].rolled(by: shift, along: 0)
        same.append(.concatenate([features[first], features[second]], along: 1))
        other.append(.concatenate([features[first], strangers], along: 1))
      }
    }
    let logits = network.relation(.concatenate(same + other)).squeezed(1).split(into: 2, along: 0)
    func loss(_ logits: Tensor) -> Tensor {
      logits.focalLoss(focus).reshaped(same.count, batch.x.size(0)).mean(over: 0)
    }
    return Loss(
      .term("same", loss(logits[0]), weight: 0.5), .term("other", loss(-logits[1]), weight: 0.5))
  }
}

extension Tensor {
  /// −(1 − p)^focus log p of the probability p with these logits, nats.
  ///
  /// - Source: Lin, Goyal, Girshick, He & Dollár, *Focal loss for dense object detection*, ICCV 2017, eq. 4.
  func focalLoss(_ focus: Double) -> Tensor {
    -(logSigmoid() * ((-self).logSigmoid() * focus).exp())
  }
}
