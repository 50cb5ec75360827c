import Evaluation
import TestSupport
import Testing
import Torch

@testable import Resampling

@Suite struct GuideStatisticsTests {
  @Test func tailsAgreeWithSciPy() throws {
    let tails = try Fixtures.read().tails
    for row in tails.chiSquare {
      #expect(near(chiSquareTail(row[0], degrees: Int(row[1])), row[2], 1e-12))
    }
    for row in tails.fisher { #expect(near(fisherTail(row[0], row[1], row[2]), row[3], 1e-12)) }
    for row in tails.binomial {
      #expect(near(evenSplitTail(Int(row[0]), of: Int(row[1])), row[2], 1e-12))
    }
  }

  @Test func intervalsOfAShareAgreeWithStatsmodels() throws {
    for row in try Fixtures.read().shares {
      let share = Proportion(Int(row[0]), of: Int(row[1]))
      let ends = [share.wald(0.95), share.wilson(0.95)].flatMap { [$0.low, $0.high] }
      for (mine, theirs) in zip(ends, row.dropFirst(2)) { #expect(near(mine, theirs)) }
    }
  }

  @Test func aBootstrapOfAShareIsTheBinomialsMiddle() {
    // 60 of 100: the binomial's 2.5% and 97.5% points are 50 and 69.
    let interval = Proportion(60, of: 100).bootstrap(0.95, replicates: 4000, seed: Seed(1))
    #expect(abs(interval.low - 0.50) < 0.011 && abs(interval.high - 0.69) < 0.011)
  }

  @Test func testsOfModelsAgreeWithMlxtend() throws {
    let models = try Fixtures.read().models
    let hits = models.predictions.map { zip($0, models.label).map { $0 == $1 } }
    let test = McNemar(hits[0], hits[2])
    #expect(near(test.corrected.statistic, models.corrected[0]))
    #expect(near(test.corrected.p, models.corrected[1]))
    #expect(near(test.exact, models.exact))
    let omnibus = CochranQ(hits)
    #expect(near(omnibus.statistic, models.cochran[0]) && near(omnibus.p, models.cochran[1]))
  }

  @Test func testsOfFoldsAgreeWithMlxtend() throws {
    let fixture = try Fixtures.read().learners
    func gaps(_ test: Fixtures.Test) -> [Double] {
      stride(from: 0, to: test.scores.count, by: 2).map { test.scores[$0] - test.scores[$0 + 1] }
    }
    func halves(_ test: Fixtures.Test) -> FiveByTwo {
      let all = gaps(test)
      return FiveByTwo(values: (0..<5).map { [all[2 * $0], all[2 * $0 + 1]] })
    }
    let held = FoldDifferences(values: gaps(fixture.resampled), testShare: 3.0 / 7)
    for (mine, theirs) in [
      (halves(fixture.pairedT).pairedT, fixture.pairedT.found),
      (halves(fixture.combinedF).combinedF, fixture.combinedF.found),
      (held.resampled, fixture.resampled.found), (held.corrected, fixture.corrected),
    ] {
      #expect(near(mine.statistic, theirs[0]) && near(mine.p, theirs[1]))
    }
  }

  @Test func learnersPredictAsScikitLearns() throws {
    let fixture = try Fixtures.read().learners
    let table = LabelledTable(
      fixture.features, width: 4, classes: fixture.classes, names: ["0", "1", "2"])
    let (train, test) = (Array(0..<100), Array(100..<150))
    #expect(LinearDiscriminant().predict(table, train: train, test: test) == fixture.discriminant)
    #expect(NearestNeighbours().predict(table, train: train, test: test) == fixture.nearest)
  }

  @Test func theBootstrapEstimatesAgreeWithTheFormulas() throws {
    let fixture = try Fixtures.read().learners
    let table = LabelledTable(
      fixture.features, width: 4, classes: fixture.classes, names: ["0", "1", "2"])
    let found = try OptimismBootstrap(
      NearestNeighbours(settings: [3]), setting: 0, table, samples: fixture.samples)
    let mine = [
      found.resubstitution, found.leaveOneOut, found.noInformation, found.point632,
      found.point632Plus,
    ]
    for (mine, theirs) in zip(mine, fixture.optimism) { #expect(near(mine, theirs, 1e-9)) }
  }

  @Test func aNearestNeighbourOfCoinTossesIsSeenThroughByPoint632Plus() throws {
    // It knows its own rows by heart: .632 says 68%, and .632+ that it knows nothing.
    let random = RandomStream(3)
    let world = NormalClasses(width: 4, informative: 0, gap: 0)
    let table = try world.table(100, random)
    let samples = OptimismBootstrap.samples(60, of: 100, seed: Seed(4))
    let found = try OptimismBootstrap(
      NearestNeighbours(settings: [1]), setting: 0, table, samples: samples)
    #expect(found.resubstitution == 0)
    #expect(abs(found.point632 - 0.684) < 0.08 && abs(found.point632Plus - 0.5) < 0.08)
  }
}
