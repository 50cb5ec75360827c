import Datasets
import Files
import Learning
import Torch

/// Contrastive learning whose features are kept from collapsing around each example: the dimension that the nearest
/// features span is raised beside the contrast.
///
/// - Source: Huang, Campello, Erfani, Ma, Houle & Bailey, *LDReg: local dimensionality regularized self-supervised
///   learning*, ICLR 2024, arXiv:2401.10474, eq. 6; the term beside BYOL is `byol --local-dimension 0.01`.
/// - Departs: Adam instead of LARS; a small residual network; batches of hundreds; beside BYOL neighbours are the online
///   network's features alone, without the target's.
public struct LDReg: JointEmbedding {
  public static let card = Card(
    id: "ldreg", title: "Local dimensionality regularisation",
    source:
      "Huang, Campello, Erfani, Ma, Houle & Bailey, LDReg: local dimensionality regularized "
      + "self-supervised learning, ICLR 2024, arXiv:2401.10474",
    system: "S143",
    summary:
      "Two views attract each other among all others, and the dimension around each feature is raised."
  )

  public typealias Network = TwinEmbedding

  public var encoder = BackboneSettings()
  public var views = Views()
  /// Widths of the head; what is compared has the last.
  public var projection = [128, 64]
  /// Temperature of the similarities.
  public var temperature = 0.5
  /// Weight of the mean logarithm of the local dimension, which is raised.
  public var localDimension = 0.01
  /// Neighbours among the features of a batch that tell the dimension around one.
  public var neighbours = 64
  /// Spread of the projections below which a training stops; 0 never stops it.
  public var collapse = 0.01
  public var training = Training()

  public init() {}

  public func validate(for domain: Domain) throws {
    try validateParts(for: domain)
    try require(
      temperature > 0 && temperature.isFinite, "--temperature \(temperature): must be above 0")
    try require(
      localDimension >= 0 && localDimension.isFinite,
      "--local-dimension \(localDimension): must be at least 0")
    try require(2...100_000 ~= neighbours, "--neighbours \(neighbours): must be 2 to 100000")
  }

  public func loss(_ network: TwinEmbedding, _ batch: Batch, _ step: Step) -> Loss {
    let features = network.online.encode(views.two(batch.x, step.random))  // [2 n, k]
    let both = network.online.projector(features).split(into: 2, along: 0)  // [n, m]
    let contrast = both[0].normalisedCrossEntropy(with: both[1], temperature: temperature)  // nats
    return Loss(
      [
        .term("contrast", contrast),
        features.lackOfLocalDimension(weight: localDimension, neighbours: neighbours),
      ] + network.watch.terms(both[0], both[1]))
  }
}
