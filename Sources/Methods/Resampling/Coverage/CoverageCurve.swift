import Evaluation
import Torch

/// The share of simulations whose truth stands within each credibility, with bootstrap bands.
struct CoverageCurve {
  let positions: [Double]
  /// Kolmogorov's distance of the positions from uniform.
  let test: UniformityTest

  init(_ positions: [Double]) {
    self.positions = positions
    test = UniformityTest(positions)
  }

  /// The expected coverage at a credibility.
  func coverage(_ credibility: Double) -> Double { positions.share { $0 <= credibility } }

  /// The area between the curve and the diagonal above one half: below zero where the truth is too
  /// often far out (posteriors too narrow, or displaced), above where it is too seldom (too wide).
  static func area(_ positions: [Double]) -> Double {
    positions.map { 1 - max($0, 0.5) }.mean - 0.375
  }

  /// The area with its bootstrap interval over simulations.
  func area(_ level: Double, replicates: Int, seed: Seed) -> Estimate {
    let areas = resamplings(replicates, seed) { Self.area($0) }
    return Estimate(
      value: Self.area(positions), interval: .percentile(areas, level: level))
  }

  /// The curve at `points` credibilities from 0 through 1, with bands that hold `level` at each.
  func curve(
    _ name: String, points: Int, level: Double, replicates: Int, seed: Seed
  ) -> Findings.Curve {
    let grid = (0...points).map { Double($0) / Double(points) }
    let bins = positions.map { min(points, Int(($0 * Double(points)).rounded(.up))) }
    func cumulative(_ bins: [Int]) -> [Double] {
      var counts = Array(repeating: 0.0, count: points + 1)
      for bin in bins { counts[bin] += 1 }
      for at in 1...points { counts[at] += counts[at - 1] }
      return counts.map { $0 / Double(bins.count) }
    }
    let resampled = (0..<replicates).map { replicate in
      var random = SplitMix(seed.child(replicate))
      return cumulative(bins.map { _ in bins[random.below(bins.count)] })
    }
    let bands = grid.indices.map { at in
      Interval.percentile(resampled.map { $0[at] }, level: level)
    }
    return Findings.Curve(
      name, x: grid, y: cumulative(bins), low: bands.map(\.low), high: bands.map(\.high))
  }

  private func resamplings(
    _ count: Int, _ seed: Seed, _ statistic: ([Double]) -> Double
  ) -> [Double] {
    (0..<count).map { replicate in
      var random = SplitMix(seed.child(replicate))
      return statistic(positions.map { _ in positions[random.below(positions.count)] })
    }
  }
}
