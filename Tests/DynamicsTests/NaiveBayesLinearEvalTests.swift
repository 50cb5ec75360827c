import Datasets
import Evaluation
import Files
import Foundation
import TestSupport
import Testing
import Torch

@testable import Dynamics

@Suite struct NaiveBayesLinearEvalTests {
  private let golden: DynamicsGolden
  private let data: LabelledCodes
  private let query: Tensor

  init() throws {
    golden = try DynamicsGolden.read()
    data = LabelledCodes(
      x: Tensor(golden.x.flatMap { $0 }, shape: [24, 4]), labels: golden.labels, classes: 3)
    query = Tensor(golden.query.flatMap { $0 }, shape: [6, 4])
  }

  private func equal(_ found: Tensor, _ expected: [[Double]], _ tolerance: Double) throws -> Bool {
    let values = try found.values(as: Double.self)
    return zip(values, expected.flatMap { $0 }).allSatisfy { near($0, $1, tolerance) }
  }

  @Test func naiveBayesIsScikitLearns() throws {
    let own = GaussianNaiveBayes(data, shared: false).logJoint(query)
    #expect(try equal(own, golden.own, 1e-9))
    let shared = GaussianNaiveBayes(data, shared: true).logJoint(query)
    #expect(try equal(shared, golden.shared, 1e-9))
  }

  @Test func logisticRegressionIsScikitLearns() throws {
    for each in golden.logistic {
      var regression = LogisticRegression(penalty: 1 / each.strength)
      regression.minimiser.tolerance = 1e-9
      let fitted = try regression.fit(data.x, data.labels, classes: data.classes)
      #expect(try equal(fitted.logProbabilities(query), each.log, 1e-6))
    }
  }

  @Test func curvesCrossWhereTheirMeansDo() {
    var curves = ProbeCurves(
      sizes: [10, 100, 1000],
      errors: [
        .shared: [[0.2, 0.2], [0.2, 0.2], [0.2, 0.2]],
        .logistic: [[0.4, 0.4], [0.3, 0.3], [0.1, 0.1]],
      ])
    #expect(near(curves.crossover(.shared), pow(10, 2.5)))
    let interval = curves.crossoverInterval(.shared, seed: Seed(1))
    #expect(near(interval.low, pow(10, 2.5)) && near(interval.high, pow(10, 2.5)))
    curves.errors[.logistic] = [[0.4, 0.4], [0.3, 0.3], [0.3, 0.3]]
    #expect(curves.crossover(.shared) == .infinity)
    curves.errors[.logistic] = [[0.1, 0.1], [0.1, 0.1], [0.1, 0.1]]
    #expect(curves.crossover(.shared) == 0)
  }

  @Test func splitsKeepClassesAndApart() {
    let procedure = ProbeProtocol(
      sizes: [], repeats: 2, test: 0.25, strengths: [1], standardise: true)
    let (pool, held) = procedure.split(data, Seed(5))
    #expect(Set(pool).isDisjoint(with: held) && pool.count + held.count == 24)
    #expect(held.count { data.labels[$0] == 0 } == 2)
    #expect(Set(pool.prefix(3).map { data.labels[$0] }) == [0, 1, 2])
  }

  private func arrays(_ codes: LabelledCodes) throws -> NamedArrays {
    var arrays = NamedArrays()
    try arrays.add("codes", .numbers(try codes.x.values(as: Double.self), shape: codes.x.shape))
    try arrays.add(
      "label", .numbers(codes.labels.map(Double.init), shape: [codes.labels.count]))
    return arrays
  }

  @Test func naiveBayesIsAdvisedWhereItsModelHoldsAndLabelsAreFew() throws {
    let mixture = NormalMixture(features: 30)
    let codes = mixture.draw(600, RandomStream(Seed(2)))
    var study = NaiveBayesLinearEval()
    study.repeats = 5
    study.sizes = [12, 60]
    study.budget = 12
    study.standardise = false
    study.strengths = [1]
    let findings = try study.run(StudyRoom(try arrays(codes), seed: Seed(1)))
    #expect(findings.conclusion.hasPrefix("With 12 labels take naive Bayes"))
    #expect(findings.tables[0].rows.count == 2)
    #expect(findings.charts[0].curves.count == 3)
  }

  @Test func whatDoesNotFitIsNamed() throws {
    func refused(
      _ codes: LabelledCodes, _ change: (inout NaiveBayesLinearEval) -> Void = { _ in }
    ) throws -> String? {
      var study = NaiveBayesLinearEval()
      change(&study)
      let inputs = try arrays(codes)
      do { _ = try study.run(StudyRoom(inputs, seed: Seed(1))) } catch { return "\(error)" }
      return nil
    }
    var short = data
    short.labels.removeLast()
    #expect(
      try refused(short) == "codes has 24 rows and label has 23; each code needs one label")
    var one = data
    one.labels = one.labels.map { _ in 4 }
    #expect(
      try refused(one) == "label holds one class only, and heads tell at least two apart")
    #expect(
      try refused(data) { $0.sizes = [100] }
        == "--sizes 100: must lie from 3, the classes, to 18, the examples left to train with")
    #expect(
      try refused(data) { $0.repeats = 1 }
        == "--repeats 1: must be at least 2, for an interval")
    var rare = data
    rare.labels[0] = 3
    #expect(
      try refused(rare) == "class 3 has 1 examples, and 3 are needed to hold some out")
    var missing = data
    missing.x = data.x.replacing(
      0, 0, 1, with: Tensor.full([1, 4], .nan, type: .float64))
    #expect(
      try refused(missing)
        == "codes: value 1 is missing or not a number; all must be numbers")
  }
}
