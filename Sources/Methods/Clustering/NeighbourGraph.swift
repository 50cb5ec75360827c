import Foundation
import Torch

/// A graph without direction whose edges have weights; each edge is stored at both its ends.
struct WeightedGraph: Sendable {
  /// Where each node's edges start; one more than there are nodes.
  let starts: [Int]
  let targets: [Int]
  let weights: [Double]
  /// Weight of each node's edges to itself, once.
  let loops: [Double]

  var nodes: Int { starts.count - 1 }

  /// Total weight at each node, loops twice.
  var strengths: [Double] {
    (0..<nodes).map { node in
      weights[starts[node]..<starts[node + 1]].reduce(2 * loops[node], +)
    }
  }

  /// The graph of weights by node and target; those of both directions are to be the same.
  init(_ rows: [[Int: Double]], loops: [Double]? = nil) {
    var (starts, targets, weights) = ([0], [Int](), [Double]())
    for row in rows {
      for (target, weight) in row.sorted(by: { $0.key < $1.key }) {
        targets.append(target)
        weights.append(weight)
      }
      starts.append(targets.count)
    }
    (self.starts, self.targets, self.weights) = (starts, targets, weights)
    self.loops = loops ?? Array(repeating: 0, count: rows.count)
  }

  /// Each point of `[n, d]` joined with its nearest, by weights that fall with distance as far as each point's own
  /// surroundings let them.
  ///
  /// - Source: McInnes, Healy & Melville, *UMAP*, 2018, §3.1, which scanpy's neighbour graph is.
  /// - Throws: `TensorError`.
  static func neighbours(_ x: Tensor, count: Int) throws -> WeightedGraph {
    let n = x.size(0)
    let count = min(count, n - 1)
    var rows = Array(repeating: [Int: Double](), count: n)
    for start in stride(from: 0, to: n, by: 500) {
      let end = min(start + 500, n)
      let nearest = x.sliced(0, start, end).distances(to: x).top(count + 1, largest: false)
      let distances = try nearest.values.values(as: Double.self)
      let places = try nearest.indices.places()
      for row in start..<end {
        let span = (row - start) * (count + 1)..<(row - start + 1) * (count + 1)
        let others = zip(places[span], distances[span]).filter { $0.0 != row }.prefix(count)
        let weights = memberships(others.map(\.1))
        for ((place, _), weight) in zip(others, weights) { rows[row][place] = weight }
      }
    }
    return WeightedGraph(union(rows))
  }

  /// a + b − ab of the weights of both directions.
  private static func union(_ rows: [[Int: Double]]) -> [[Int: Double]] {
    var both = rows
    for (row, edges) in rows.enumerated() {
      for (target, weight) in edges {
        let back = rows[target][row] ?? 0
        let joint = weight + back - weight * back
        both[row][target] = joint
        both[target][row] = joint
      }
    }
    return both
  }

  /// exp(−(distance − nearest) / σ), with σ such that they sum to the logarithm of their number to base 2.
  private static func memberships(_ distances: [Double]) -> [Double] {
    let nearest = distances.first { $0 > 0 } ?? 0
    let wanted = log2(Double(distances.count + 1))
    func weights(_ width: Double) -> [Double] {
      distances.map { $0 <= nearest ? 1 : exp(-($0 - nearest) / width) }
    }
    var (low, high, width) = (0.0, Double.infinity, 1.0)
    for _ in 0..<64 {
      let sum = weights(width).reduce(0, +)
      if abs(sum - wanted) < 1e-5 { break }
      if sum > wanted { high = width } else { low = width }
      width = high.isFinite ? (low + high) / 2 : width * 2
    }
    return weights(max(width, 1e-3 * (distances.reduce(0, +) / Double(max(1, distances.count)))))
  }
}
