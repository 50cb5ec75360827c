import Files
import Foundation
import Torch

/// The nearest neighbours of each of some points among the others.
public struct NeighbourLists: Sendable {
  /// Euclidean distances, float32 `[n, k]`, nearest first.
  public let distances: Tensor
  /// Places of the neighbours, int32 `[n, k]`, ties by place.
  public let places: Tensor
  /// The share of true neighbours that a sample of points found; 1 where the search was exact.
  public let recall: Double
  /// Whether every distance was looked at.
  public let isExact: Bool
}

/// A search for the nearest neighbours of every point among the others: exact where all distances are affordable, else
/// approximate with a measured recall.
///
/// The same points and seed give the same bits for any number of threads.
/// - Source: Jégou, Douze & Schmid, *Product quantization for nearest neighbor search*, TPAMI 2011 (inverted lists);
///   Dong, Moses & Li, *Efficient k-nearest neighbor graph construction for generic similarity measures*, WWW 2011
///   (neighbours of neighbours).
/// - Departs: lists of whole vectors; sweeps over all points at once, read from one set of lists and written to another.
public struct NearestNeighbours: Sendable {
  /// Neighbours of each point, k; all others where there are fewer.
  public var count: Int
  /// The recall, on a sample of 1,000 points, at which an approximate search ends.
  public var recall = 0.95
  /// Numbers that an exact search may look at: 30,000 points of 64 numbers make 6·10¹⁰.
  public var exactWork = 6e10

  public init(_ count: Int) { self.count = count }

  /// Whether `n` points of `d` numbers are searched exactly.
  public func isExact(_ n: Int, _ d: Int) -> Bool {
    Double(n) * Double(n) * Double(max(d, 16)) <= exactWork
  }

  /// The neighbours of each of `points`, float32 `[n, d]`, n ≥ 2.
  ///
  /// - Parameter progress: Told the share that is done, from 0 to 1; false stops the search.
  /// - Throws: ``MapStopped`` where `progress` says so, `UserError` for points that are not finite, `TensorError`.
  public func find(
    among points: Tensor, seed: Seed, progress: (Double) -> Bool = { _ in true }
  ) throws -> NeighbourLists {
    let (points, scale) = try Self.scaled(points)
    let (n, d) = (points.size(0), points.size(1))
    let k = min(count, n - 1)
    try require(n > 1 && k > 0, "neighbours need at least two points; there are \(n)")
    let found: (lists: PointCells.Lists, recall: Double)
    if isExact(n, d) {
      found = (try ExactSearch(points, try PointCells(points)).all(k, progress), 1)
    } else {
      found = try ApproximateSearch(points, k, goal: recall, seed: seed).find(progress)
    }
    return NeighbourLists(
      distances: found.lists.distances.squareRoot() * (1 / scale), places: found.lists.places,
      recall: found.recall, isExact: isExact(n, d))
  }

  /// Points whose squares neither overflow nor vanish, and what they were multiplied by, a power of 2.
  ///
  /// - Throws: `UserError` that names the first row which is not finite.
  static func scaled(_ points: Tensor) throws -> (Tensor, Double) {
    let points = points.to(.float32).contiguous()
    try points.checked()
    try require(
      points.rank == 2 && points.size(1) > 0,
      "points have the shape \(points.shape); a row of numbers for each point is wanted")
    guard points.count > 0 else { return (points, 1) }
    let (low, high) = (try points.min().value(), try points.max().value())
    let largest = max(-low, high)
    guard largest.isFinite else {
      let row = try points.isFinite().all(over: 1).logicalNot().nonzero()[0, 0].value()
      throw UserError(
        "row \(Int(row)) of the \(points.size(0)) points holds a number that is not finite; leave such rows out or fill "
          + "them first")
    }
    guard largest > 0, !(1e-12...1e12).contains(largest) else { return (points, 1) }
    let scale = exp2(-Double(largest.exponent))
    return (points * scale, scale)
  }
}
