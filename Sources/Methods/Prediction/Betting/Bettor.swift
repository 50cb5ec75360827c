import Foundation

/// Wealth that grows only where a null hypothesis is wrong: each bet is fixed before the number it is about is seen.
///
/// - Source: Shekhar & Ramdas, *Nonparametric two-sample testing by betting*, 2023 (online Newton steps); Cutkosky & Orabona,
///   2018; the payoff's scale is that of Teneggi & Sulam's code.
struct Bettor: Sendable {
  /// What 1 has become; at least 1 / level with probability at most `level` where the null is right.
  private(set) var wealth = 1.0
  /// The largest it has been, whose inverse is a p-value at any time.
  private(set) var most = 1.0
  private var stake = 0.0
  private var squares = 1.0
  /// Earlier gains, ascending.
  private var gains: [Double] = []
  private var count = 0

  /// Bets on `gain`, whose distribution is symmetric around 0 where the null is right.
  mutating func bet(_ gain: Double) {
    let payoff = tanh(gain / scale)
    insert(gain)
    wealth *= 1 + stake * payoff
    most = max(most, wealth)
    let slope = payoff / (1 + stake * payoff)
    squares += slope * slope
    stake = max(0, min(0.5, stake + 2 / (2 - log(3)) * slope / squares))
  }

  /// The range of the middle four fifths of the earlier gains.
  private var scale: Double {
    guard gains.count >= 2 else { return 1 }
    func quantile(_ p: Double) -> Double {
      let place = p * Double(gains.count - 1)
      let low = Int(place), high = min(low + 1, gains.count - 1)
      return gains[low] + (place - Double(low)) * (gains[high] - gains[low])
    }
    return max(quantile(0.9) - quantile(0.1), 1e-4)
  }

  private mutating func insert(_ gain: Double) {
    var (low, high) = (0, gains.count)
    while low < high {
      let middle = (low + high) / 2
      if gains[middle] < gain { low = middle + 1 } else { high = middle }
    }
    gains.insert(gain, at: low)
  }
}

/// The wealth of a test after each step, from 1 on.
struct WealthPath: Sendable {
  private(set) var values = [1.0]
  private var bettor = Bettor()

  mutating func bet(_ gain: Double) {
    bettor.bet(gain)
    values.append(bettor.wealth)
  }

  /// The first step at which the wealth is at least `bound`.
  func step(reaching bound: Double) -> Int? { values.firstIndex { $0 >= bound } }

  /// A p-value that holds whenever one looks: the inverse of the largest wealth, at most 1.
  var p: Double { min(1, 1 / (values.max() ?? 1)) }
}

/// Which of several tests reject so that the expected share of false ones is at most `level`, and when.
///
/// The test that first reaches k / (level · 1) goes first; then the bound falls to k / (level · 2), and so on.
///
/// - Source: Teneggi & Sulam, 2024, §3.4, after Wang & Ramdas, *False discovery rate control with e-values*, 2022.
func controlledRejections(_ paths: [WealthPath], level: Double) -> [Int?] {
  var steps: [Int?] = paths.map { _ in nil }
  for order in 1...max(paths.count, 1) {
    let bound = Double(paths.count) / (level * Double(order))
    let reached = paths.indices.filter { steps[$0] == nil }.compactMap { test in
      paths[test].step(reaching: bound).map { (test: test, step: $0) }
    }
    guard let first = reached.min(by: { ($0.step, $0.test) < ($1.step, $1.test) }) else { break }
    steps[first.test] = first.step
  }
  return steps
}
