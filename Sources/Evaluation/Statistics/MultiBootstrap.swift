import Dispatch
import Files
import Foundation
import Torch

/// The bootstrap of a difference between two arms that resamples seeds and items together.
///
/// Scores are `[seed][item]`. Items are shared by both arms; seeds are too, unless `pairedSeeds` is
/// off. Each replicate draws seeds and items with replacement, so the interval holds for new seeds
/// *and* new items. One item per seed (a figure such as a bound on the whole test set) is allowed.
///
/// With few seeds the interval is too narrow: the spread of `s` resampled seeds is short by the
/// factor `sqrt((s - 1) / s)` and its tails are the normal's, not Student's. At 95%, where the seeds
/// make all the difference, it covers about 74% with 3 seeds, 84% with 5, 90% with 10, 93% with 25.
/// ``TInterval`` keeps its level there, and so does the reading ``Reading/student``.
///
/// - Source: Sellam et al., *The MultiBERTs*, ICLR 2022, arXiv:2106.16163, §3.
/// - Departs: the p-value is two-sided and counts the observed value as one more replicate, so it
///   is never 0.
public struct MultiBootstrap: Codable, Equatable, Sendable {
  /// How many resampled differences the interval is read from.
  public var replicates = 10_000
  /// The probability that the interval is to cover with.
  public var level = 0.95
  /// Whether seed `i` of one arm shares its start or its data order with seed `i` of the other.
  public var pairedSeeds = true
  /// How the interval and the p-value are read from the replicates.
  public var reading = Reading.percentile

  /// A way from replicates to an interval.
  public enum Reading: String, Codable, CaseIterable, Sendable {
    /// The middle share of the replicates, as in the paper.
    case percentile
    /// The replicates' deviation, raised by what so few seeds hide, times Student's quantile; its degrees of
    /// freedom weigh seeds and items by their parts in the variance, after Satterthwaite, 1946.
    case student
  }

  /// The procedure with 10,000 replicates, 95%, and paired seeds.
  public init() {}

  /// The mean difference `system - baseline`, from scores `[seed][item]`.
  ///
  /// The same `seed` gives the same bits for any number of `threads`.
  ///
  /// - Throws: ``UserError`` for fewer than two seeds, rows of unequal length, arms that do not
  ///   match, or a score that is not a number.
  /// - Complexity: O(replicates × seeds × items); 10,000 × 25 × 10,000 takes about a second.
  public func difference(
    of system: [[Double]], over baseline: [[Double]], seed: Seed,
    threads: Int = ProcessInfo.processInfo.activeProcessorCount
  ) throws -> Effect {
    try requireLevel(level)
    try require(replicates > 0, "a bootstrap needs at least 1 replicate, not \(replicates)")
    try requireArms(system, baseline, pairedSeeds: pairedSeeds)
    let arms = pairedSeeds ? [zip(system, baseline).map(subtract)] : [system, baseline]
    let table = ResampledTable(arms: arms)
    let differences = table.replicates(replicates, seed: seed, threads: max(1, threads))
    let value = system.map(\.mean).mean - baseline.map(\.mean).mean
    if reading == .student {
      return student(value, differences.variance, arms: arms)
    }
    let below = differences.count { $0 <= 0 }, above = differences.count { $0 >= 0 }
    return Effect(
      estimate: Estimate(value: value, interval: .percentile(differences, level: level)),
      p: min(1, 2 * Double(min(below, above) + 1) / Double(replicates + 1)))
  }

  /// Student's reading of replicates that have `variance`.
  private func student(_ value: Double, _ variance: Double, arms: [[[Double]]]) -> Effect {
    var variance = variance
    var doubt = 0.0
    for arm in arms {
      let seeds = Double(arm.count)
      let ofSeeds = arm.map(\.mean).variance / seeds
      // Resampled seeds spread by (s − 1) / s of what new ones would.
      variance += ofSeeds / seeds
      doubt += ofSeeds * ofSeeds / (seeds - 1)
    }
    let items = Double(arms[0][0].count)
    let ofItems = max(
      0, variance - arms.reduce(0) { $0 + $1.map(\.mean).variance / Double($1.count) })
    if items > 1 { doubt += ofItems * ofItems / (items - 1) }
    let degrees = doubt > 0 ? variance * variance / doubt : 1e9
    let error = variance.squareRoot()
    let reach = error * studentQuantile(0.5 + level / 2, degrees: degrees)
    let p = error > 0 ? 2 * studentCumulative(-abs(value) / error, degrees: degrees) : 0
    return Effect(
      estimate: Estimate(
        value: value, interval: Interval(low: value - reach, high: value + reach, level: level)),
      p: value == 0 ? 1 : p)
  }
}

/// Student's interval of the difference between the seeds' means: seeds are new, items are fixed.
///
/// Keeps its level with as few as 3 seeds where the seeds' differences are near normal, but says
/// nothing about other items. Seeds are paired.
public struct TInterval: Codable, Equatable, Sendable {
  /// The probability that the interval is to cover with.
  public var level = 0.95

  /// The interval at 95%.
  public init() {}

  /// The mean difference `system - baseline`, from scores `[seed][item]`.
  ///
  /// - Throws: ``UserError`` as ``MultiBootstrap`` does.
  public func difference(of system: [[Double]], over baseline: [[Double]]) throws -> Effect {
    try requireArms(system, baseline, pairedSeeds: true)
    return try .pairedT(of: system.map(\.mean), over: baseline.map(\.mean), level: level)
  }
}

/// The way from scores to an effect that a claim names before it is checked.
public enum Inference: String, Codable, CaseIterable, Sendable {
  /// ``MultiBootstrap`` with paired seeds; for ten seeds and more.
  case multiBootstrap = "multi-bootstrap"
  /// ``MultiBootstrap`` where the arms' seeds have nothing in common.
  case unpairedMultiBootstrap = "multi-bootstrap-unpaired"
  /// ``TInterval`` over the seeds' means; for 3 to 10 seeds.
  case tInterval = "t-interval"

  /// How much `system` improves on `baseline`, from scores `[seed][item]`; positive is better.
  ///
  /// - Throws: ``UserError`` for scores that the procedure cannot use.
  public func improvement(
    of system: [[Double]], over baseline: [[Double]], direction: Direction, level: Double = 0.95,
    seed: Seed
  ) throws -> Effect {
    guard self != .tInterval else {
      var interval = TInterval()
      interval.level = level
      return direction.improvement(try interval.difference(of: system, over: baseline))
    }
    var bootstrap = MultiBootstrap()
    bootstrap.level = level
    bootstrap.pairedSeeds = self == .multiBootstrap
    return direction.improvement(
      try bootstrap.difference(of: system, over: baseline, seed: seed))
  }
}

private func subtract(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map { $0 - $1 } }

private func requireArms(
  _ system: [[Double]], _ baseline: [[Double]], pairedSeeds: Bool
) throws {
  for (name, arm) in [("the system", system), ("the baseline", baseline)] {
    try require(arm.count >= 2, "\(name) has \(arm.count) seeds, but an interval needs at least 2")
    let items = system[0].count
    for (seed, row) in arm.enumerated() {
      try require(
        row.count == items && items > 0,
        "\(name) has \(row.count) items at seed \(seed), but every seed needs the same \(items)")
      try requireFinite(row, "\(name)'s row of seed \(seed)")
    }
  }
  try require(
    !pairedSeeds || system.count == baseline.count,
    "paired seeds need as many in both arms, not \(system.count) and \(baseline.count)")
}
