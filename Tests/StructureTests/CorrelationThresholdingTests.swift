import Datasets
import Evaluation
import Files
import Foundation
import Probability
import Testing
import Torch

@testable import Structure

@Suite struct CorrelationThresholdingTests {
  /// Two factors of correlation 0.3 with three children each, one of them common, all loadings 0.6.
  private let example: [Double] = [
    1, 0.36, 0.468, 0.108, 0.108,
    0.36, 1, 0.468, 0.108, 0.108,
    0.468, 0.468, 1, 0.468, 0.468,
    0.108, 0.108, 0.468, 1, 0.36,
    0.108, 0.108, 0.468, 0.36, 1,
  ]

  @Test func cliquesAboveAThresholdAreTheFactors() {
    let graph = CorrelationGraph(example, variables: 5, above: 0.2)
    let cliques = graph.independentCliques(smallest: 2)
    #expect(cliques.map(\.members) == [[0, 1, 2], [2, 3, 4]])
    #expect(cliques.map(\.owners) == [[0, 1], [3, 4]])
  }

  @Test func everyGraphOfFewVariablesIsTriedOnce() {
    var path = ThresholdPath()
    path.smallest = 2
    let members = path.structures(example, 5).map { $0.cliques.map(\.members) }
    #expect(members[0] == [[0, 1, 2, 3, 4]])
    #expect(members[1] == [[0, 1, 2], [2, 3, 4]])
    #expect(members.count <= 3)
  }

  @Test func aCliqueWithoutAnOwnerIsNoFactor() {
    // A triangle whose corners each have a neighbour of their own.
    var matrix = [Double](repeating: 0, count: 36)
    for (i, j) in [(0, 1), (0, 2), (1, 2), (0, 3), (1, 4), (2, 5)] {
      matrix[i * 6 + j] = 0.5
      matrix[j * 6 + i] = 0.5
    }
    let graph = CorrelationGraph(matrix, variables: 6, above: 0.2)
    #expect(graph.independentCliques(smallest: 3).isEmpty)
    #expect(graph.independentCliques(smallest: 2).count == 3)
  }

  @Test func edgesBeyondAWordOfBitsCount() {
    let p = 130
    var matrix = [Double](repeating: 0, count: p * p)
    for i in 0..<p { for j in 0..<p where i % 2 == j % 2 { matrix[i * p + j] = -0.4 } }
    let cliques = CorrelationGraph(matrix, variables: p, above: 0.3).independentCliques(smallest: 3)
    #expect(cliques.map(\.members.count) == [65, 65])
    #expect(cliques[1].members.last == 129)
  }

  /// Expected values from scikit-learn 1.9.1, by Tests/Golden/factors.py.
  @Test func theLikelihoodOfUnrestrictedFactorsIsScikitLearns() throws {
    let (n, p) = (200, 8)
    var values: [Double] = []
    for i in 1...n {
      let (a, b) = (sin(Double(i) * 1.7), cos(pow(Double(i), 2) * 0.37))
      for j in 1...p {
        let signal = j <= 4 ? a + 0.2 * b : 0.1 * a + 0.9 * b
        values.append(signal + 0.8 * sin(pow(Double(i), 1.5) * pow(Double(j), 1.3)))
      }
    }
    let z = VariableTable.standardised(Tensor(values, shape: [n, p]))
    var analysis = FactorEM(data: Correlations(z))
    analysis.isOblique = false
    let all = FactorStructure(members: [Array(0..<p), Array(0..<p)], variables: p)
    let start = (0..<p).flatMap { [0.5, $0 < 4 ? 0.3 : -0.3] }
    let model = try analysis.fit(
      FactorModel(all, loadings: start), steps: 5000, gain: 1e-10)
    #expect(abs(model.logLikelihood + 1918.7812134208054) < 1e-5)
    let expected = [
      0.4735545073170522, 0.3919805503052394, 0.2960460881474669, 0.3401155761131679,
      0.42784511953261484, 0.46893222267010526, 0.4047369273997975, 0.38899634775746195,
    ]
    for (mine, theirs) in zip(model.uniquenesses, expected) {
      #expect(abs(mine - theirs) < 1e-4)
    }
  }

  private func columns(_ values: Tensor) throws -> NamedArrays {
    var arrays = NamedArrays()
    let all = try values.transposed().contiguous().values(as: Double.self)
    let n = values.size(0)
    for column in 0..<values.size(1) {
      try arrays.add(
        "v\(column + 1)", .numbers(Array(all[column * n..<(column + 1) * n]), shape: [n]))
    }
    return arrays
  }

  @Test func knownFactorsComeBackFromATable() throws {
    var world = FactorWorld()
    world.variables = 30
    world.factors = 3
    let (truth, values) = try world.sample(rows: 2000, Seed(7))
    var arrays = try columns(values)
    try arrays.add("site", .words([String](repeating: "a", count: 2000)))
    try arrays.add("id", .numbers((0..<2000).map(Double.init), shape: [2000]))
    var study = CorrelationThresholding()
    study.without = "id"
    study.resamples = 20
    let findings = try study.run(StudyRoom(arrays, seed: Seed(1)))
    #expect(findings.figures.first?.value == 3)
    let members = try #require(findings.tables.first).rows
    #expect(members.count == truth.members.reduce(0) { $0 + $1.count })
    #expect(findings.conclusion.hasPrefix("3 factors account for 30 of 30 variables"))
    #expect(try study.run(StudyRoom(arrays, seed: Seed(1))) == findings)
  }

  @Test func independentVariablesHaveNoFactor() throws {
    let values = RandomStream(3).normal([300, 12], type: .float64)
    let findings = try CorrelationThresholding().run(StudyRoom(columns(values), seed: Seed(1)))
    #expect(findings.figures.isEmpty)
    #expect(findings.conclusion.hasPrefix("Variables without any factor"))
  }

  @Test func whatIsWrongWithATableIsSaid() throws {
    func answer(_ study: CorrelationThresholding, _ arrays: NamedArrays) throws -> Findings {
      try study.run(StudyRoom(arrays, seed: Seed(1)))
    }
    var constant = try columns(RandomStream(3).normal([50, 4], type: .float64))
    try constant.add("flat", .numbers([Double](repeating: 2, count: 50), shape: [50]))
    #expect(throws: UserError("flat has the same value in all rows; leave it out")) {
      try answer(CorrelationThresholding(), constant)
    }
    var missing = try columns(RandomStream(3).normal([5, 4], type: .float64))
    try missing.add("gap", .numbers([1, 2, .nan, 4, 5], shape: [5]))
    #expect(throws: UserError("gap: value 3 is missing or not a number; all must be numbers")) {
      try answer(CorrelationThresholding(), missing)
    }
    var words = NamedArrays()
    try words.add("name", .words(["a", "b", "c"]))
    #expect(throws: UserError("the files hold no column of numbers that could be a variable")) {
      try answer(CorrelationThresholding(), words)
    }
    var study = CorrelationThresholding()
    study.smallest = 1
    #expect(throws: UserError("--smallest 1: must be 2 or more")) { try answer(study, constant) }
    study = CorrelationThresholding()
    study.without = "flatt"
    #expect(throws: UserError.self) { try answer(study, constant) }
  }

  @Test func agreementOfStructuresIgnoresTheOrderOfFactors() {
    let one = FactorStructure(members: [[0, 1, 2], [3, 4, 5]], variables: 6)
    let other = FactorStructure(members: [[3, 4, 5], [0, 1, 2]], variables: 6)
    let less = FactorStructure(members: [[3, 4]], variables: 6)
    #expect(one.f1(of: other) == 1)
    #expect(abs(less.f1(of: one) - 2 * 2.0 / 8) < 1e-12)
  }
}
