import Datasets
import Evaluation
import Files
import Foundation
import Learning
import TestSupport
import Testing
import Torch

@testable import Sharpness

@Suite struct SharpnessTests {
  @Test func everyStudyHasACheckOfItsOwnRow() {
    #expect(Sharpness.studies.allSatisfy { $0.check?.system == $0.card.system })
  }

  @Test func testFunctionsHaveTheirGreatestValuesWhereTheyShould() throws {
    func value(_ function: TestFunction, _ x: [Double]) throws -> Double {
      try function.values(Tensor(x, shape: [1, x.count])).value()
    }
    for place in [[-Double.pi, 12.275], [Double.pi, 2.275], [9.42477796, 2.475]] {
      #expect(near(try value(.branin, place), TestFunction.branin.greatest, 1e-6))
    }
    #expect(near(try value(.ackley(6), Array(repeating: 0, count: 6)), 0))
    #expect(near(try value(.rosenbrock(6), Array(repeating: 1, count: 6)), 0))
    let best = [0.20168952, 0.15001069, 0.47687398, 0.27533243, 0.31165162, 0.65730054]
    #expect(near(try value(.hartmann, best), TestFunction.hartmann.greatest, 1e-6))
    let low = Array(repeating: -2.903534, count: 4)
    #expect(near(try value(.styblinskiTang(4), low), TestFunction.styblinskiTang(4).greatest, 1e-6))
    for function in [TestFunction.branin, .ackley(6), .rosenbrock(6), .hartmann] {
      let some = function.values(function.designs(2000, RandomStream(1)))
      #expect(try some.max().value() < function.greatest, "\(function.name)")
    }
  }

  @Test func rankCorrelationIsSciPys() {
    // scipy.stats.spearmanr([3, 1, 4, 1, 5, 9, 2, 6], [2, 7, 1, 8, 2, 8, 1, 8])
    let found = rankCorrelation([3, 1, 4, 1, 5, 9, 2, 6], [2, 7, 1, 8, 2, 8, 1, 8])
    #expect(near(found, 0.19885368120992467, 1e-12))
    #expect(near(rankCorrelation([1, 2, 3], [10, 20, 30]), 1))
    #expect(rankCorrelation([1, 1, 1], [1, 2, 3]).isNaN)
  }

  @Test func thePenaltysGradientIsThatOfTheNorm() throws {
    let random = RandomStream(3)
    let surrogate = SurrogateEnsemble(
      parameters: SurrogateEnsemble(4, hidden: [8], members: 2, random).parameters.map {
        $0.to(.float64).requiringGradient()
      })
    let x = RandomStream(4).normal([2, 16, 4], type: .float64)
    var penalty = SharpnessPenalty()
    (penalty.step, penalty.start, penalty.rate) = (1e-5, 2, 0.5)
    let found = try penalty.gradients(surrogate, x)
    let slope = try surrogate(x).mean(over: 1).sum()
      .gradients(for: surrogate.parameters, createGraph: true)
    let exact = try (jointNorms(slope).sum() * (2 * penalty.radius))
      .gradients(for: surrogate.parameters)
    for (a, b) in zip(found, exact) { #expect(try (a - b).abs().max().value() < 1e-5) }
    // λ moves by η (ρ‖∇G‖ − ε).
    let norms = try jointNorms(slope).values(as: Double.self)
    let multipliers = try #require(try penalty.multipliers?.values(as: Double.self))
    for (norm, multiplier) in zip(norms, multipliers) {
      #expect(near(multiplier, 2 + 0.5 * (0.05 * norm - 0.1), 1e-9))
    }
    for name in [0.0, 1e9] {
      var flat = SharpnessPenalty()
      (flat.threshold, flat.rate) = (name, 1)
      _ = try flat.gradients(surrogate, x)
      let rises = try #require(try flat.multipliers?.min().value())
      #expect(name > 0 ? rises == 0 : rises > 0)
    }
  }

  @Test func membersAreTrainedApart() throws {
    let x = RandomStream(5).normal([40, 3], type: .float64)
    let y = x.squared().sum(over: 1) * -1
    var optimiser = OfflineOptimiser()
    (optimiser.search, optimiser.members, optimiser.epochs) = (.ensembleMean, 2, 30)
    optimiser.hidden = [16]
    let fitted = try optimiser.fit(x, y, seed: Seed(1))
    let predictions = fitted.predictions(x.to(.float32))
    #expect(predictions.shape == [2, 40])
    #expect(try (predictions[0] - predictions[1]).abs().max().value() > 1e-3)
    let error = (predictions.to(.float64) - y.unsqueezed(0)).squared().mean()
    #expect(try error.value() < y.variance(over: 0).value())
  }

  @Test func theConstraintLowersSharpness() throws {
    let function = TestFunction.branin
    let x = function.designs(100, RandomStream(1))
    var optimiser = OfflineOptimiser()
    (optimiser.hidden, optimiser.epochs) = ([32], 400)
    let plain = try optimiser.fit(x, function.values(x), seed: Seed(1))
    var penalty = SharpnessPenalty()
    (penalty.rate, penalty.threshold) = (0.5, 0.06)
    optimiser.penalty = penalty
    let held = try optimiser.fit(x, function.values(x), seed: Seed(1))
    let all = x.to(.float32)
    #expect(try held.sharpness(all) < plain.sharpness(all) - 0.1)
  }

  private func table(_ rows: Int, words: Bool = false) throws -> NamedArrays {
    let x = TestFunction.branin.designs(rows, RandomStream(2))
    let y = try TestFunction.branin.values(x).values(as: Double.self)
    var arrays = NamedArrays()
    let a = try x.selected(1, 0).values(as: Double.self)
    try arrays.add("a", .numbers(a, shape: [rows]))
    try arrays.add(
      "b",
      words
        ? .words(Array(repeating: "red", count: rows))
        : .numbers(Array(repeating: 4, count: rows), shape: [rows]))
    try arrays.add("score", .numbers(y, shape: [rows]))
    return arrays
  }

  @Test func proposalsKeepToTheRangeAndToColumnsThatDoNotVary() throws {
    var study = Ignite()
    (study.epochs, study.hidden, study.proposals) = (5, [8], 4)
    for search in DesignSearch.allCases {
      study.search = search
      let findings = try study.run(StudyRoom(try table(40), seed: Seed(1)))
      let rows = try #require(findings.tables.first).rows
      #expect(rows.count == 4)
      for row in rows {
        guard case .number(let a) = row[0], case .number(let b) = row[1] else { continue }
        #expect(-5.001...10.001 ~= a && near(b, 4, 1e-5))
      }
    }
  }

  @Test func whatDoesNotFitIsNamed() throws {
    func message(_ arrays: NamedArrays, _ study: Ignite = Ignite()) -> String? {
      do {
        _ = try study.run(StudyRoom(arrays, seed: Seed(1)))
        return nil
      } catch { return "\(error)" }
    }
    #expect(message(try table(10))?.contains("at least 20") == true)
    #expect(message(try table(30, words: true))?.contains("b holds words") == true)
    #expect(message(NamedArrays())?.contains("no score") == true)
    var constant = NamedArrays()
    try constant.add("a", .numbers((0..<30).map(Double.init), shape: [30]))
    try constant.add("score", .numbers(Array(repeating: 1, count: 30), shape: [30]))
    #expect(message(constant)?.contains("same score") == true)
    var study = Ignite()
    study.threshold = 0
    #expect(message(try table(30), study)?.contains("--threshold") == true)
  }
}
