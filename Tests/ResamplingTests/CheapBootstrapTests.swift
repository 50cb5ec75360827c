import Datasets
import Evaluation
import Files
import TestSupport
import Testing
import Torch

@testable import Resampling

@Suite struct CheapBootstrapTests {
  /// The fixture's design with a column of ones.
  private func design(_ fixture: Fixtures.Regressions) -> [Double] {
    (0..<60).flatMap { [1] + fixture.features[$0 * 3..<$0 * 3 + 3] }
  }

  private func columns(_ fixture: Fixtures.Regressions) -> [String: [Double]] {
    Dictionary(
      uniqueKeysWithValues: (0..<3).map { column in
        ("x\(column)", (0..<60).map { fixture.features[$0 * 3 + column] })
      })
  }

  @Test func fitsToResamplesAgreeWithStatsmodels() throws {
    let fixture = try Fixtures.read().regressions
    let cases: [(Regression.Link, [Double], Fixtures.Cheap)] = [
      (.linear, fixture.outcome, fixture.linear), (.logistic, fixture.hit, fixture.logistic),
    ]
    for (link, outcome, expected) in cases {
      let regression = Regression(link, design: design(fixture), outcome: outcome)
      var fits = [try #require(try regression.coefficients())]
      for sample in fixture.samples {
        var counts = Array(repeating: 0.0, count: 60)
        for row in sample { counts[row] += 1 }
        fits.append(try #require(try regression.coefficients(counts)))
      }
      for (mine, theirs) in zip(fits.joined(), expected.fits.joined()) {
        #expect(near(mine, theirs))
      }
      for place in 0..<4 {
        let cheap = CheapInterval(fits[0][place], fits.dropFirst().map { $0[place] })
        #expect(near(cheap.interval(0.95).low, expected.low[place]))
        #expect(near(cheap.interval(0.95).high, expected.high[place]))
      }
    }
  }

  @Test func theStudysFitIsThatOfTheRowsAsTheyWere() throws {
    let fixture = try Fixtures.read().regressions
    for (outcome, expected) in [
      (fixture.outcome, fixture.linear), (fixture.hit, fixture.logistic),
    ] {
      let inputs = try arrays(numbers: columns(fixture).merging(["outcome": outcome]) { $1 })
      let findings = try CheapBootstrap().run(StudyRoom(inputs, seed: Seed(1)))
      #expect(findings.figures.map(\.name) == ["intercept", "x0", "x1", "x2"])
      for (figure, value) in zip(findings.figures, expected.fits[0]) {
        #expect(near(figure.value, value))
      }
    }
  }

  @Test func theIntervalOfAMeanCoversWithOneResampleAsWithTen() throws {
    let seed = Seed(2)
    for count in [1, 2, 10] {
      let covered = try (0..<600).share { world in
        let random = RandomStream(seed.child(world))
        let values = try random.normal([60], type: .float64).values(as: Double.self)
        let means = (0..<count).map { draw in
          let weights = resampledCounts(60, seed.child("draw").child(world).child(draw))
          return zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 } / 60
        }
        return CheapInterval(values.mean, means).interval(0.95).contains(0)
      }
      #expect((0.925...0.975).contains(covered))
    }
  }

  @Test func widthsFallTowardsThoseOfEndlessResamples() {
    // With one resample: t is 12.706, and the mean of |z| is √(2/π).
    let one = 12.706205 * (2 / Double.pi).squareRoot() / 1.959964
    #expect(near(CheapInterval.relativeWidth(1, 0.95), one, 1e-6))
    #expect(abs(CheapInterval.relativeWidth(10_000, 0.95) - 1) < 1e-3)
  }

  @Test func wordsBecomeColumnsAndTheMeanNeedsNone() throws {
    let words = ["a", "b", "c", "a", "b", "c", "a", "b", "c", "a", "b", "c"]
    let values = (0..<12).map { Double($0 % 3) * 10 + Double($0 / 3) }
    let inputs = try arrays(numbers: ["outcome": values], words: ["kind": words])
    let findings = try CheapBootstrap().run(StudyRoom(inputs, seed: Seed(3)))
    #expect(findings.figures.map(\.name) == ["intercept", "kind b", "kind c"])
    #expect(abs(findings.figures[1].value - 10) < 1e-9)
    let alone = try CheapBootstrap().run(
      StudyRoom(try arrays(numbers: ["outcome": values]), seed: Seed(3)))
    #expect(alone.figures.map(\.name) == ["mean"])
    #expect(abs(alone.figures[0].value - 11.5) < 1e-12)
  }

  @Test func whatHasNoCoefficientsIsNamed() throws {
    let values = (0..<20).map { Double($0) }
    func run(_ numbers: [String: [Double]]) throws {
      _ = try CheapBootstrap().run(StudyRoom(arrays(numbers: numbers), seed: Seed(1)))
    }
    #expect(throws: UserError.self) { try run(["x": values]) }
    let still = Array(repeating: 3.0, count: 20)
    #expect(
      throws: UserError(
        "x is the same in every row, so it has no coefficient beside the intercept")
    ) { try run(["outcome": values, "x": still]) }
    #expect(
      throws: UserError("the coefficients are not determined: a column follows from the others")
    ) { try run(["outcome": values, "x": values, "z": values.map { 2 * $0 + 1 }]) }
    #expect(throws: UserError.self) {  // x parts the two classes
      try run(["outcome": values.map { $0 < 10 ? 0 : 1 }, "x": values])
    }
    #expect(throws: UserError.self) { try run(["outcome": [1, 2, 3], "x": [1, 2, 4]]) }
  }
}
