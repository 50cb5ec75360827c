import GoldenFixtures
import Testing
import Torch

@testable import Evaluation

/// Scores against disentanglement_lib's formulas and scikit-learn's models, in `Tests/Golden/disentanglement.json`.
@Suite struct DisentanglementGoldenTests {
  private struct Golden: Decodable {
    let codes, factors, information, deviations, correlations, logistic, importances: [[Double]]
    let entropies, lasso: [Double]
    let gap, modularity, robustness, strictRobustness, predictability, penalty: Double
    let disentanglement, completeness, informativeness, totalCorrelation: Double
  }

  private let golden: Golden
  private let table: FactoredCodes

  init() throws {
    Runtime.threads = 1
    golden = try GoldenFixtures.golden("disentanglement")
    table = try FactoredCodes(tensor(golden.codes), tensor(golden.factors))
  }

  private func gap(_ found: Tensor, _ rows: [[Double]]) throws -> Double {
    try (found - tensor(rows)).abs().max().value()
  }

  @Test func informationIsThatOfScikitLearn() throws {
    #expect(table.isReal == [false, false, true])
    let information = try MutualInformation(table)
    #expect(try gap(information.matrix, golden.information) < 1e-9)
    #expect(try gap(information.entropies.unsqueezed(0), [golden.entropies]) < 1e-9)
    #expect(abs(try information.gap() - golden.gap) < 1e-9)
    #expect(abs(try information.modularity() - golden.modularity) < 1e-9)
  }

  @Test func robustnessIsThatOfTheLibrary() throws {
    let robustness = try InterventionalRobustness(table)
    #expect(try gap(robustness.matrix, golden.deviations) < 1e-9)
    #expect(abs(robustness.score - golden.robustness) < 1e-9)
    let strict = try InterventionalRobustness(table, quantile: 1).score
    #expect(abs(strict - golden.strictRobustness) < 1e-9)
  }

  @Test func predictabilityOfRealFactorsIsThatOfTheLibrary() throws {
    let real = try FactoredCodes(table.codes, table.factors, real: [true, true, true])
    let separated = try SeparatedPredictability(train: real, test: real)
    // Both tables are the same, so n − 1 is of twice as many; the ratio does not change.
    #expect(try gap(separated.matrix, golden.correlations) < 1e-9)
    #expect(abs(try separated.score() - golden.predictability) < 1e-9)
  }

  @Test func sparseModelsAreThoseOfScikitLearn() throws {
    let regression = SparseRegression(penalty: golden.penalty)
    let x = table.codes - table.codes.mean(over: 0, keep: true)
    let scaled = x / x.variance(over: 0, correction: 0, keep: true).squareRoot()
    let slide = table.factors.sliced(1, 2, 3)
    let y = (slide - slide.mean()) / slide.variance(over: 0, correction: 0, keep: true).squareRoot()
    let line = try regression.lasso(scaled, y)
    #expect(try gap(line.transposed(), [golden.lasso]) < 1e-6)
    let logits = try regression.logistic(scaled, table.places(0), classes: 3)
    #expect(try gap(logits.sliced(0, 0, 4), golden.logistic) < 1e-6)
  }

  @Test func entropiesOfImportancesAreThoseOfTheLibrary() throws {
    let regression = SparseRegression(penalty: golden.penalty)
    let scores = try DCI(train: table, test: table, regression: regression)
    #expect(try gap(scores.importances, golden.importances) < 1e-6)
    #expect(abs(scores.disentanglement - golden.disentanglement) < 1e-6)
    #expect(abs(scores.completeness - golden.completeness) < 1e-6)
    #expect(abs(scores.informativeness - golden.informativeness) < 1e-6)
    let given = try DCI.scores(tensor(golden.importances))
    #expect(abs(given.disentanglement - golden.disentanglement) < 1e-9)
    #expect(abs(given.completeness - golden.completeness) < 1e-9)
  }

  @Test func totalCorrelationIsThatOfTheLibrary() throws {
    let found = try TotalCorrelation.ofNormal(table.codes)
    #expect(abs(found - golden.totalCorrelation) < 1e-9)
  }
}

private func tensor(_ rows: [[Double]]) -> Tensor {
  Tensor(rows.flatMap { $0 }, shape: [rows.count, rows.first?.count ?? 0])
}
