import Datasets
import Files
import Learning
import Networks
import Torch

/// Bootstrap your own latent without batch norm, that also pulls examples of a batch together which it finds alike already.
///
/// - Source: Garg & Jain, *Self-labeling refinement for robust representation learning with bootstrap your own latent*,
///   2022, arXiv:2204.04545, and the authors' program for the likeness from which two examples count as alike.
/// - Departs: a small network of convolutions; the loss by sigmoids is left out, and so is the likeness below which the
///   program's examples count as different; Adam.
public struct BYOLSelfLabelling: LossRecipe {
  public static let card = Card(
    id: "byol-self-labelling", title: "BYOL with self-labelling",
    source:
      "Garg & Jain, Self-Labeling Refinement for Robust Representation Learning with Bootstrap Your Own Latent, 2022, "
      + "arXiv:2204.04545",
    system: "S007",
    summary:
      "A network predicts what a slow average of itself makes of another view, of an example and of all others in the batch "
      + "that are alike by their cosine; layers are kept on scale without the batch.")

  /// What keeps the outputs of layers on one scale: batch, layer or none.
  public var scaling = LayerScaling.layer
  /// Weight of the pull between examples that are alike; 0 leaves each to itself.
  public var pull = 1.0
  /// Cosine above which two examples of a batch are alike.
  public var likeness = 0.8
  /// Channels, or units, of the layers; the last are the features.
  public var widths = [32, 64, 128]
  /// Width of the hidden layers of projection and predictor.
  public var hidden = 128
  /// Width of what is predicted.
  public var projection = 64
  public var views = Views()
  /// How much of the target survives a step at the start of training; rises to 1.
  public var targetDecay = 0.99
  /// Spread of the projections below which a training stops; 0 never stops it.
  public var collapse = 0.01
  public var training = Training()

  public init() {}

  /// The network that learns, what predicts from it, and the average that it predicts.
  public struct Network: Module, Encoding {
    let online: NormedProjection
    let predictor: NormedHead
    let target: MovingAverage<NormedProjection>
    let watch: CollapseWatch

    /// Features before the head, `[n]` + shape to `[n, k]`.
    public func encode(_ x: Tensor) -> Tensor { online.encoder(x) }
  }

  public func validate(for domain: Domain) throws {
    try require(
      domain.support != .tokens, "this method takes numbers, and the source holds tokens of text")
    try views.validate()
    try require(
      !widths.isEmpty && widths.allSatisfy { 1...100_000 ~= $0 },
      "--widths \(widths.map(\.description).joined(separator: ",")): must be widths of at least 1")
    for (flag, width) in [("hidden", hidden), ("projection", projection)] {
      try require(1...100_000 ~= width, "--\(flag) \(width): must be 1 to 100000")
    }
    try require(pull >= 0, "--pull \(pull): a weight must be at least 0")
    try require(-1...1 ~= likeness, "--likeness \(likeness): must be a cosine, from −1 to 1")
    for (flag, share) in [("target-decay", targetDecay), ("collapse", collapse)] {
      try require(0..<1 ~= share, "--\(flag) \(share): must be at least 0 and below 1")
    }
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    func projector() -> NormedProjection {
      let stream = random.child("online")
      return NormedProjection(
        encoder: NormedFeatures(domain.shape, widths: widths, scaling, stream),
        head: NormedHead((widths.last ?? 1, hidden, projection), scaling, stream))
    }
    // Made of the same stream, the target starts as the network does.
    return Network(
      online: projector(),
      predictor: NormedHead((projection, hidden, projection), scaling, random.child("predictor")),
      target: MovingAverage(projector()), watch: CollapseWatch(device: random.device))
  }

  public func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let both = views.two(batch.x, step.random)  // [2 n] + shape
    let projections = network.online(both)
    let predictions = network.predictor(projections).split(into: 2, along: 0)  // [n, m]
    let targets = withoutGradients { network.target.base(both) }.split(into: 2, along: 0)
    let seen = projections.split(into: 2, along: 0)
    func term(_ name: String, _ value: (Tensor, Tensor) -> Tensor, weight: Double = 1) -> Loss.Term
    {
      let sum = value(predictions[0], targets[1]) + value(predictions[1], targets[0])
      return .term(name, sum, weight: weight)
    }
    return Loss(
      [
        term("prediction") { $0.directionDistance(to: $1) },
        term("alike", { $0.distanceToAlike($1, from: likeness) }, weight: pull),
      ] + network.watch.terms(seen[0], seen[1]))
  }

  public func didStep(_ network: Network, _ step: Step) throws {
    try network.target.follow(network.online, keeping: step.decay(risingFrom: targetDecay))
    try network.watch.check(limit: collapse, after: step)
  }
}
