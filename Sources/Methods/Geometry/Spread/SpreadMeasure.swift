/// What says how much of their space codes use.
public enum SpreadMeasure: String, CaseIterable, Codable, Sendable {
  /// The mean cosine between codes.
  case averageCosine = "average-cosine"
  /// The least over the largest partition function, I(V).
  case partitionRatio = "partition-ratio"
  /// The least over the largest variance along principal components.
  case componentRatio = "component-ratio"
  /// Eigenvalue early enrichment, EEE: how soon the sum of the variances, largest first, rises above that of equal ones.
  case earlyEnrichment = "early-enrichment"
  /// Vasicek ratio mean squared error, VRM: how far the entropies along components are from a standard normal's.
  case entropyRatio = "entropy-ratio"
  /// Entropy by nearest neighbours (KoLeo) over that of as many standard normal points.
  case neighbourEntropy = "neighbour-entropy"
  /// Overlap of the distances to the first and to a far neighbour.
  case neighbourOverlap = "neighbour-overlap"
  /// Divergence of the normal with the codes' covariance from the standard normal, nats.
  case normalDivergence = "normal-divergence"
  /// Squared divergence along components from the standard normal, by bins.
  case binnedDivergence = "binned-divergence"
  /// Divergence from the standard normal by nearest neighbours, nats.
  case neighbourDivergence = "neighbour-divergence"

  /// The two that were in use before.
  public static let standard: [SpreadMeasure] = [.averageCosine, .partitionRatio]
  /// The eight that were proposed.
  public static let proposed = allCases.filter { !standard.contains($0) }

  /// 1 where larger values mean more spread, −1 where smaller ones do.
  public var sign: Double {
    switch self {
    case .partitionRatio, .componentRatio, .neighbourEntropy, .neighbourOverlap: 1
    default: -1
    }
  }

  /// What it is, for tables.
  public var title: String {
    switch self {
    case .averageCosine: "average cosine"
    case .partitionRatio: "partition ratio, I(V)"
    case .componentRatio: "component ratio"
    case .earlyEnrichment: "eigenvalue early enrichment, EEE"
    case .entropyRatio: "Vasicek ratio error, VRM"
    case .neighbourEntropy: "entropy by neighbours, KoLeo"
    case .neighbourOverlap: "neighbour overlap"
    case .normalDivergence: "divergence, normal"
    case .binnedDivergence: "divergence, bins"
    case .neighbourDivergence: "divergence, neighbours"
    }
  }
}
