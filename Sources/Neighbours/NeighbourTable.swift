import Datasets
import Foundation
import Torch

/// The nearest other items of every item, by Euclidean distance between codes.
public struct NeighbourTable: Sendable {
  /// Neighbours of an item, fewer where there are not so many items.
  public static let neighbours = 10

  public let count: Int
  /// Neighbours of an item.
  public let each: Int
  /// Places of neighbours, nearest first, `[n, each]` in row-major order.
  public let places: [Int32]
  /// Their distances.
  public let distances: [Float]

  /// Among codes `[n, k]`: by all distances, or of many items by those that a search finds, of which at least 95% are right.
  ///
  /// - Throws: `UserError` for codes that are not finite, `TensorError`.
  public init(
    of codes: Tensor, each most: Int = NeighbourTable.neighbours, _ report: (Double) -> Void
  )
    throws
  {
    count = codes.size(0)
    guard count > 1 else {
      (each, places, distances) = (0, [], [])
      return
    }
    let found = try withoutGradients {
      try NearestNeighbours(most).find(among: codes, seed: Seed(0)) { done in
        report(done)
        return true
      }
    }
    each = found.places.size(1)
    places = try found.places.values(as: Int32.self)
    distances = try found.distances.values()
  }

  /// The neighbours of an item.
  public func row(_ item: Int) -> ArraySlice<Int32> { places[item * each..<(item + 1) * each] }

  /// Log density of each code `[k]` by the distance of its last neighbour, up to rounding of distances of 0: the share of
  /// items within it over the volume of that ball, nats.
  ///
  /// - Source: Loftsgaarden & Quesenberry, *A nonparametric estimate of a multivariate density function*, Annals of
  ///   Mathematical Statistics, 1965.
  public func logDensities(width k: Int) -> [Float] {
    let dimensions = Double(k)
    let ball = dimensions / 2 * log(Double.pi) - lgamma(dimensions / 2 + 1)
    let share = log(Double(each)) - log(Double(max(1, count - 1)))
    return (0..<count).map { item in
      guard each > 0 else { return 0 }
      let radius = Double(max(distances[item * each + each - 1], 1e-12))
      return Float(share - ball - dimensions * log(radius))
    }
  }

  /// How much sparser items lie around their neighbours than around each item itself: about 1 inside a cloud, more for
  /// what stands apart.
  ///
  /// - Source: Breunig, Kriegel, Ng & Sander, *LOF: identifying density-based local outliers*, SIGMOD 2000, def. 7.
  public func outlierFactors() -> [Float] {
    guard each > 0 else { return Array(repeating: 1, count: count) }
    func reach(_ item: Int) -> Float { distances[item * each + each - 1] }
    let densities = (0..<count).map { item -> Double in
      let total = (0..<each).reduce(0.0) { sum, place in
        let at = item * each + place
        return sum + Double(max(distances[at], reach(Int(places[at]))))
      }
      // Items that lie upon each other have no distance to divide by.
      return Double(each) / max(total, 1e-10)
    }
    return (0..<count).map { item in
      let around = row(item).reduce(0.0) { $0 + densities[Int($1)] }
      return Float(around / Double(each) / densities[item])
    }
  }

  /// The table of the `most` nearest of each.
  public func prefix(_ most: Int) -> NeighbourTable {
    guard most < each else { return self }
    func cut<Value>(_ all: [Value]) -> [Value] {
      (0..<count).flatMap { all[$0 * each..<$0 * each + most] }
    }
    return NeighbourTable(count: count, each: most, places: cut(places), distances: cut(distances))
  }

  private init(count: Int, each: Int, places: [Int32], distances: [Float]) {
    (self.count, self.each, self.places, self.distances) = (count, each, places, distances)
  }

  /// For each item the share of its neighbours that are its neighbours in `other` too.
  public func overlap(_ other: NeighbourTable) -> [Float] {
    (0..<count).map { item in
      guard each > 0 else { return 1 }
      let mine = Set(row(item))
      return Float(other.row(item).count { mine.contains($0) }) / Float(each)
    }
  }
}
