import Datasets
import Evaluation
import Foundation
import Torch

/// Standard normal numbers, one after the other.
struct NormalDraws {
  var uniform: SplitMix

  init(_ seed: Seed) { uniform = SplitMix(seed) }

  /// The next one, by Box & Muller's transform.
  mutating func next() -> Double {
    let radius = (-2 * log(1 - uniform.uniform())).squareRoot()
    return radius * cos(2 * Double.pi * uniform.uniform())
  }
}

/// Draws of concepts given others, from rows that are near in the others: a kernel density of their concepts.
///
/// - Source: Teneggi & Sulam, 2024, appendix C: the width of nearness gives a fixed effective number of rows, and the
///   density's is Scott's.
struct KernelSampler: ConceptSampler {
  private let rows: FeatureMatrix
  private let scale: FeatureScale
  private let near: FeatureMatrix
  /// Effective number of rows that a draw is from.
  let neighbours: Double

  init(_ rows: FeatureMatrix, neighbours: Double) {
    self.rows = rows
    scale = FeatureScale(rows)
    near = scale(rows)
    self.neighbours = min(neighbours, Double(rows.count) / 2)
  }

  func draw(_ j: Int, given row: ArraySlice<Double>, _ random: inout NormalDraws) -> Double {
    let free = Array(0..<rows.width).filter { $0 != j }
    return draw([j], given: free, of: row, &random)[0]
  }

  /// A draw of the concepts `free` given the concepts `known` of `row`.
  func draw(
    _ free: [Int], given known: [Int], of row: ArraySlice<Double>, _ random: inout NormalDraws
  ) -> [Double] {
    let weights = weights(known, row)
    var place = random.uniform.uniform()
    let picked =
      weights.firstIndex {
        place -= $0; return place < 0
      } ?? weights.count - 1
    let squares = weights.reduce(0) { $0 + $1 * $1 }
    let width = pow(squares, 1 / Double(free.count + 4))  // n_eff^(-1 / (d + 4))
    // A normal sum of the centred rows has their weighted covariance.
    let noise = weights.map { weight in
      weight > 1e-9 ? (weight / max(1 - squares, 1e-9)).squareRoot() * random.next() : 0
    }
    return free.map { axis in
      let values = weights.indices.lazy.map { rows.values[$0 * rows.width + axis] }
      let mean = zip(weights, values).reduce(0) { $0 + $1.0 * $1.1 }
      let moved = zip(noise, values).reduce(0) { $0 + $1.0 * ($1.1 - mean) }
      return rows.values[picked * rows.width + axis] + width * moved
    }
  }

  /// How much each row counts, by how near its known concepts are; the sum is 1.
  private func weights(_ known: [Int], _ row: ArraySlice<Double>) -> [Double] {
    let start = row.startIndex
    let own = known.map { (row[start + $0] - scale.means[$0]) / scale.scales[$0] }
    let distances = (0..<near.count).map { place in
      zip(known, own).reduce(0) { sum, pair in
        let gap = near.values[place * near.width + pair.0] - pair.1
        return sum + gap * gap
      }
    }
    let least = distances.min() ?? 0
    func weights(_ width: Double) -> [Double] {
      let raw = distances.map { exp(-($0 - least) / (2 * width * width)) }
      let sum = raw.reduce(0, +)
      return raw.map { $0 / sum }
    }
    var (low, high) = (1e-3, 1e3)
    for _ in 0..<14 {
      let middle = (low * high).squareRoot()
      let effective = 1 / weights(middle).reduce(0) { $0 + $1 * $1 }
      if effective < neighbours { low = middle } else { high = middle }
    }
    return weights((low * high).squareRoot())
  }

  /// The row nearest to `point` in all concepts.
  func nearest(_ point: [Double]) -> Int {
    let own = point.indices.map { (point[$0] - scale.means[$0]) / scale.scales[$0] }
    var best = (row: 0, distance: Double.infinity)
    for place in 0..<near.count {
      var distance = 0.0
      for axis in own.indices {
        let gap = near.values[place * near.width + axis] - own[axis]
        distance += gap * gap
      }
      if distance < best.distance { best = (place, distance) }
    }
    return best.row
  }
}
