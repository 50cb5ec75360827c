import Torch

/// Clusters as regions where points lie close: points with enough others around them, and what they reach.
///
/// - Source: Ester, Kriegel, Sander & Xu, *A density-based algorithm for discovering clusters*, KDD 1996 (DBSCAN).
struct DensityClusters: Sendable {
  /// How far another point may be; nothing takes the knee of ``knee(_:)``.
  var radius: Double?
  /// Points within the radius, itself among them, that make a point a core of a cluster.
  var enough = 5

  /// The cluster of each point of `[n, d]`, −1 for those that belong to none.
  ///
  /// - Throws: `TensorError`.
  func labels(_ x: Tensor) throws -> [Int] {
    let reach = try radius ?? knee(x)
    let near = try neighbours(x, within: reach)
    var labels = Array(repeating: -1, count: near.count)
    var clusters = 0
    for start in near.indices where labels[start] == -1 && near[start].count >= enough {
      labels[start] = clusters
      var open = [start]
      while let core = open.popLast() {
        for point in near[core] where labels[point] == -1 {
          labels[point] = clusters
          if near[point].count >= enough { open.append(point) }
        }
      }
      clusters += 1
    }
    return labels
  }

  /// The distance to a point's `enough`-th nearest, over points in order, where it bends most away from the line between
  /// its ends: Ester et al., §4.2.
  ///
  /// - Throws: `TensorError`.
  func knee(_ x: Tensor) throws -> Double {
    var distances: [Double] = []
    try eachBlock(x) { block, _ in
      let nearest = block.top(min(enough, x.size(0)), along: 1, largest: false).values
      distances += try nearest.selected(1, nearest.size(1) - 1).values(as: Double.self)
    }
    distances.sort()
    guard let low = distances.first, let high = distances.last, high > low else {
      return distances.last ?? 0
    }
    let bends = distances.enumerated().map { place, distance in
      Double(place) / Double(max(1, distances.count - 1)) - (distance - low) / (high - low)
    }
    let place = bends.indices.max { bends[$0] < bends[$1] } ?? 0
    return distances[place]
  }

  private func neighbours(_ x: Tensor, within reach: Double) throws -> [[Int]] {
    var near: [[Int]] = []
    let n = x.size(0)
    try eachBlock(x) { block, rows in
      let distances = try block.values(as: Double.self)
      for row in 0..<rows {
        near.append((0..<n).filter { distances[row * n + $0] <= reach })
      }
    }
    return near
  }

  /// Distances of some hundred points at a time to all, `[some, n]`.
  private func eachBlock(_ x: Tensor, _ body: (Tensor, Int) throws -> Void) throws {
    for start in stride(from: 0, to: x.size(0), by: 500) {
      let end = min(start + 500, x.size(0))
      try body(x.sliced(0, start, end).distances(to: x), end - start)
    }
  }
}
