import Datasets
import Evaluation
import Files
import Testing
import Torch

@testable import Acquisition

@Suite struct ActiveTestingTests {
  @Test func weightsAndRiskAgreeWithTheAuthorsFormula() throws {
    let fixture = try Fixtures.read().risk
    let count = fixture.losses.count
    let risk = UnbiasedRisk(
      Tensor(fixture.losses, shape: [1, count]), Tensor(fixture.probabilities, shape: [1, count]),
      pool: fixture.pool)
    #expect(near(try doubles(risk.weights), fixture.weights, 1e-12))
    #expect(near(try doubles(risk.values), [fixture.risk], 1e-12))
  }

  /// Over every order of two or three of four points, weighted by its probability, the estimate is the mean loss.
  @Test(arguments: [2, 3, 4]) func theEstimateIsUnbiasedOverEveryOrder(_ draws: Int) throws {
    let losses = [0.3, 2, 0.1, 1.1], scores = [1.0, 0.2, 3, 0.7]
    var total = 0.0, whole = 0.0, variance = 0.0, spread = 0.0
    func walk(_ taken: [Int], _ chances: [Double]) throws {
      guard taken.count < draws else {
        let risk = UnbiasedRisk(
          Tensor(taken.map { losses[$0] }, shape: [1, draws]), Tensor(chances, shape: [1, draws]),
          pool: 4)
        let chance = chances.reduce(1, *)
        let value = try doubles(risk.values)[0]
        total += chance * value
        whole += chance
        spread += chance * (value - losses.mean) * (value - losses.mean)
        if draws < 4 { variance += chance * (try doubles(risk.deviations.squared())[0]) }
        return
      }
      let left = losses.indices.filter { !taken.contains($0) }
      let sum = left.map { scores[$0] }.reduce(0, +)
      for point in left { try walk(taken + [point], chances + [scores[point] / sum]) }
    }
    try walk([], [])
    #expect(abs(whole - 1) < 1e-12)
    #expect(abs(total - losses.mean) < 1e-12)
    // With all points labelled nothing is left to be uncertain of.
    if draws == 4 { #expect(spread < 1e-24) } else { #expect(variance > 0.2 * spread) }
  }

  /// Drawn in proportion to the losses themselves, every draw tells the whole.
  @Test func theTrueLossesLeaveNoError() throws {
    let losses = RandomStream(9).uniform([50], type: .float64) + 0.01
    let draws = SequentialDraws(losses, count: 7, repeats: 20, RandomStream(10))
    let seen = losses.unsqueezed(0).expanded([20, 50]).gather(1, draws.points)
    let risk = UnbiasedRisk(seen, draws.probabilities, pool: 50)
    let truth = try losses.mean().value()
    #expect(try (risk.values - truth).abs().max().value() < 1e-9)
    #expect(try risk.deviations.max().value() < 1e-9)
  }

  @Test func drawsComeInProportionToTheScoresLeft() throws {
    let draws = SequentialDraws(
      Tensor([1.0, 2, 5]), count: 3, repeats: 20_000, RandomStream(3))
    let first = try draws.points.selected(1, 0).values(as: Int64.self)
    for (point, share) in [0.125, 0.25, 0.625].enumerated() {
      let found = Double(first.count { $0 == Int64(point) }) / 20_000
      #expect(abs(found - share) < 0.02)
    }
    let points = try draws.points.values(as: Int64.self).map(Int.init)
    let chances = try doubles(draws.probabilities)
    let scores = [1.0, 2, 5]
    for row in 0..<50 {
      let own = Array(points[row * 3..<row * 3 + 3])
      #expect(Set(own).count == 3)
      let expected = [
        scores[own[0]] / 8, scores[own[1]] / (8 - scores[own[0]]), 1,
      ]
      #expect(near(Array(chances[row * 3..<row * 3 + 3]), expected, 1e-12))
    }
  }

  /// A pool of probabilities that are right on average, in a file's form.
  private func pool(_ count: Int, _ seed: UInt64) throws -> (values: [Double], labels: [Double]) {
    let random = RandomStream(seed)
    let logits = random.normal([count, 3], type: .float64) * 2
    let p = logits.softmax()
    return (try doubles(p), try doubles(random.categorical(p).squeezed(1).to(.float64)))
  }

  /// Labels what the study asks for, three times over, and reads the risk.
  @Test func aPersonsRoundTripFindsTheRiskOfThePool() throws {
    let count = 400
    let (values, labels) = try pool(count, 5)
    var label = Array(repeating: Double.nan, count: count), order = label, chance = label
    var study = ActiveTesting()
    study.next = 60
    var found: Findings?
    for _ in 0..<3 {
      let files = try arrays([
        ("predictions", values, [count, 3]), ("label", label, [count]),
        ("order", order, [count]), ("probability", chance, [count]),
      ])
      let findings = try study.run(StudyRoom(files, seed: Seed(1)))
      found = findings
      let rows = try #require(findings.tables.first).rows
      for ((point, place), row) in zip(
        zip(places(findings), places(findings, column: 1)), rows)
      {
        guard case .number(let probability) = row[2] else { continue }
        label[point] = labels[point]
        order[point] = Double(place)
        chance[point] = probability
      }
    }
    let risk = try #require(found?.figures.first { $0.name == "risk" })
    let losses = (0..<count).map { -(values[$0 * 3 + Int(labels[$0])].logarithm) }
    #expect(try #require(risk.interval).contains(losses.mean))
    #expect(found?.figures.first { $0.name == "labels" }?.value == 120)
  }

  @Test func ofNumbersTheExpectedLossIsSpreadAndDistance() throws {
    let files = try arrays([
      ("predictions", [1, 2, 4], [3]), ("surrogate", [1, 3, 4, 3, 3, 4], [2, 3]),
      ("deviation", [0, 1, 2], [3]),
    ])
    let pool = try TestPoolFiles(files, loss: .auto)
    #expect(near(try doubles(pool.expected.means), [2, 2, 4], 1e-12))
    // δ⁴ + 6 δ² d² + 3 d⁴, the mean over the two draws: 0 and 2; 1 and 1 with d 1; 0 with d 2.
    #expect(near(try doubles(pool.expected.squares), [8, 10, 48], 1e-12))
    #expect(try ActiveTesting().run(StudyRoom(files, seed: Seed(1))).tables[0].rows.count == 3)
  }

  @Test(
    arguments: [
      (
        "predictions", [0.5, 0.7, 1, 0], [2, 2],
        "predictions: the classes of a point must add up to 1, and one is off by 0.2"
      ),
      ("predictions", [0.5], [1], "predictions has shape [1], and at least two points are needed"),
      (
        "predictions", [1, 2], [2],
        "of numbers, a surrogate or the deviation of the labels is needed to expect losses"
      ),
    ] as [(String, [Double], [Int], String)])
  func whatDoesNotFitIsNamed(_ name: String, _ values: [Double], _ shape: [Int], _ why: String)
    throws
  {
    let files = try arrays([(name, values, shape)])
    #expect {
      try ActiveTesting().run(StudyRoom(files, seed: Seed(1)))
    } throws: {
      "\($0)".hasPrefix(why)
    }
  }

  @Test func labelsWithoutTheirDrawAreRefused() throws {
    let base: [(String, [Double], [Int])] = [("predictions", [0.5, 0.5, 1, 0], [2, 2])]
    for (extra, why) in [
      (
        [("label", [1, .nan], [2])],
        "point 0 needs its label, order and probability, or none of the three"
      ),
      (
        [
          ("label", [1, .nan], [2]), ("order", [2, .nan], [2]), ("probability", [0.5, .nan], [2]),
        ],
        "order must hold 1, 2, … 1 once each where there is a label"
      ),
      (
        [
          ("label", [2, .nan], [2]), ("order", [1, .nan], [2]), ("probability", [0.5, .nan], [2]),
        ],
        "label holds 2.0, and a class from 0 to 1 is needed"
      ),
    ] as [([(String, [Double], [Int])], String)] {
      #expect(throws: UserError(why)) {
        try ActiveTesting().run(StudyRoom(try arrays(base + extra), seed: Seed(1)))
      }
    }
  }
}

extension Double {
  fileprivate var logarithm: Double { (try? Tensor(self, type: .float64).log().value()) ?? .nan }
}
