import Evaluation
import Files
import Foundation
import Torch

/// The components and loops of points as they are joined at growing distances: persistent homology of the Vietoris–Rips
/// complex over the field of two elements, exact, in dimensions 0 and 1.
///
/// A set of points is in the complex at a distance when no two of them are farther apart.
///
/// - Source: Bauer, *Ripser: efficient computation of Vietoris–Rips persistence barcodes*, JACT 2021, arXiv:1908.02518:
///   cohomology, clearing and the shortcut for pairs that are seen at once.
public struct VietorisRips: Sendable {
  /// What appears at one distance and is gone at another.
  public struct Bar: Codable, Equatable, Sendable {
    public let birth: Double
    public let death: Double

    /// How many times as large the distance is at which it goes.
    public var ratio: Double { birth > 0 ? death / birth : .infinity }
  }

  /// Distances at which two components become one, ascending; one less than there are points.
  public let components: [Double]
  /// Loops, those that last longest, as ratios, first.
  public let loops: [Bar]

  /// The components and loops of points `[n, d]`, 2 to 1,000 of them.
  ///
  /// - Throws: `UserError` for another number of points, or a number that is not finite; `TensorError`.
  public init(_ points: Tensor) throws {
    let n = points.size(0)
    try require(
      points.rank == 2 && (2...1000) ~= n,
      "points of shape \(points.shape): persistent homology takes 2 to 1000 rows")
    let x = points.to(.float64)
    // Differences and not a product of matrices, which would round small distances off.
    let rows = try (0..<n).map { i in
      try (x - x[i].unsqueezed(0)).squared().sum(over: 1).squareRoot().values(as: Double.self)
    }
    try require(
      rows.joined().allSatisfy(\.isFinite), "a point holds a number that is not finite")
    var reduction = CoboundaryReduction(rows)
    components = reduction.joinComponents()
    loops = reduction.pairLoops().sorted { ($0.ratio, $0.death) > ($1.ratio, $1.death) }
  }

  /// How many loops are filled at more than `ratio` times the distance at which they close.
  public func longLoops(_ ratio: Double = 2.5) -> Int { loops.count { $0.ratio > ratio } }

  /// How many loops last longer than those of noise do, at the level `alpha` for all of them together; where there are fewer
  /// than ten to judge noise by, those that are long.
  ///
  /// - Source: Bobrowski & Skraba, *A universal null-distribution for topological data analysis*, Scientific Reports 2023,
  ///   arXiv:2207.03926: log log ratios of noise follow the left-skewed Gumbel distribution about their mean.
  public func significantLoops(_ alpha: Double = 0.05) -> Int {
    let logs = loops.filter { $0.ratio > 1 }.map { log(log($0.ratio)) }
    guard logs.count >= 10 else { return longLoops() }
    let centre = logs.mean + 0.577215664901532861
    return logs.count { exp(-exp($0 - centre)) * Double(logs.count) < alpha }
  }
}
