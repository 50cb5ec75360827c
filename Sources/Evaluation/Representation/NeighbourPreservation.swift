import Files
import Neighbours
import Torch

/// How far a map keeps the neighbours that points have: trustworthiness falls with points that are neighbours on the map
/// alone, continuity with neighbours that the map has torn apart, each the more the farther they are on the other side.
///
/// - Source: Venna & Kaski, *Neighborhood preservation in nonlinear projection methods: an experimental study*, ICANN
///   2001, eqs. 1 and 2; Euclidean distances, ties by place.
public struct NeighbourPreservation: Sendable {
  /// Neighbours that count, k.
  public let neighbours: Int
  /// From 0 to 1, which is best.
  public let trustworthiness: Estimate
  /// From 0 to 1, which is best.
  public let continuity: Estimate
  /// The points that were looked at; fewer than all in large sets, whose intervals then are not of one value.
  public let sample: Int

  /// The preservation of `points`, `[n, d]`, by their places on `map`, `[n, m]`, for several numbers of neighbours.
  ///
  /// - Parameters:
  ///   - counts: Numbers of neighbours, each below n / 2.
  ///   - sample: Points to look at, at most, drawn by `seed`; each looks at all others.
  ///   - progress: Told the share that is done; false stops the work.
  /// - Throws: `UserError` for shapes or counts that do not fit, `MapStopped`, `TensorError`.
  public static func measure(
    _ points: Tensor, on map: Tensor, neighbours counts: [Int] = [12], sample: Int = 20_000,
    seed: Seed = Seed(0), progress: (Double) -> Bool = { _ in true }
  ) throws -> [NeighbourPreservation] {
    let n = points.size(0), most = counts.max() ?? 0
    try require(
      points.rank == 2 && map.rank == 2 && map.size(0) == n,
      "\(points.shape) points on a map of \(map.shape): a place for each is wanted")
    try require(
      (counts.min() ?? 0) > 0 && 2 * most < n,
      "\(most) neighbours among \(n) points: at least 1 are wanted, and fewer than half of the points"
    )
    var random = SplitMix(seed)
    let rows = drawn(sample, of: n, &random)
    let (high, low) = (try ExactSearch(points), try ExactSearch(map))
    // Rows at a time, for a fraction of a second.
    let step = max(64, Int(1e9 / (Double(n) * Double(points.size(1) + 4 * most))))
    let trust = try high.intrusions(from: low, rows, counts, step: step) { progress($0 / 2) }
    let keep = try low.intrusions(from: high, rows, counts, step: step) { progress(0.5 + $0 / 2) }
    return try counts.enumerated().map { index, k in
      // The most that all points can lose in the worst order makes 0.
      let scale = 2 / (Double(k) * Double(2 * n - 3 * k - 1))
      func estimate(_ losses: [Int]) throws -> Estimate {
        let values = losses.map { 1 - scale * Double($0) }
        guard rows.count < n else {
          let mean = values.reduce(0, +) / Double(n)
          return Estimate(value: mean, interval: Interval(low: mean, high: mean, level: 1))
        }
        return try Estimate.mean(of: values)
      }
      return NeighbourPreservation(
        neighbours: k, trustworthiness: try estimate(trust[index]),
        continuity: try estimate(keep[index]), sample: rows.count)
    }
  }
}

extension ExactSearch {
  /// For each count k, and each of `rows`, the sum of how far beyond k the ranks here are of the k neighbours that
  /// `other` has: 0 where all are neighbours here.
  fileprivate func intrusions(
    from other: ExactSearch, _ rows: [Int], _ counts: [Int], step: Int,
    _ progress: (Double) -> Bool
  ) throws -> [[Int]] {
    var losses = counts.map { _ in [Int]() }
    let most = counts.max() ?? 0
    for start in stride(from: 0, to: rows.count, by: step) {
      let chunk = Array(rows[start..<min(start + step, rows.count)])
      let ranks = try self.ranks(chunk, of: try other.neighbours(of: chunk, most))
      for (index, k) in counts.enumerated() {
        losses[index] += chunk.indices.map { row in
          ranks[row * most..<row * most + k].reduce(0) { $0 + max(0, Int($1) + 1 - k) }
        }
      }
      guard progress(Double(start + chunk.count) / Double(rows.count)) else { throw MapStopped() }
    }
    return losses
  }
}
