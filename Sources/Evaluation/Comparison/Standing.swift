import Files
import Torch

/// How arms stand in one measure: each with its interval, and which of their differences are real.
public struct Standing: Codable, Sendable {
  public let measure: String
  public let title: String
  public let unit: String
  public let direction: Direction
  /// The arms that could be measured, best first.
  public let arms: [Arm]
  public let pairs: [Pair]

  public struct Arm: Codable, Sendable {
    public let name: String
    /// The mean over seeds and items; the interval is for new ones.
    public let estimate: Estimate
    /// The arm's mean for each seed.
    public let bySeed: [Double]
  }

  /// Two arms, the better first.
  public struct Pair: Codable, Sendable {
    public let better: String
    public let worse: String
    /// Improvement of the better over the worse.
    public let effect: Effect
    /// The p-value for all pairs of the measure at once, by Holm's method.
    public let adjusted: Double

    /// Whether the difference is more than chance, at 5% for all pairs of the measure at once.
    public var isReal: Bool { adjusted < 0.05 }
  }

  /// The standing of arms by their scores `[seed][item]`, which are paired by seed and item.
  ///
  /// An arm whose seed failed is compared with another over the seeds that both have.
  ///
  /// - Throws: ``UserError`` for scores of unequal length, or a level outside of (0, 1).
  public init(
    _ measure: Measure, _ scores: [(name: String, seeds: [UInt64: [Double]])], seed: Seed,
    threads: Int = 1
  ) throws {
    (self.measure, title, unit, direction) =
      (measure.id, measure.title, measure.unit, measure.direction)
    var bootstrap = MultiBootstrap()
    bootstrap.reading = .student
    let measured = scores.filter { $0.seeds.count >= 2 }
    let sign = measure.direction == .higher ? 1.0 : -1.0
    arms = try measured.map { arm in
      let rows = arm.seeds.keys.sorted().compactMap { arm.seeds[$0] }
      let zeros = rows.map { $0.map { _ in 0.0 } }
      let effect = try bootstrap.difference(of: rows, over: zeros, seed: seed, threads: threads)
      return Arm(name: arm.name, estimate: effect.estimate, bySeed: rows.map(\.mean))
    }.sorted { sign * $0.estimate.value > sign * $1.estimate.value }
    let order = arms.map(\.name)
    let byName = Dictionary(measured.map { ($0.name, $0.seeds) }) { first, _ in first }
    var found: [(String, String, Effect)] = []
    for (place, better) in order.enumerated() {
      for worse in order[(place + 1)...] {
        guard let one = byName[better], let other = byName[worse] else { continue }
        let common = one.keys.filter { other[$0] != nil }.sorted()
        guard common.count >= 2 else { continue }
        let effect = try bootstrap.difference(
          of: common.compactMap { one[$0] }, over: common.compactMap { other[$0] }, seed: seed,
          threads: threads)
        found.append((better, worse, measure.direction.improvement(effect)))
      }
    }
    let adjusted = try Multiplicity.holm.adjusted(found.map(\.2.p))
    pairs = zip(found, adjusted).map {
      Pair(better: $0.0, worse: $0.1, effect: $0.2, adjusted: $1)
    }
  }

  /// The finding in a sentence.
  public var conclusion: String {
    guard let best = arms.first else { return "No arm has two seeds with this measure." }
    guard arms.count > 1 else { return "\(best.name) is the only arm with this measure." }
    let mine = pairs.filter { $0.better == best.name }
    let beaten = mine.filter(\.isReal).map(\.worse)
    let level = mine.filter { !$0.isReal }.map(\.worse)
    let head = "\(best.name) has the best \(title)"
    if beaten.isEmpty {
      return head + ", but its lead over \(listed(level)) may be chance."
    }
    return head + ", ahead of \(listed(beaten)) by more than chance"
      + (level.isEmpty ? "." : "; its lead over \(listed(level)) may be chance.")
  }

  private func listed(_ names: [String]) -> String {
    names.count < 2
      ? names.joined() : names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "")
  }
}
