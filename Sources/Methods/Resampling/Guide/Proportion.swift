import Evaluation
import Foundation
import Torch

/// A share of successes and the three usual intervals around it.
struct Proportion {
  let successes: Int
  let count: Int

  /// The share of `true` among `hits`.
  init(_ hits: [Bool]) {
    self.init(hits.count { $0 }, of: hits.count)
  }

  init(_ successes: Int, of count: Int) {
    self.successes = successes
    self.count = count
  }

  var value: Double { Double(successes) / Double(count) }

  /// Whether successes or failures are so few that a normal approximation misleads.
  var isSparse: Bool { min(successes, count - successes) < 10 }

  /// The normal approximation: of no width where all or none succeed.
  func wald(_ level: Double) -> Interval {
    let reach =
      normalQuantile(0.5 + level / 2) * (value * (1 - value) / Double(count)).squareRoot()
    return Interval(low: max(0, value - reach), high: min(1, value + reach), level: level)
  }

  /// The values that a score test would not reject.
  ///
  /// - Source: Wilson, *Probable inference, the law of succession, and statistical inference*, 1927.
  func wilson(_ level: Double) -> Interval {
    let z = normalQuantile(0.5 + level / 2), n = Double(count)
    let centre = (value + z * z / (2 * n)) / (1 + z * z / n)
    let reach =
      z / (1 + z * z / n) * (value * (1 - value) / n + z * z / (4 * n * n)).squareRoot()
    return Interval(low: max(0, centre - reach), high: min(1, centre + reach), level: level)
  }

  /// The middle of the share's values over resampled items.
  func bootstrap(_ level: Double, replicates: Int, seed: Seed) -> Interval {
    let shares = (0..<replicates).map { replicate in
      var random = SplitMix(seed.child(replicate))
      var drawn = 0
      for _ in 0..<count where random.below(count) < successes { drawn += 1 }
      return Double(drawn) / Double(count)
    }
    return .percentile(shares, level: level)
  }

  /// Why Wilson's interval is the one to read.
  ///
  /// The survey prefers the bootstrap, but of 0 and 1 it says what the normal approximation says.
  var reason: String {
    isSparse
      ? "there are fewer than ten hits or misses, where the normal and the bootstrap interval are too narrow"
      : "it keeps its level for any counts; with these the others say nearly the same"
  }
}
