import Datasets
import Files
import Learning
import Networks
import Torch

/// Bootstrap your own latent: an online network predicts, from one view of an example, what a slowly moving average of
/// itself makes of another; nothing pushes different examples apart.
///
/// - Source: Grill et al., *Bootstrap your own latent: a new approach to self-supervised learning*, NeurIPS 2020,
///   arXiv:2006.07733, eqs. 1 and 2 and section 3.1.
/// - Departs: Adam instead of LARS; a small residual network; both views go through a network at once, so that batch norm
///   sees both.
public struct BYOL: JointEmbedding {
  public static let card = Card(
    id: "byol", title: "Bootstrap your own latent",
    source:
      "Grill et al., Bootstrap your own latent: a new approach to self-supervised learning, NeurIPS "
      + "2020, arXiv:2006.07733",
    system: "S001",
    summary:
      "A network predicts what a slow average of itself makes of another view; there are no negatives."
  )

  public var encoder = BackboneSettings()
  public var views = Views()
  /// Widths of the head; what is predicted has the last.
  public var projection = [128, 64]
  /// Whether a predictor stands between the projections and the targets.
  public var predicts = true
  /// Width of the predictor's hidden layer.
  public var predictor = 128
  /// How much of the target survives a step at the start of training; rises to 1, and at 0 the target is the network.
  public var targetDecay = 0.99
  /// Weight of the local dimension of features, which is raised (LDReg); at 0 nobody asks for it.
  public var localDimension = 0.0
  /// Spread of the projections below which a training stops; 0 never stops it.
  public var collapse = 0.01
  public var training = Training()

  public init() {}

  /// The network that learns, what predicts from it, and the average that it predicts.
  public struct Network: Watched {
    public let online: Projected
    public let predictor: ProjectionHead?
    public let target: MovingAverage<Projected>
    public let watch: CollapseWatch
  }

  public func validate(for domain: Domain) throws {
    try validateParts(for: domain)
    try require(1...100_000 ~= predictor, "--predictor \(predictor): must be 1 to 100000")
    try require(
      0..<1 ~= targetDecay, "--target-decay \(targetDecay): must be at least 0 and below 1")
    try require(
      localDimension >= 0 && localDimension.isFinite,
      "--local-dimension \(localDimension): must be at least 0")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    let width = projection.last ?? 1
    return Network(
      online: makeProjected(domain, random),
      predictor: predicts
        ? ProjectionHead([width, predictor, width], random.child("predictor")) : nil,
      // The same stream: the target starts as the network does.
      target: MovingAverage(makeProjected(domain, random)),
      watch: CollapseWatch(device: random.device))
  }

  public func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let both = views.two(batch.x, step.random)  // [2 n] + shape
    let features = network.online.encode(both)  // [2 n, k]
    let projections = network.online.projector(features)  // [2 n, m]
    let predictions = (network.predictor?(projections) ?? projections).split(into: 2, along: 0)
    let targets =
      withoutGradients { network.target.base(both) }.split(into: 2, along: 0)  // [n, m]
    let seen = projections.split(into: 2, along: 0)
    let lack = localDimension > 0 ? [features.lackOfLocalDimension(weight: localDimension)] : []
    return Loss(
      [
        .term("a predicts b", predictions[0].directionDistance(to: targets[1])),
        .term("b predicts a", predictions[1].directionDistance(to: targets[0])),
      ] + lack + network.watch.terms(seen[0], seen[1]))
  }

  public func didStep(_ network: Network, _ step: Step) throws {
    let kept = targetDecay > 0 ? step.decay(risingFrom: targetDecay) : 0
    try network.target.follow(network.online, keeping: kept)
    try network.watch.check(limit: collapse, after: step)
  }
}
