import Datasets
import Files
import Learning
import Torch

/// Redundancy reduction: each coordinate of the projection is to be the same in both views of an example, and no
/// coordinate is to tell what another does.
///
/// - Source: Zbontar, Jing, Misra, LeCun & Deny, *Barlow Twins: self-supervised learning via redundancy reduction*, ICML
///   2021, arXiv:2103.03230, eq. 1.
/// - Departs: Adam instead of LARS; a small residual network and a head of hundreds instead of 8,192.
public struct BarlowTwins: JointEmbedding {
  public static let card = Card(
    id: "barlow-twins", title: "Barlow Twins",
    source:
      "Zbontar, Jing, Misra, LeCun & Deny, Barlow Twins: self-supervised learning via redundancy "
      + "reduction, ICML 2021, arXiv:2103.03230",
    summary:
      "The correlations of coordinates between two views of the same examples are drawn to the identity."
  )

  public typealias Network = TwinEmbedding

  public var encoder = BackboneSettings()
  public var views = Views()
  /// Widths of the head; what is compared has the last.
  public var projection = [256, 256]
  /// Weight of the correlations of different coordinates.
  public var redundancyWeight = 0.005
  /// Spread of the projections below which a training stops; 0 never stops it.
  public var collapse = 0.01
  public var training = Training()

  public init() {}

  public func validate(for domain: Domain) throws {
    try validateParts(for: domain)
    try require(
      redundancyWeight >= 0 && redundancyWeight.isFinite,
      "--redundancy-weight \(redundancyWeight): must be at least 0")
  }

  public func loss(_ network: TwinEmbedding, _ batch: Batch, _ step: Step) -> Loss {
    let (a, b) = projections(network, batch, step)  // [n, m]
    let (invariance, redundancy) = a.redundancy(with: b)
    return Loss(
      [
        .term("invariance", invariance),
        .term("redundancy", redundancy, weight: redundancyWeight),
      ] + network.watch.terms(a, b))
  }
}
