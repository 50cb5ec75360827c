import Files
import Foundation
import TestSupport
import Testing
import Torch

@testable import Evaluation

/// Expected values from SciPy 1.17.1.
@Suite struct StatisticsTests {
  @Test(arguments: [
    (0.975, 1, 12.706204736174694), (0.975, 2, 4.302652729749462),
    (0.975, 4, 2.7764451051977934), (0.995, 9, 3.249835541592126),
    (0.975, 24, 2.0638985616280245), (0.6, 30, 0.2556053649519128),
    (0.95, 120, 1.6576508993552352), (0.9, 4.5, 1.5008853175085577),
    (0.975, 1e6, 1.959966356814107), (1e-10, 2, -70710.67810804816),
  ])
  func studentQuantilesAreTheTables(_ p: Double, _ degrees: Double, _ expected: Double) {
    #expect(near(studentQuantile(p, degrees: degrees), expected))
    #expect(near(studentCumulative(expected, degrees: degrees) / p, 1))
    #expect(near(studentQuantile(1 - p, degrees: degrees), -expected, 1e-6))
  }

  @Test(arguments: [
    (1, 1, 0.75), (4, 2, 0.9419417382415922), (9, -3.25, 0.004998684542010786),
    (1e6, 1.5, 0.9331926408816036), (3, 0, 0.5),
  ])
  func studentCumulativesAreTheTables(_ degrees: Double, _ x: Double, _ expected: Double) {
    #expect(near(studentCumulative(x, degrees: degrees), expected))
  }

  @Test(arguments: [
    (0.975, 1.959963984540054), (0.6, 0.2533471031357997), (0.995, 2.5758293035489004),
    (0.5, 0), (1e-10, -6.361340902404056), (1e-300, -37.0470962993612),
  ])
  func normalQuantilesAreTheTables(_ p: Double, _ expected: Double) {
    #expect(near(normalQuantile(p), expected))
    #expect(near(normalCumulative(expected) / p, 1))
  }

  @Test func quantilesEndAtInfinityAndAreNoNumberOutside() {
    #expect(normalQuantile(0) == -.infinity && normalQuantile(1) == .infinity)
    #expect(studentQuantile(0, degrees: 3) == -.infinity)
    #expect(studentQuantile(1, degrees: 3) == .infinity)
    #expect(normalQuantile(1.5).isNaN && studentQuantile(-0.1, degrees: 3).isNaN)
    #expect(studentQuantile(0.5, degrees: 0).isNaN && normalQuantile(.nan).isNaN)
  }

  @Test(arguments: [
    (0.3, 2, 5, 0.579825), (0.5, 200, 210, 0.6894852134274166),
    (0.2, 12, 0.3, 2.750027568359609e-10), (0.999, 1e4, 3, 0.0027557999713298327),
    (0, 2, 3, 0), (1, 2, 3, 1),
  ])
  func regularisedBetaIsTheTables(_ x: Double, _ a: Double, _ b: Double, _ expected: Double) {
    let value = regularisedBeta(x, a, b)
    #expect(expected == 0 ? value == 0 : near(value / expected, 1))
  }

  @Test func equalValuesShareTheMeanOfTheirRanks() {
    #expect([3.0, 1, 4, 1].ranks == [3, 1.5, 4, 1.5] && [Double]().ranks.isEmpty)
    #expect([2, .nan, 1].ranks.count == 3, "what is no number has a place, and an end is found")
    #expect(near(rankCorrelation([1, 2, 3], [10, 30, 20]), 0.5))
    #expect(
      rankCorrelation([1, 1], [1, 2]).isNaN && rankCorrelation([1, 1], [1, 2], still: 0) == 0)
  }

  @Test func summariesAreThoseOfNumPy() {
    let x = [2.1, 3.4, 1.9, 5.0, 4.2]
    #expect(near(x.mean, 3.32) && near(x.variance, 1.777) && x.median == 3.4)
    #expect(
      zip(x.quantiles([0.1, 0.25, 0.5, 0.9]), [1.98, 2.1, 3.4, 4.68]).allSatisfy { near($0, $1) })
    #expect([1.0, 2].median == 1.5 && [7.0].quantile(0.9) == 7)
    #expect([Double]().mean.isNaN && [1.0].variance.isNaN && [Double]().median.isNaN)
    #expect(near([1e9 + 1, 1e9 + 2, 1e9 + 3].variance, 1))
  }

  @Test func tIntervalAndPairedTestAreThoseOfSciPy() throws {
    let x = [2.1, 3.4, 1.9, 5.0, 4.2], y = [1.0, 3.0, 2.5, 3.1, 2.2]
    let mean = try Estimate.mean(of: x)
    #expect(near(mean.interval.low, 1.6648101940134994))
    #expect(near(mean.interval.high, 4.975189805986501))
    let paired = try Effect.pairedT(of: x, over: y)
    #expect(near(paired.estimate.value, 0.96) && near(paired.p, 0.11967215151551978))
    #expect(near(paired.estimate.interval.low, -0.3905058237886381))
  }

  @Test func constantDifferencesHaveNoWidth() throws {
    let same = try Effect.pairedT(of: [1, 2], over: [1, 2])
    #expect(same.p == 1 && same.estimate.interval.contains(0))
    let apart = try Effect.pairedT(of: [2, 3], over: [1, 2])
    #expect(apart.p == 0 && apart.estimate.interval.low == 1)
  }

  @Test func tIntervalsCoverAtTheirLevelEvenForThreeValues() throws {
    var random = SplitMix(Seed(5))
    var covered = 0
    for _ in 0..<1000 {
      let sample = (0..<3).map { _ in normalQuantile(random.uniform() * 0.9999 + 5e-5) }
      if try Estimate.mean(of: sample).interval.contains(0) { covered += 1 }
    }
    #expect(abs(covered - 950) < 21)  // three standard errors
  }

  @Test func bootstrapOfAMeanIsNearTheTInterval() throws {
    var random = SplitMix(Seed(6))
    let sample = (0..<60).map { _ in random.uniform() }
    let t = try Estimate.mean(of: sample).interval
    let bootstrap = try Estimate.bootstrapMean(of: sample, replicates: 2000, seed: Seed(7))
    #expect(abs(bootstrap.interval.low - t.low) < 0.01)
    #expect(abs(bootstrap.interval.high - t.high) < 0.01)
    #expect(bootstrap == (try .bootstrapMean(of: sample, replicates: 2000, seed: Seed(7))))
  }

  @Test func samplesThatGiveNoIntervalAreRefused() {
    #expect(throws: UserError("an interval of a mean needs at least 2 values, not 1")) {
      try Estimate.mean(of: [1])
    }
    #expect(throws: UserError.self) { try Estimate.mean(of: [1, .nan]) }
    #expect(throws: UserError.self) { try Estimate.mean(of: [1, 2], level: 1) }
    #expect(throws: UserError.self) { try Effect.pairedT(of: [1, 2], over: [1, 2, 3]) }
    #expect(throws: UserError.self) {
      try Estimate.bootstrapMean(of: [1, 2], replicates: 0, seed: Seed(1))
    }
  }
}
