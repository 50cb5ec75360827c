import Evaluation
import Foundation
import Torch

/// A classifier on top of frozen codes.
enum ProbeHead: String, CaseIterable, Sendable {
  case shared = "naive Bayes, shared variances"
  case own = "naive Bayes, own variances"
  case logistic = "logistic regression"
}

/// Test errors of linear heads over training sizes.
struct ProbeCurves: Sendable {
  let sizes: [Int]
  /// `[size][repeat]`, by head.
  var errors: [ProbeHead: [[Double]]]

  /// Error of `head` minus that of logistic regression, by size and repeat; positive where it is worse.
  func excess(_ head: ProbeHead) -> [[Double]] {
    let (ours, theirs) = (errors[head] ?? [], errors[.logistic] ?? [])
    return zip(ours, theirs).map { zip($0, $1).map { $0 - $1 } }
  }

  /// The size from which on `head` is worse than logistic regression, on the line through the means in log size; 0
  /// where it is worse throughout, infinite where it is not at the last size.
  func crossover(_ head: ProbeHead) -> Double { crossover(excess(head).map(\.mean)) }

  private func crossover(_ excess: [Double]) -> Double {
    guard let last = excess.lastIndex(where: { $0 <= 0 }) else { return 0 }
    guard last + 1 < sizes.count else { return .infinity }
    let (below, above) = (-excess[last], excess[last + 1])
    let (from, to) = (log(Double(sizes[last])), log(Double(sizes[last + 1])))
    return exp(from + (to - from) * below / (below + above))
  }

  /// The percentile bootstrap's 95% interval of ``crossover(_:)`` over repeats.
  func crossoverInterval(_ head: ProbeHead, replicates: Int = 1000, seed: Seed) -> Interval {
    let excess = excess(head)
    let count = excess.first?.count ?? 0
    let crossings = (0..<replicates).map { replicate in
      var random = SplitMix(seed.child(replicate))
      let drawn = (0..<count).map { _ in Int(random.uniform() * Double(count)) }
      return crossover(excess.map { row in drawn.map { row[$0] }.mean })
    }.sorted()
    // Nearest ranks: between a number and infinity nothing can be interpolated.
    let low = crossings[Int(0.025 * Double(replicates - 1))]
    let high = crossings[Int((0.975 * Double(replicates - 1)).rounded(.up))]
    return Interval(low: low, high: high, level: 0.95)
  }
}
