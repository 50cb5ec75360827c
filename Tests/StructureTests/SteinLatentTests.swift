import Datasets
import Evaluation
import Files
import Foundation
import Testing
import Torch

@testable import Structure

@Suite struct SteinLatentTests {
  /// Derivatives of the log-density by finite differences, against the scores in closed form.
  private func check(_ scored: ScoredDensity, at x: Tensor) throws {
    let score = try scored.score(x)
    let p = x.size(1)
    let h = 1e-4
    func density(_ shift: Tensor) -> Tensor { scored.logDensity(x + shift).exp() }
    let units = Tensor.identity(p, type: .float64)
    let centre = density(x.zerosLike())
    // The scores are those of Σ^-½ x, so that s of x is Σ^-½ s.
    let first = score.first.matmul(score.back)
    for i in 0..<p {
      let one = units.selected(0, i).unsqueezed(0) * h
      let slope = (density(one) - density(-one)) * (1 / (2 * h)) / centre
      let mine = first.selected(1, i)
      #expect(try (slope + mine).abs().max().value() < 1e-5)
      for j in 0...i {
        let other = units.selected(0, j).unsqueezed(0) * h
        let corners = density(one + other) - density(one - other) - density(other - one)
        let curvature = (corners + density(-one - other)) * (1 / (4 * h * h)) / centre
        for row in 0..<2 {
          // The mean of y T for a y that picks one row.
          let pick = Tensor((0..<x.size(0)).map { $0 == row ? Double(x.size(0)) : 0 })
          let whole = score.back.matmul(score.secondMoment(pick)).matmul(score.back)
          let (a, b) = try (
            whole.selected(0, i).selected(0, j).value(), curvature.selected(0, row).value()
          )
          #expect(abs(a - b) < 1e-4 * max(1, abs(b)))
        }
      }
    }
  }

  @Test func scoresAreDerivativesOfTheDensity() throws {
    let x = RandomStream(5).normal([30, 3], type: .float64)
    try check(DensityFit.normal(x), at: x)
    var student = DensityFit.normal(x)
    student.degrees = 5
    try check(student, at: x)
    try check(try DensityFit.mixture(x, count: 2, Seed(1)), at: x)
  }

  @Test(arguments: IndexWorld.Inputs.allCases)
  func theRightDensityIsChosen(_ inputs: IndexWorld.Inputs) throws {
    var world = IndexWorld()
    world.inputs = inputs
    world.dimensions = 5
    let (x, _, _) = world.sample(rows: 1500, Seed(4))
    let density = try DensityChoice.auto.fitted(x, Seed(1))
    switch inputs {
    case .normal: #expect(density.degrees > 20 && density.components.count == 1)
    case .student: #expect(density.degrees < 10)
    case .mixture: #expect(density.components.count >= 2)
    }
  }

  @Test(arguments: IndexWorld.Inputs.allCases, IndexWorld.Link.allCases)
  func knownDirectionsComeBack(_ inputs: IndexWorld.Inputs, _ link: IndexWorld.Link) throws {
    var world = IndexWorld()
    (world.inputs, world.link, world.dimensions) = (inputs, link, 8)
    let (x, y, truth) = world.sample(rows: 3000, Seed(2))
    let score = try DensityChoice.auto.fitted(x, Seed(1)).score(x)
    let estimator = SteinEstimator(score: score, responses: y)
    let scales = try SteinEstimator.scales(estimator.shuffled(20, Seed(3)))
    let spectrum = try estimator.spectrum(estimator.matrices(), scales: scales)
    #expect(try subspaceDistance(estimator.directions(spectrum, count: 2), truth) < 0.3)
  }

  @Test func evenLinksNeedTheSecondOrder() throws {
    var world = IndexWorld()
    world.dimensions = 8
    let (x, y, truth) = world.sample(rows: 3000, Seed(2))
    func distance(_ order: SteinOrder) throws -> Double {
      var estimator = SteinEstimator(score: try DensityFit.normal(x).score(x), responses: y)
      estimator.order = order
      let spectrum = try estimator.spectrum(estimator.matrices(), scales: (1, 1))
      return try subspaceDistance(estimator.directions(spectrum, count: 2), truth)
    }
    #expect(try distance(.second) < 0.2)
    #expect(try distance(.first) > 0.5)
  }

  private func table(_ x: Tensor, _ y: Tensor) throws -> NamedArrays {
    var arrays = NamedArrays()
    for (name, matrix) in [("x", x), ("y", y)] {
      for column in 0..<matrix.size(1) {
        let values = try matrix.selected(1, column).contiguous().values(as: Double.self)
        try arrays.add("\(name)\(column + 1)", .numbers(values, shape: [values.count]))
      }
    }
    return arrays
  }

  @Test func theNumberOfDirectionsComesFromShuffles() throws {
    var world = IndexWorld()
    (world.dimensions, world.responses) = (8, 3)
    let (x, y, _) = world.sample(rows: 2000, Seed(6))
    var study = SteinLatent()
    study.responses = "y1,y2,y3"
    study.resamples = 10
    let findings = try study.run(StudyRoom(table(x, y), seed: Seed(1)))
    #expect(findings.figures.first?.value == 2)
    let noise = RandomStream(9).normal([2000, 3], type: .float64)
    let none = try study.run(StudyRoom(table(x, noise), seed: Seed(1)))
    #expect(none.figures.first?.value == 0)
    #expect(none.conclusion.hasPrefix("No direction stands out"))
  }

  @Test func theFirstOrderOfTheInputsThemselvesIsPrincipalComponents() throws {
    let (x, _, _) = IndexWorld().sample(rows: 500, Seed(2))
    var study = SteinLatent()
    study.order = .first
    study.directions = 1
    study.resamples = 0
    let findings = try study.run(StudyRoom(table(x, x.sliced(1, 0, 0)), seed: Seed(1)))
    let component = try IndexRivals.principal(x, count: 1).values(as: Double.self)
    let column = try #require(findings.tables.first).rows.map { row -> Double in
      if case .number(let value) = row[1] { value } else { .nan }
    }
    let dot = zip(component, column).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(abs(dot) - 1) < 1e-8)
  }

  @Test func distancesOfSubspacesAreKnown() throws {
    let one = Tensor([1.0, 0, 0], shape: [3, 1])
    let other = Tensor([0.6, 0.8, 0], shape: [3, 1])
    #expect(try subspaceDistance(one, one) < 1e-9)
    #expect(try abs(subspaceDistance(one, other) - 0.8) < 1e-12)
  }

  @Test func whatIsWrongIsSaid() throws {
    let (x, y, _) = IndexWorld().sample(rows: 60, Seed(2))
    let arrays = try table(x, y)
    var study = SteinLatent()
    study.responses = "y1,y9"
    #expect(throws: UserError.self) { try study.run(StudyRoom(arrays, seed: Seed(1))) }
    study.responses = "y1,y2"
    study.directions = 40
    #expect(throws: UserError("--directions 40: there are 24 inputs")) {
      try study.run(StudyRoom(arrays, seed: Seed(1)))
    }
    let short = try table(x.sliced(0, 0, 30), y.sliced(0, 0, 30))
    study.directions = 0
    #expect(
      throws: UserError(
        "30 rows are too few for 24 inputs; more than twice as many rows are needed")
    ) { try study.run(StudyRoom(short, seed: Seed(1))) }
    var twice = try table(x, y)
    let copied = try x.selected(1, 0).contiguous().values(as: Double.self)
    try twice.add("again", .numbers(copied.map { 2 * $0 }, shape: [60]))
    #expect(throws: UserError.self) { try study.run(StudyRoom(twice, seed: Seed(1))) }
  }
}
