import Datasets
import Files
import Learning
import Networks
import Probability
import Torch

/// Swapped assignments: what one view says of an example's prototype, shared out so that all prototypes are used alike, is
/// predicted from the other view.
///
/// - Source: Caron et al., *Unsupervised learning of visual features by contrasting cluster assignments*, NeurIPS 2020,
///   arXiv:2006.09882, eqs. 1 to 5.
/// - Departs: two views of the image's size and no smaller crops; no queue; Adam; prototypes are of unit length by
///   division, not by projection after a step.
public struct SwAV: JointEmbedding {
  public static let card = Card(
    id: "swav", title: "SwAV",
    source:
      "Caron et al., Unsupervised learning of visual features by contrasting cluster assignments, "
      + "NeurIPS 2020, arXiv:2006.09882",
    summary:
      "Each view predicts the other's cluster, where clusters are assigned so that all are used alike."
  )

  public var encoder = BackboneSettings()
  public var views = Views()
  /// Widths of the head; what is assigned has the last.
  public var projection = [128, 64]
  /// Number of prototypes.
  public var prototypes = 128
  /// Temperature of the predicted shares.
  public var temperature = 0.1
  /// Smoothing of the assignments.
  public var smoothing = 0.05
  /// Rounds of the iteration that shares the prototypes out.
  public var rounds = 3
  /// Spread of the projections below which a training stops; 0 never stops it.
  public var collapse = 0.01
  public var training = Training()

  public init() {}

  /// The network that learns, and the prototypes, `[K, m]`.
  public struct Network: Watched {
    public let online: Projected
    let prototypes: Parameter
    public let watch: CollapseWatch
  }

  public func validate(for domain: Domain) throws {
    try validateParts(for: domain)
    try require(2...1_000_000 ~= prototypes, "--prototypes \(prototypes): must be 2 to 1000000")
    for (flag, value) in [("temperature", temperature), ("smoothing", smoothing)] {
      try require(value > 0 && value.isFinite, "--\(flag) \(value): must be above 0")
    }
    try require(1...1000 ~= rounds, "--rounds \(rounds): must be 1 to 1000")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    Network(
      online: makeProjected(domain, random),
      prototypes: Parameter(random.child("prototypes").normal([prototypes, projection.last ?? 1])),
      watch: CollapseWatch(device: random.device))
  }

  public func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let z = network.online(views.two(batch.x, step.random)).ofUnitLength  // [2 n, m]
    let scores = z.linear(network.prototypes.tensor.ofUnitLength).split(into: 2, along: 0)
    let shares = withoutGradients { scores.map { assigned($0.detached()) } }  // [n, K]
    let seen = z.split(into: 2, along: 0)
    return Loss(
      [
        .term(
          "a predicts b", (scores[0] / temperature).crossEntropy(ofShares: shares[1]), weight: 0.5),
        .term(
          "b predicts a", (scores[1] / temperature).crossEntropy(ofShares: shares[0]), weight: 0.5),
      ] + network.watch.terms(seen[0], seen[1]))  // nats
  }

  /// Shares of the prototypes in each example, `[n, K]`, that use all prototypes alike.
  func assigned(_ scores: Tensor) -> Tensor {
    let (n, k) = (scores.size(0), scores.size(1))
    let even = Tensor.full([1, k], 1 / Double(k), type: scores.dtype, device: scores.device).log()
    let plan = Sinkhorn(smoothing: smoothing, iterations: rounds)
      .plan(-scores.unsqueezed(0), logWeights: even)
    return plan.squeezed(0) * Double(n)
  }
}
