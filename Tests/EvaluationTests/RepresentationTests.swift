import Files
import Foundation
import GoldenFixtures
import Testing
import Torch

@testable import Evaluation

/// Parts that judge codes, against the values of scikit-learn and SciPy in `Tests/Golden/representation.json`.
@Suite struct RepresentationTests {
  private struct Golden: Decodable {
    let codes: [[Double]]
    let labels: [Int]
    let other: [[Double]]
    let logProbabilities: [[Double]]
    let penalty: Double
    let neighbours: [Int]
    let frechet: Double
    let scores: [Double]
    let area: Double
    let participation: Double
  }

  private let golden: Golden

  init() throws {
    Runtime.threads = 1
    golden = try GoldenFixtures.golden("representation")
  }

  private func tensor(_ rows: [[Double]]) -> Tensor {
    Tensor(rows.flatMap { $0 }, shape: [rows.count, rows[0].count])
  }

  @Test func logisticRegressionHasTheProbabilitiesOfScikitLearn() throws {
    let x = tensor(golden.codes)
    var regression = LogisticRegression(penalty: golden.penalty)
    regression.minimiser.tolerance = 1e-7
    let model = try regression.fit(x, golden.labels, classes: 3)
    #expect(model.converged)
    let gap = model.logProbabilities(x) - tensor(golden.logProbabilities)
    let worst = try gap.abs().max().value()
    #expect(worst < 1e-6)
  }

  @Test func neighboursVoteAsInScikitLearn() throws {
    let x = tensor(golden.codes)
    let hits = try NearestNeighbours().hits(
      train: x.sliced(0, 0, 40), Array(golden.labels[..<40]), test: x.sliced(0, 40, 60),
      golden.neighbours)
    for (hit, expected) in zip(hits, golden.neighbours) where expected >= 0 { #expect(hit == 1) }
    #expect(golden.neighbours.count { $0 >= 0 } > 10)
  }

  @Test func distanceAndDimensionAreThoseOfSciPy() throws {
    let distance = try FrechetDistance.between(tensor(golden.codes), tensor(golden.other))
    #expect(abs(distance - golden.frechet) < 1e-9)
    let none = try FrechetDistance.between(tensor(golden.codes), tensor(golden.codes))
    #expect(abs(none) < 1e-9)
    let ratio = try EffectiveDimension.participationRatio(tensor(golden.codes))
    #expect(abs(ratio - golden.participation) < 1e-9)
    let flat = try EffectiveDimension.participationRatio(Tensor.zeros([5, 3]))
    #expect(flat == 0)
  }

  @Test func theAreaUnderTheCurveCountsTiesAsHalf() {
    let area = areaUnderCurve(golden.scores, golden.labels.map { $0 == 2 })
    #expect(abs(area - golden.area) < 1e-12)
    #expect(areaUnderCurve([1, 1], [true, false]) == 0.5)
    #expect(areaUnderCurve([2, 1], [true, false]) == 1)
  }

  @Test func aProbeReadsWhatALineSeparates() throws {
    let x = tensor([[0, 5], [0.1, 5], [1, 5], [1.1, 5]])
    let hits = try LinearProbe().hits(
      train: x, [0, 0, 1, 1], test: tensor([[0.2, 5], [0.9, 5]]), [0, 1], classes: 2)
    #expect(hits == [1, 1])
    #expect(throws: UserError.self) {
      try LinearProbe().hits(train: x, [0, 0, 0, 0], test: x, [0, 0, 0, 0], classes: 2)
    }
    #expect(throws: UserError.self) { try LogisticRegression().fit(x, [0, 1], classes: 2) }
  }

  @Test func theMinimumOfRosenbrocksValleyIsFound() throws {
    let found = try LBFGS().minimise(from: Tensor([-1.2, 1.0])) { p in
      let numbers = try p.values(as: Double.self)
      let (x, y) = (numbers[0], numbers[1])
      let bend = y - x * x
      let value = 100 * bend * bend + (1 - x) * (1 - x)
      return (value, Tensor([-400 * x * bend - 2 * (1 - x), 200 * bend]))
    }
    #expect(found.converged)
    let place = try found.place.values(as: Double.self)
    #expect(abs(place[0] - 1) < 1e-5 && abs(place[1] - 1) < 1e-5)
  }
}

@Suite struct StandingTests {
  private func figures(_ lift: Double, _ spread: Double, _ seed: UInt64) -> [UInt64: [Double]] {
    var random = SplitMix(Seed(seed))
    return Dictionary(
      uniqueKeysWithValues: (1...3).map { key in
        let values = (0..<40).map { item -> Double in
          lift + Double(item % 7) + spread * (random.uniform() - 0.5)
        }
        return (UInt64(key), values)
      })
  }

  @Test func aLargeDifferenceIsRealAndNoneIsNot() throws {
    let standing = try Standing(
      .named("probe"),
      [
        ("a", figures(0, 0.4, 1)), ("b", figures(1, 0.4, 2)), ("c", figures(0, 0.4, 3)),
        ("failed", [:]),
      ], seed: Seed(1))
    #expect(standing.arms.map(\.name).first == "b")
    #expect(standing.arms.count == 3)
    for pair in standing.pairs { #expect(pair.isReal == (pair.better == "b")) }
    #expect(standing.conclusion.contains("b has the best"))
  }

  @Test func whereLessIsBetterTheLeastIsFirst() throws {
    let standing = try Standing(
      .named("reconstruction"), [("a", figures(0, 0.1, 1)), ("b", figures(1, 0.1, 2))],
      seed: Seed(1))
    #expect(standing.arms.map(\.name) == ["a", "b"])
    #expect((standing.pairs.first?.effect.estimate.value ?? 0) > 0.9)
  }

  /// Coverage with few seeds, where the percentile reading is too narrow.
  @Test func studentsReadingKeepsItsLevelWithThreeSeeds() throws {
    var random = SplitMix(Seed(5))
    func normal() -> Double { normalQuantile(random.uniform() * 0.9999 + 5e-5) }
    var covered = 0
    for trial in 0..<300 {
      let rows = (0..<3).map { _ in
        let own = normal()
        return (0..<5).map { _ in own + 0.3 * normal() }
      }
      var bootstrap = MultiBootstrap()
      bootstrap.reading = .student
      bootstrap.replicates = 200
      let effect = try bootstrap.difference(
        of: rows, over: rows.map { $0.map { _ in 0 } }, seed: Seed(9).child(trial), threads: 1)
      if effect.estimate.interval.contains(0) { covered += 1 }
    }
    #expect((273...297).contains(covered), "\(covered) of 300")
  }
}
