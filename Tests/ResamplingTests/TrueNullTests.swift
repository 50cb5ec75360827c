import Evaluation
import Testing
import Torch

@testable import Resampling

/// A thousand comparisons under a true null each.
@Suite struct TrueNullTests {
  private func rate(_ p: (Int) throws -> Double) rethrows -> Double {
    try (0..<1000).share { try p($0) < 0.05 }
  }

  private func hits(_ models: Int, _ items: Int, _ seed: Seed) -> [[Bool]] {
    var random = SplitMix(seed)
    return (0..<models).map { _ in (0..<items).map { _ in random.uniform() < 0.7 } }
  }

  private func normals(_ count: Int, _ seed: Seed) throws -> [Double] {
    try RandomStream(seed).normal([count], type: .float64).values(as: Double.self)
  }

  @Test func mcNemarsTestsRejectOneInTwenty() {
    let seed = Seed(1)
    let pairs = (0..<1000).map { world in
      let hits = hits(2, 1000, seed.child(world))
      return McNemar(hits[0], hits[1])
    }
    #expect((0.035...0.065).contains(pairs.share { $0.corrected.p < 0.05 }))
    #expect((0.035...0.065).contains(pairs.share { $0.exact < 0.05 }))
  }

  @Test func cochransTestRejectsOneInTwenty() {
    let seed = Seed(2)
    #expect((0.035...0.065).contains(rate { CochranQ(hits(4, 300, seed.child($0))).p }))
  }

  @Test func holmsPairsRejectAnyInAtMostOneInTwenty() throws {
    let seed = Seed(3)
    let any = try (0..<1000).share { world in
      let hits = hits(3, 300, seed.child(world))
      let p = [(0, 1), (0, 2), (1, 2)].map { McNemar(hits[$0.0], hits[$0.1]).p }
      return try Multiplicity.holm.adjusted(p).contains { $0 < 0.05 }
    }
    #expect(any <= 0.065)
  }

  @Test func theCorrectedTestKeepsItsLevelWhereThePlainOneDoesNot() throws {
    // Ten trainings whose differences correlate by 1/10, as Nadeau & Bengio suppose of ten folds.
    let seed = Seed(4)
    let worlds = try (0..<1000).map { world in
      let z = try normals(11, seed.child(world))
      let values = z.dropFirst().map { 0.9.squareRoot() * $0 + 0.1.squareRoot() * z[0] }
      return FoldDifferences(values: values, testShare: 1.0 / 9)
    }
    #expect((0.035...0.065).contains(worlds.share { $0.corrected.p < 0.05 }))
    #expect(worlds.share { $0.resampled.p < 0.05 } > 0.12)
  }

  @Test func fiveByTwoTestsAreCautiousForIndependentDifferences() throws {
    // F is then (1 + F₅,₅) / 2, which passes 4.735 in 1.7%; t's first difference is in its spread too.
    let seed = Seed(5)
    let worlds = try (0..<1000).map { world in
      let z = try normals(10, seed.child(world))
      return FiveByTwo(values: (0..<5).map { [z[2 * $0], z[2 * $0 + 1]] })
    }
    #expect((0.01...0.04).contains(worlds.share { $0.pairedT.p < 0.05 }))
    let expected = fisherTail(2 * 4.735 - 1, 5, 5)
    #expect(abs(worlds.share { $0.combinedF.p < 0.05 } - expected) < 0.013)
  }

  @Test func theIntervalsOfAShareCoverAsTheySay() {
    let seed = Seed(6)
    let worlds = (0..<1000).map { world in
      (Proportion(hits(1, 200, seed.child(world))[0]), seed.child("bootstrap").child(world))
    }
    #expect(worlds.share { $0.0.wilson(0.95).contains(0.7) } > 0.93)
    #expect(worlds.share { $0.0.wald(0.95).contains(0.7) } > 0.92)
    #expect(
      worlds.share { $0.0.bootstrap(0.95, replicates: 200, seed: $0.1).contains(0.7) } > 0.92)
  }

  /// Seeds, items, and the deviations of what they bring beside a noise of 1.
  @Test(arguments: [
    (3, 40, 1.0, 3.0), (5, 40, 1, 0), (5, 200, 0.1, 0.1), (5, 200, 0, 1), (12, 200, 0.05, 1.5),
    (12, 200, 0, 0),
  ])
  func studentsReadingOfTheMultiBootstrapRejectsOneInTwenty(
    _ seeds: Int, _ items: Int, _ seedSpread: Double, _ itemSpread: Double
  ) throws {
    let seed = Seed(7).child(seeds)
    var bootstrap = MultiBootstrap()
    bootstrap.reading = .student
    let zeros = Array(repeating: Array(repeating: 0.0, count: items), count: seeds)
    let share = try rate { world in
      let at = seed.child(world)
      let own = try normals(seeds, at.child("seeds"))
      let shared = try normals(items, at.child("items"))
      let noise = try normals(seeds * items, at.child("noise"))
      let scores = (0..<seeds).map { row in
        (0..<items).map {
          seedSpread * own[row] + itemSpread * shared[$0] + noise[row * items + $0]
        }
      }
      return try bootstrap.difference(of: scores, over: zeros, seed: at, threads: 1).p
    }
    #expect((0.035...0.065).contains(share), "\(share)")
  }

  @Test(arguments: [3, 5, 10]) func theTIntervalOverSeedsRejectsOneInTwenty(_ seeds: Int) throws {
    let seed = Seed(8).child(seeds)
    let share = try rate { world in
      let scores = try normals(seeds, seed.child(world)).map { [$0] }
      return try TInterval().difference(of: scores, over: scores.map { _ in [0] }).p
    }
    #expect((0.035...0.065).contains(share), "\(share)")
  }
}
