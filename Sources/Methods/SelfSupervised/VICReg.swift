import Datasets
import Files
import Learning
import Torch

/// Variance, invariance and covariance: the views of an example are to meet, each coordinate of the projection is to vary,
/// and no two are to vary together.
///
/// - Source: Bardes, Ponce & LeCun, *VICReg: variance-invariance-covariance regularization for self-supervised learning*,
///   ICLR 2022, arXiv:2105.04906, eq. 6.
/// - Departs: Adam instead of LARS; a small residual network and a head of hundreds instead of 8,192.
public struct VICReg: JointEmbedding {
  public static let card = Card(
    id: "vicreg", title: "VICReg",
    source:
      "Bardes, Ponce & LeCun, VICReg: variance-invariance-covariance regularization for "
      + "self-supervised learning, ICLR 2022, arXiv:2105.04906",
    summary:
      "Views of an example meet, while every coordinate is kept varying and no two vary together.")

  public typealias Network = TwinEmbedding

  public var encoder = BackboneSettings()
  public var views = Views()
  /// Widths of the head; what is compared has the last.
  public var projection = [256, 256]
  /// Weight of the squared distance of the two views.
  public var invarianceWeight = 25.0
  /// Weight of what the deviations lack to 1.
  public var varianceWeight = 25.0
  /// Weight of the squared covariances.
  public var covarianceWeight = 1.0
  /// Spread of the projections below which a training stops; 0 never stops it.
  public var collapse = 0.01
  public var training = Training()

  public init() {}

  public func validate(for domain: Domain) throws {
    try validateParts(for: domain)
    for (flag, weight) in [
      ("invariance-weight", invarianceWeight), ("variance-weight", varianceWeight),
      ("covariance-weight", covarianceWeight),
    ] { try require(weight >= 0 && weight.isFinite, "--\(flag) \(weight): must be at least 0") }
  }

  public func loss(_ network: TwinEmbedding, _ batch: Batch, _ step: Step) -> Loss {
    let (a, b) = projections(network, batch, step)  // [n, m]
    return Loss(
      [
        .term("invariance", (a - b).squared().mean(over: 1), weight: invarianceWeight),
        .term("variance", (a.lackOfVariance + b.lackOfVariance) / 2, weight: varianceWeight),
        .term("covariance", a.squaredCovariance + b.squaredCovariance, weight: covarianceWeight),
      ] + network.watch.terms(a, b))
  }
}
