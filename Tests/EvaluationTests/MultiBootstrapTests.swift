import Files
import Foundation
import TestSupport
import Testing
import Torch

@testable import Evaluation

@Suite struct MultiBootstrapTests {
  /// Scores `[seed][item]` with a spread of seeds, of items, and of both together.
  private func scores(
    _ seeds: Int, _ items: Int, seedSpread: Double, itemSpread: Double, noise: Double = 0,
    _ random: inout SplitMix
  ) -> [[Double]] {
    func normal() -> Double { normalQuantile(random.uniform() * 0.9999 + 5e-5) }
    let shared = (0..<items).map { _ in itemSpread * normal() }
    return (0..<seeds).map { _ in
      let own = seedSpread * normal()
      return shared.map { $0 + own + noise * normal() }
    }
  }

  private func zeros(_ seeds: Int, _ items: Int) -> [[Double]] {
    Array(repeating: Array(repeating: 0, count: items), count: seeds)
  }

  private func bootstrap(_ replicates: Int, pairedSeeds: Bool = true) -> MultiBootstrap {
    var bootstrap = MultiBootstrap()
    bootstrap.replicates = replicates
    bootstrap.pairedSeeds = pairedSeeds
    return bootstrap
  }

  /// How often, in `trials`, the interval of a true difference of zero holds zero.
  private func coverage(
    trials: Int, seeds: Int, items: Int, seedSpread: Double, itemSpread: Double
  ) throws -> Double {
    var random = SplitMix(Seed(11))
    var covered = 0
    for trial in 0..<trials {
      let system = scores(
        seeds, items, seedSpread: seedSpread, itemSpread: itemSpread, noise: 0.2, &random)
      let effect = try bootstrap(200).difference(
        of: system, over: zeros(seeds, items), seed: Seed(12).child(trial))
      if effect.estimate.interval.contains(0) { covered += 1 }
    }
    return Double(covered) / Double(trials)
  }

  @Test func intervalsCoverNearTheirLevelWithManySeedsAndItems() throws {
    let share = try coverage(trials: 200, seeds: 20, items: 20, seedSpread: 0.5, itemSpread: 0.5)
    #expect(share > 0.89 && share < 0.985)
  }

  @Test func threeSeedsCoverTooLittleAsDocumented() throws {
    let share = try coverage(trials: 300, seeds: 3, items: 4, seedSpread: 1, itemSpread: 0)
    #expect(share < 0.85)
  }

  @Test func tIntervalOverThreeSeedsKeepsItsLevel() throws {
    var random = SplitMix(Seed(13))
    var covered = 0
    for _ in 0..<500 {
      let system = scores(3, 4, seedSpread: 1, itemSpread: 0, noise: 0.2, &random)
      let effect = try TInterval().difference(of: system, over: zeros(3, 4))
      if effect.estimate.interval.contains(0) { covered += 1 }
    }
    #expect(abs(covered - 475) < 20)
  }

  @Test func spreadOfReplicatesIsThatOfSeedsAndItems() throws {
    // Var = (within seeds) + (within items), each the population variance over its count.
    var random = SplitMix(Seed(14))
    let system = scores(8, 30, seedSpread: 1, itemSpread: 2, &random)
    let table = ResampledTable(arms: [system]).replicates(20_000, seed: Seed(15), threads: 2)
    let rows = system.map(\.mean).variance * 7 / 8 / 8
    let columns = (0..<30).map { i in system.map { $0[i] }.mean }.variance * 29 / 30 / 30
    #expect(near(table.variance / (rows + columns), 1, 0.05))
    #expect(abs(table.mean - system.map(\.mean).mean) < 0.02)
  }

  @Test func replicatesAreTheDefinitionsMeans() {
    // Worked by hand over the same draws: counts of seeds, then counts of items.
    let arms: [[[Double]]] = [
      [[1, 2, 4], [8, 16, 32]], [[3, 5, 7], [11, 13, 17], [19, 23, 29]],
    ]
    let found = ResampledTable(arms: arms).replicates(50, seed: Seed(16), threads: 1)
    for (replicate, value) in found.enumerated() {
      var random = SplitMix(Seed(16).child(replicate))
      let seeds = arms.map { arm in arm.map { _ in random.below(arm.count) } }
      let items = (0..<3).map { _ in random.below(3) }
      let means = zip(arms, seeds).map { arm, seeds in
        seeds.map { seed in items.map { arm[seed][$0] }.mean }.mean
      }
      #expect(near(value, means[0] - means[1], 1e-12))
    }
  }

  @Test(arguments: [true, false])
  func sameSeedGivesTheSameBitsForAnyThreads(_ paired: Bool) throws {
    var random = SplitMix(Seed(17))
    let a = scores(4, 1500, seedSpread: 1, itemSpread: 1, &random)
    let b = scores(4, 1500, seedSpread: 1, itemSpread: 1, &random)
    let effects = try [1, 2, 5, 64].map { threads in
      try bootstrap(40, pairedSeeds: paired).difference(
        of: a, over: b, seed: Seed(18), threads: threads)
    }
    #expect(effects.allSatisfy { $0 == effects[0] })
    #expect(effects[0] != (try bootstrap(40).difference(of: a, over: b, seed: Seed(19))))
  }

  @Test func sharedSeedsNarrowTheIntervalWhereTheirSpreadIsShared() throws {
    var random = SplitMix(Seed(20))
    let baseline = scores(10, 20, seedSpread: 1, itemSpread: 1, &random)
    let system = baseline.map { $0.map { $0 + 0.1 } }
    let paired = try bootstrap(500).difference(of: system, over: baseline, seed: Seed(21))
    #expect(near(paired.estimate.interval.low, 0.1) && near(paired.estimate.interval.high, 0.1))
    #expect(near(paired.p, 2.0 / 501))
    let unpaired = try bootstrap(500, pairedSeeds: false).difference(
      of: system, over: baseline, seed: Seed(21))
    #expect(unpaired.estimate.interval.contains(0) && unpaired.p > 0.05)
    #expect(near(unpaired.estimate.value, 0.1))
  }

  @Test func armsMayDifferInSeedsOnlyWhereSeedsAreUnpaired() throws {
    let system = zeros(3, 5), baseline = zeros(4, 5)
    let sentence = "paired seeds need as many in both arms, not 3 and 4"
    #expect(throws: UserError(sentence)) {
      try bootstrap(10).difference(of: system, over: baseline, seed: Seed(1))
    }
    let effect = try bootstrap(10, pairedSeeds: false).difference(
      of: system, over: baseline, seed: Seed(1))
    #expect(effect.p == 1 && effect.estimate.value == 0)
  }

  @Test func scoresThatCannotBeUsedAreRefused() {
    func refuses(_ a: [[Double]], _ b: [[Double]], _ sentence: String) {
      #expect(throws: UserError(sentence)) {
        try bootstrap(10).difference(of: a, over: b, seed: Seed(1))
      }
    }
    refuses([], [], "the system has 0 seeds, but an interval needs at least 2")
    refuses(
      zeros(2, 0), zeros(2, 0),
      "the system has 0 items at seed 0, but every seed needs the same 0")
    refuses(
      zeros(2, 3), zeros(2, 4),
      "the baseline has 4 items at seed 0, but every seed needs the same 3")
    refuses(
      [[1, 2], [3]], zeros(2, 2),
      "the system has 1 items at seed 1, but every seed needs the same 2")
    refuses(
      zeros(2, 2), [[1, 2], [3, .nan]],
      "the baseline's row of seed 1 has nan at index 1, where a number is needed")
  }

  @Test func improvementIsPositiveWhereTheMetricGetsBetter() throws {
    let system: [[Double]] = [[1, 2], [2, 3], [1, 3]],
      baseline: [[Double]] = [[3, 4], [4, 5], [5, 5]]
    for inference in Inference.allCases {
      let effect = try inference.improvement(
        of: system, over: baseline, direction: .lower, seed: Seed(3))
      #expect(near(effect.estimate.value, 7.0 / 3))
      #expect(effect.estimate.interval.low <= effect.estimate.interval.high)
      #expect(effect.estimate.interval.contains(effect.estimate.value))
    }
  }
}
