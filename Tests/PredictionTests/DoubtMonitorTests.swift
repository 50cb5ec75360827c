import Datasets
import Evaluation
import Files
import TestSupport
import Testing
import Torch

@testable import Prediction

@Suite struct DoubtMonitorTests {
  @Test func intervalsAreThoseOfTheAuthorsPackage() throws {
    let golden = try Fixtures.read().doubt
    func matrix(_ values: [Double]) -> FeatureMatrix {
      FeatureMatrix(names: ["a", "b", "c"], values: values, count: values.count / 3)
    }
    let intervals = try BootstrapIntervals(
      RidgeRegression(penalty: 1e-12), matrix(golden.x), golden.y, draws: golden.draws,
      shuffles: (golden.orders[0], golden.orders[1]))
    let found = try intervals.predict(matrix(golden.query), level: 0.9)
    for (place, each) in found.enumerated() {
      #expect(near(each.value, golden.predictions[place]))
      #expect(near(each.low, golden.low[place]))
      #expect(near(each.high, golden.high[place]))
    }
  }

  @Test func theTwoSampleTestAgreesWithSciPy() throws {
    let drift = try Fixtures.read().drift
    for pair in drift.pairs {
      let test = TwoSampleTest(pair.a, pair.b)
      #expect(near(test.distance, pair.distance))
      #expect(near(try test.p(), pair.p))
    }
    #expect(near(rankCorrelation(drift.a, drift.b), drift.spearman))
  }

  @Test func aTreeFindsAStep() throws {
    let x = FeatureMatrix([
      ("a", (0..<40).map(Double.init)), ("b", (0..<40).map { Double($0 % 3) }),
    ])
    let y = (0..<40).map { $0 < 17 ? 1.0 : 5 }
    let tree = RegressionTree(FeatureBins(x), y, depth: 3, leaf: 1, scale: 1)
    #expect(tree.nodes[0].feature == 0 && tree.nodes[0].threshold == 16.5)
    #expect(tree.nodes.count == 3)
    #expect(try DeepTree().fit(x, y, rows: Array(0..<40)).predict(x) == y)
  }

  @Test func boostedTreesLearnAProduct() throws {
    let (x, _) = try DriftTrial.world(800, Seed(1)) { _ in [0, 0] }
    let y = (0..<800).map { x.values[$0 * 5] * x.values[$0 * 5 + 1] }
    let fit = try BoostedTrees(trees: 200).fit(x, y, rows: Array(0..<600))
    let rows = Array(600..<800)
    let errors = zip(rows, fit.predict(x.rows(rows))).map { (y[$0] - $1) * (y[$0] - $1) }
    #expect(errors.mean < 0.4 * y.variance)
  }

  @Test func shapleyValuesAreThoseOfAllOrders() throws {
    let (x, y) = try DriftTrial.world(200, Seed(2)) { _ in [0, 0] }
    let learned = try BoostedTrees(trees: 15, depth: 4).fit(x, y, rows: Array(0..<200))
    let fit = try #require(learned as? BoostedTrees.Fit)
    let background = x.rows(Array(0..<7)), row = x.rows([100])
    let found = ShapleyValues(trees: fit.trees, background: background).values(row)[0]
    // The definition: what a feature adds to each set of others, weighted by the orders that make the set.
    func worth(_ set: Int) -> Double {
      let mixed = (0..<7).flatMap { other in
        (0..<5).map { set & (1 << $0) != 0 ? row.values[$0] : background.values[other * 5 + $0] }
      }
      return fit.predict(FeatureMatrix(names: x.names, values: mixed, count: 7)).mean
    }
    let factorials = [1.0, 1, 2, 6, 24, 120]
    for feature in 0..<5 {
      var expected = 0.0
      for set in 0..<32 where set & (1 << feature) == 0 {
        let size = set.nonzeroBitCount
        let weight = factorials[size] * factorials[4 - size] / factorials[5]
        expected += weight * (worth(set | 1 << feature) - worth(set))
      }
      #expect(near(found[feature], expected, 1e-9))
    }
    #expect(near(found.reduce(0, +), worth(31) - worth(0), 1e-9))
  }

  @Test func theStabilityIndexIsItsFormula() {
    let reference = (0..<100).map(Double.init)
    #expect(abs(stabilityIndex(reference, from: reference)) < 1e-12)
    let upper = (50..<100).map(Double.init)
    // Ten tenths: five empty ones at 0.0001, five that hold 0.2 instead of 0.1.
    let expected = 5 * ((1e-4 - 0.1) * -6.907755278982137) + 5 * (0.1 * 0.6931471805599453)
    #expect(near(stabilityIndex(upper, from: reference), expected, 1e-9))
  }

  @Test func theAlarmIsAsRareAsItSays() {
    var random = SplitMix(Seed(3))
    let widths = (0..<300).map { _ in random.uniform() }
    let alarm = WidthAlarm(widths, window: 20, rate: 0.05, Seed(4))
    let alarms = (0..<2000).count { _ in alarm((0..<20).map { _ in random.uniform() }.mean) }
    #expect((0.02...0.09).contains(Double(alarms) / 2000))
  }

  /// A table whose second half moves along `feature`, without targets there.
  private func stream(_ feature: Int, targets: Bool = false) throws -> NamedArrays {
    let known = try DriftTrial.world(400, Seed(5)) { _ in [0, 0] }
    let moved = try DriftTrial.world(300, Seed(6)) { _ in feature == 0 ? [3, 0] : [0, 3] }
    var columns = (0..<5).map { ("x\($0 + 1)", known.x.column($0) + moved.x.column($0)) }
    columns.append(("target", known.y + (targets ? moved.y : moved.y.map { _ in Double.nan })))
    if targets {
      columns.append(("stream", known.y.map { _ in 0.0 } + moved.y.map { _ in 1 }))
    }
    return try arrays(columns)
  }

  @Test func theDriftingFeatureIsNamed() throws {
    var study = DoubtMonitor()
    study.resamples = 8
    study.model = .linear
    let found = try study.run(StudyRoom(stream(0), seed: Seed(1)))
    #expect(found.conclusion.contains("what drives the width most is x1"))
    let known = try study.run(StudyRoom(stream(0, targets: true), seed: Seed(1)))
    #expect(known.figures.contains { $0.name == "mean absolute error in the stream" })
    #expect(try study.run(StudyRoom(stream(0), seed: Seed(1))) == found)
  }

  @Test func whatDoesNotFitIsNamed() throws {
    func message(_ arrays: NamedArrays, _ study: DoubtMonitor = DoubtMonitor()) -> String {
      do {
        _ = try study.run(StudyRoom(arrays, seed: Seed(1)))
        return ""
      } catch { return "\(error)" }
    }
    let numbers = (0..<60).map(Double.init)
    #expect(message(try arrays([("x", numbers)])).contains("hold no target"))
    #expect(
      message(try arrays([("x", numbers), ("target", numbers)])).contains("the stream has 0 rows"))
    #expect(message(try arrays([("target", numbers)])).contains("columns with features"))
    #expect(
      message(try arrays([("x", [1]), ("target", numbers)])).contains("x has 1 rows and 60"))
    var gaps = numbers
    gaps[3] = .nan
    #expect(message(try arrays([("x", gaps), ("target", numbers)])).contains("value 4 is missing"))
    let empty = (0..<60).map { $0 < 10 ? 1.0 : Double.nan }
    #expect(
      message(try arrays([("x", numbers), ("target", empty)])).contains("10 rows with a target"))
    var wide = DoubtMonitor()
    wide.window = 1000
    let some = (0..<60).map { $0 < 40 ? 1.0 : Double.nan }
    #expect(
      message(try arrays([("x", numbers), ("target", some)]), wide).contains("--window 1000"))
    wide.level = 2
    #expect(message(try arrays([("x", numbers), ("target", some)]), wide).contains("--level 2"))
  }
}
