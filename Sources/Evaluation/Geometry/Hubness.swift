import Foundation
import Torch

/// How unevenly points are among the neighbours of others: in many dimensions a few are neighbours of very many, and
/// searches return them over and over.
///
/// - Source: Radovanović, Nanopoulos & Ivanović, *Hubs in space*, JMLR 2010 (skewness); Feldbauer, Leodolter, Plant & Flexer,
///   *Fast approximate hubness reduction for large high-dimensional data*, ICBK 2018 (Robin Hood index, antihubs).
public struct Hubness: Codable, Equatable, Sendable {
  /// Neighbours that count, k.
  public let neighbours: Int
  /// Skewness of the number of lists that a point is in.
  public let skewness: Double
  /// Share of all list entries that would have to change hands for all points to be in equally many, 0 to 1.
  public let robinHood: Double
  /// Share of points that are in no list.
  public let antihubs: Double
  /// The most lists that one point is in.
  public let largest: Int
  /// The point that is in the most lists; the first of several.
  public let hub: Int

  /// The hubness of points by their neighbours.
  ///
  /// - Throws: `TensorError` that the lists carry.
  public init(_ near: NeighbourDistances) throws {
    let n = near.places.size(0)
    neighbours = near.count
    var counts = [Int](repeating: 0, count: n)
    for place in try near.places.values(as: Int64.self) { counts[Int(place)] += 1 }
    let mean = Double(neighbours)
    let deviations = counts.map { Double($0) - mean }
    let variance = deviations.reduce(0) { $0 + $1 * $1 } / Double(n)
    let third = deviations.reduce(0) { $0 + $1 * $1 * $1 } / Double(n)
    skewness = variance > 0 ? third / pow(variance, 1.5) : 0
    robinHood = deviations.reduce(0) { $0 + abs($1) } / (2 * mean * Double(n))
    antihubs = Double(counts.count { $0 == 0 }) / Double(n)
    largest = counts.max() ?? 0
    hub = counts.firstIndex(of: largest) ?? 0
  }
}
