import Datasets
import Evaluation
import Files
import Testing
import Torch

@testable import Resampling

@Suite struct ModelEvaluationGuideTests {
  private func run(
    _ inputs: NamedArrays, _ change: (inout ModelEvaluationGuide) -> Void = { _ in }
  ) throws -> Findings {
    var guide = ModelEvaluationGuide()
    guide.replicates = 200
    change(&guide)
    return try guide.run(StudyRoom(inputs, seed: Seed(1)))
  }

  private let label = (0..<40).map { Double($0 % 2) }

  /// The label with the first so many answers turned wrong.
  private func wrong(_ count: Int, from first: Int = 0) -> [Double] {
    label.indices.map { $0 >= first && $0 < first + count ? 1 - label[$0] : label[$0] }
  }

  @Test func oneModelGetsTheIntervalThatSuitsItsCounts() throws {
    let findings = try run(arrays(numbers: ["label": label, "net": wrong(4)]))
    let figure = try #require(findings.figures.first)
    #expect(figure.name == "accuracy of net" && abs(figure.value - 0.9) < 1e-12)
    let wilson = Proportion(36, of: 40).wilson(0.95)
    #expect(figure.interval == wilson)
  }

  @Test func twoModelsAreComparedByTheExactTestWhereFewRowsTellThemApart() throws {
    let findings = try run(
      arrays(numbers: ["label": label, "a": wrong(1), "b": wrong(10, from: 10)]))
    let p = try #require(findings.figures.first { $0.name == "p" })
    // One against ten of eleven: 2 (1 + 11) / 2¹¹.
    #expect(abs(p.value - 24.0 / 2048) < 1e-12)
    #expect(findings.conclusion.hasPrefix("a is better than b, by 22.5%"))
  }

  @Test func severalModelsAreComparedByCochransTestAndHolmsPairs() throws {
    let findings = try run(
      arrays(numbers: ["label": label, "a": wrong(1), "b": wrong(20, from: 10), "c": wrong(2)]))
    #expect(findings.figures.contains { $0.name == "Cochran's Q" })
    #expect(findings.tables.first { $0.title.contains("Holm") }?.rows.count == 3)
    #expect(findings.conclusion.contains("2 of 3 pairs"))
  }

  @Test func fiveHalvingsAreComparedByTheCombinedTest() throws {
    let rows = (0..<200).map { $0 }
    let label = rows.map { Double($0 % 2) }
    let inputs = try arrays(numbers: [
      "label": label, "a": label, "b": rows.map { $0 % 7 == 0 ? 1 - label[$0] : label[$0] },
      "repeat": rows.map { Double($0 / 40) }, "fold": rows.map { Double($0 / 20 % 2) },
    ])
    let findings = try run(inputs)
    #expect(findings.tables.first?.rows.first?[1] == .word("5×2 combined F"))
    #expect(findings.conclusion.hasPrefix("a is better than b"))
  }

  @Test func otherFoldingsAreComparedByTheCorrectedTest() throws {
    let rows = (0..<200).map { $0 }
    let label = rows.map { Double($0 % 2) }
    let numbers = [
      "label": label, "a": label, "b": rows.map { $0 % 7 == 0 ? 1 - label[$0] : label[$0] },
    ]
    let folds = try run(
      arrays(numbers: numbers.merging(["fold": rows.map { Double($0 / 20) }]) { $1 }))
    #expect(folds.tables.first?.rows.first?[1] == .word("corrected t"))
    let held = try arrays(
      numbers: numbers.merging(["repeat": rows.map { Double($0 / 20) }]) { $1 })
    #expect(throws: UserError.self) { try run(held) }
    #expect(try run(held) { $0.training = 40 }.conclusion.contains("Nadeau"))
  }

  @Test func aTableIsLearntFromAndItsEstimatesStandSideBySide() throws {
    let table = try NormalClasses(width: 3, informative: 3, gap: 2).table(60, RandomStream(2))
    let inputs = try arrays(
      numbers: Dictionary(
        uniqueKeysWithValues: (0..<3).map { column in
          ("x\(column)", (0..<60).map { table.features[$0 * 3 + column] })
        }), words: ["label": table.classes.map { $0 == 0 ? "no" : "yes" }])
    let findings = try run(inputs) {
      $0.folds = 3
      $0.repeats = 1
      $0.innerFolds = 2
      $0.refits = 20
    }
    let estimates = try #require(findings.tables.last)
    #expect(estimates.title == "Estimates of the accuracy" && estimates.rows.count == 2)
    // The best rule is right on 96%: Φ(√3).
    #expect(abs((findings.figures.first?.value ?? 0) - 0.958) < 0.08)
    let large = try run(inputs) {
      $0.large = 50; $0.heldOut = 0.5
    }
    #expect(large.conclusion.contains("McNemar"))
  }

  @Test func aColumnGivenAsLabelIsNoModel() throws {
    var inputs = try arrays(numbers: ["truth": label, "net": wrong(4)])
    try inputs.call("truth", "label")
    let findings = try run(inputs)
    #expect(findings.figures.map(\.name) == ["accuracy of net"])
  }

  @Test func whatCannotBeJudgedIsNamed() throws {
    let one = try arrays(numbers: ["label": Array(repeating: 1, count: 9), "a": label])
    #expect(
      throws: UserError("label holds one class only, 1; two are needed to judge by")
    ) { try run(one) { $0.models = "a" } }
    let short = try arrays(numbers: ["label": label, "a": [0, 1]])
    #expect(
      throws: UserError("a has 2 rows and label has 40: they must be as many")
    ) { try run(short) }
    let gap = try arrays(numbers: ["label": label, "a": label.map { $0 == 0 ? .nan : 1 }])
    #expect(throws: UserError.self) { try run(gap) { $0.reading = .predictions } }
    #expect(throws: UserError("--folds 1: must be at least 2")) {
      try run(try arrays(numbers: ["label": label, "a": label])) { $0.folds = 1 }
    }
    #expect(throws: UserError.self) { try run(try arrays(numbers: ["label": label])) }
  }
}
