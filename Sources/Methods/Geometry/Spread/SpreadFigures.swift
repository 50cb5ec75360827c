import Evaluation
import Files
import Foundation
import Torch

/// All measures of the spread of some codes, held against as many points of the standard normal.
///
/// - Source: Marbut, McKinney-Bock & Wheeler, *Reliable measures of spread in high dimensional latent spaces*, ICML 2023,
///   arXiv:2212.08172, and the authors' program for what its text leaves open.
/// - Departs: I(V) over the eigenvectors and not over random directions; all d components count where there are fewer codes
///   than numbers in them; a logarithm of a variance is at least that of 1e-12, where the program adds 1e-16 to the
///   determinant; one sample of the normal serves all measures.
public struct SpreadFigures: Sendable {
  /// The value of each measure.
  public let values: [SpreadMeasure: Double]

  /// The spread of `codes`, `[n, d]`, against `normal`, standard normal draws of the same shape.
  ///
  /// - Throws: `UserError` for fewer than 20 codes or codes that are all alike, `TensorError` that they carry.
  public init(_ codes: Tensor, normal: Tensor) throws {
    try require(
      codes.rank == 2 && codes.size(0) >= 20,
      "codes of shape \(codes.shape): measures of spread need at least 20 rows")
    let x = codes.to(.float64)
    let (n, d) = (x.size(0), x.size(1))
    let components = try PrincipalScores(x)
    try require(components.total > 0, "all rows are the same; they have no spread")
    let likeNormal = try normal.to(.float64).variance(over: 0).sum().value() / components.total
    let scores = components.scores * likeNormal.squareRoot()
    let variances = components.variances.map { $0 * likeNormal }
    let far = min(5 * d, 100, n - 1)
    let near = try NeighbourDistances(x, far).distances
    let first = near.selected(1, 0)
    // Distances do not change when codes are turned, so that one search serves codes and scores.
    let unit = (Double(d) / (components.total * Double(n - 1) / Double(n))).squareRoot()
    let ownFirst = try NeighbourDistances(normal, 1).distances.selected(1, 0)
    values = [
      .averageCosine: try Isotropy.averageCosine(x),
      .partitionRatio: try Isotropy.partitionRatio(x),
      .componentRatio: (variances.last ?? 0) / variances[0],
      .earlyEnrichment: Self.enrichment(variances),
      .entropyRatio: try Self.entropyError(scores),
      .neighbourEntropy: try Self.entropy(first * unit) / (try Self.entropy(ownFirst)),
      .neighbourOverlap: try Self.overlap(first, near.selected(1, far - 1)),
      .normalDivergence: 0.5
        * variances.reduce(0) { $0 + $1 - 1 - log(max($1, 1e-12)) },
      .binnedDivergence: try Self.binned(scores, normal.to(.float64)),
      .neighbourDivergence: try Self.divergence(
        scores, first * likeNormal.squareRoot(), normal.to(.float64)),
    ]
  }

  /// The spread of `codes` against a sample of the normal that follows from `seed`.
  ///
  /// - Throws: as the other.
  public init(_ codes: Tensor, _ seed: Seed) throws {
    try self.init(codes, normal: RandomStream(seed).normal(codes.shape, type: .float64))
  }

  /// The area between the running sums of the variances and of equal ones over the largest there could be.
  private static func enrichment(_ variances: [Double]) -> Double {
    let d = Double(variances.count)
    let total = variances.reduce(0, +)
    var (sum, gaps) = (0.0, [Double]())
    for (place, variance) in variances.enumerated() {
      sum += variance
      gaps.append(sum - total * Double(place + 1) / d)
    }
    let area = zip(gaps, gaps.dropFirst()).reduce(0) { $0 + ($1.0 + $1.1) / 2 }
    return area / (total * d / 2)
  }

  /// The mean squared distance of the ratios exp(H) / √(2πe) from 1.
  private static func entropyError(_ scores: Tensor) throws -> Double {
    let ratios = SpacingEntropy.columns(scores).exp() / (2 * Double.pi * M_E).squareRoot()
    return try (1 - ratios).squared().mean().value()
  }

  /// The entropy that nearest neighbours at these distances say, as on a line: Kozachenko and Leonenko's up to d.
  private static func entropy(_ distances: Tensor) throws -> Double {
    let n = Double(distances.count)
    return try (distances * n + 1e-16).log().mean().value() + log(2) + 0.577215664901532861
  }

  /// Share of the distances `far` that lie in bins which `near` fills as much.
  private static func overlap(_ near: Tensor, _ far: Tensor) throws -> Double {
    let low = try near.min().value(), high = try far.max().value()
    guard high > low else { return 1 }
    let counts = [near, far].map { $0.histogram(bins: 30, low, high) }
    return try counts[0].minimum(counts[1]).sum().value() / Double(far.count)
  }

  /// The mean over components of the squared divergence of 30 bins over the normal sample's range.
  private static func binned(_ scores: Tensor, _ normal: Tensor) throws -> Double {
    let low = try normal.min().value(), high = try normal.max().value()
    func shares(_ x: Tensor) -> Tensor {
      let place = ((x - low) * (30 / (high - low))).floor()
      let inside = (x .>= low).logicalAnd(x .<= high).to(.float64)
      let bins = place.clamped(0, 29).to(.int64).transposed().contiguous()  // [d, n]
      let counts =
        Tensor.zeros([x.size(1), 30], type: .float64)
        .scatterAdd(1, bins, inside.transposed().contiguous()) + 1e-16
      return counts / counts.sum(over: 1, keep: true)
    }
    let (p, q) = (shares(scores), shares(normal))
    return try (p * (p / q).log()).sum(over: 1).squared().mean().value()
  }

  /// d times the mean log ratio, where it is positive, of the distances to the nearest normal point and to the nearest own.
  ///
  /// - Source: Wang, Kulkarni & Verdú, *Divergence estimation for multidimensional densities via k-nearest-neighbor
  ///   distances*, IEEE Transactions on Information Theory 2009.
  private static func divergence(
    _ scores: Tensor, _ own: Tensor, _ normal: Tensor
  ) throws -> Double {
    let n = scores.size(0)
    let step = max(1, 4_000_000 / n)
    let parts = stride(from: 0, to: n, by: step).map {
      scores[$0..<min($0 + step, n)].distances(to: normal).min(over: 1)
    }
    let other = Tensor.concatenate(parts)
    let ratios = ((other + 1e-16) / (own + 1e-16)).log().clamped(atLeast: 0)
    return try ratios.mean().value() * Double(scores.size(1))
  }
}
