import Datasets
import Evaluation
import Files
import TestSupport
import Testing
import Torch

@testable import Resampling

@Suite struct TarpTests {
  @Test func positionsAndCoverageAgreeWithTheAuthorsPackage() throws {
    let fixture = try Fixtures.read().coverage
    let points = RandomPoints(
      samples: Tensor(fixture.samples, shape: [40, 30, 2]),
      truth: Tensor(fixture.truth, shape: [40, 2]))
    let (nearer, ties) = try points.counts(Tensor(fixture.references, shape: [40, 2]))
    #expect(nearer == fixture.counts.map(Double.init) && ties.allSatisfy { $0 == 0 })
    // The package's bins hold their lower ends, and the last one both.
    let shares = nearer.map { $0 / 30 }
    for (alpha, expected) in zip(fixture.alpha, fixture.expected).dropFirst().dropLast() {
      #expect(near(shares.share { $0 < alpha }, expected))
    }
    let test = UniformityTest(shares)
    #expect(near(test.distance, fixture.kolmogorov[0]))
    #expect(near(try test.p(), fixture.kolmogorov[1]))
  }

  @Test func kolmogorovsTailAgreesWithSciPy() throws {
    for row in try Fixtures.read().tails.kolmogorov {
      #expect(near(try kolmogorovTail(row[0], Int(row[1])), row[2], 1e-6))
    }
  }

  @Test func theTestRejectsOneRightPosteriorInTwenty() throws {
    let seed = Seed(1)
    let sets = try (0..<1000).map { set in
      let world = GaussianSet(50, 10, 2, seed.child(set))
      let posterior = world.posterior()
      let anywhere = posterior.uniformPoints(RandomStream(world.seed.child("anywhere")))
      let predicted = posterior.predictedPoints(
        world.observations, pilot: 15, RandomStream(world.seed.child("predicted")))
      return (
        try UniformityTest(posterior.positions(anywhere, seed: world.seed.child("a"))).p(),
        try UniformityTest(
          posterior.dropping(15).positions(predicted, seed: world.seed.child("b"))
        ).p()
      )
    }
    #expect((0.035...0.065).contains(sets.share { $0.0 < 0.05 }))
    #expect((0.035...0.065).contains(sets.share { $0.1 < 0.05 }))
  }

  /// A set as a person's file would hold it.
  private func files(_ posterior: RandomPoints, observations: Tensor? = nil) throws -> NamedArrays {
    var arrays = NamedArrays()
    for (name, tensor) in [("samples", posterior.samples), ("truth", posterior.truth)] {
      try arrays.add(name, .numbers(tensor.values(as: Double.self), shape: tensor.shape))
    }
    if let observations {
      let values = try observations.values(as: Double.self)
      try arrays.add("observations", .numbers(values, shape: observations.shape))
    }
    return arrays
  }

  private func p(_ arrays: NamedArrays, _ name: String) throws -> (Double, Findings) {
    let findings = try Tarp().run(StudyRoom(arrays, seed: Seed(2)))
    let figure = try #require(findings.figures.first { $0.name == "p, \(name)" })
    return (figure.value, findings)
  }

  @Test func narrowAndWidePosteriorsAreToldApart() throws {
    let world = GaussianSet(400, 50, 3, Seed(3))
    let narrow = try p(files(world.posterior(width: 0.5)), "points anywhere")
    #expect(narrow.0 < 0.01 && narrow.1.conclusion.contains("too narrow"))
    let wide = try p(files(world.posterior(width: 2)), "points anywhere")
    #expect(wide.0 < 0.01 && wide.1.conclusion.contains("too wide"))
    let right = try p(files(world.posterior()), "points anywhere")
    #expect(right.0 > 0.05 && right.1.conclusion.contains("no sign"))
  }

  @Test func thePriorIsFoundOnlyWithPointsFromObservations() throws {
    let world = GaussianSet(400, 50, 3, Seed(4))
    let arrays = try files(world.prior(), observations: world.observations)
    #expect(try p(arrays, "points anywhere").0 > 0.05)
    #expect(try p(arrays, "points from observations").0 < 1e-6)
  }

  @Test func theAreaOfARightPosteriorIsNothing() {
    let even = (0..<1000).map { (Double($0) + 0.5) / 1000 }
    #expect(abs(CoverageCurve.area(even)) < 1e-6)
    // All truths in the middle: the curve is 1 from one half on, 1/8 above the diagonal.
    #expect(abs(CoverageCurve.area([0.5, 0.5]) - 0.125) < 1e-12)
  }

  @Test func whatDoesNotFitIsNamed() throws {
    let world = GaussianSet(30, 10, 2, Seed(5))
    var arrays = NamedArrays()
    try arrays.add("samples", .numbers([1, 2, 3, 4], shape: [2, 2]))
    try arrays.add("truth", .numbers([1, 2, 3, 4], shape: [2, 2]))
    #expect(
      throws: UserError("samples has shape [2, 2], and [simulations, draws, dimensions] is needed")
    ) { try Tarp().run(StudyRoom(arrays, seed: Seed(1))) }
    var uneven = NamedArrays()
    let samples = try world.posterior().samples.values(as: Double.self)
    try uneven.add("samples", .numbers(samples, shape: [30, 10, 2]))
    try uneven.add("truth", .numbers(Array(repeating: 0, count: 40), shape: [20, 2]))
    #expect(
      throws: UserError("truth has shape [20, 2], and samples [30, 10, 2] needs [30, 2]")
    ) { try Tarp().run(StudyRoom(uneven, seed: Seed(1))) }
    var still = NamedArrays()
    try still.add("samples", .numbers(samples, shape: [30, 10, 2]))
    try still.add("truth", .numbers(Array(repeating: 0, count: 60), shape: [30, 2]))
    #expect(
      throws: UserError("dimension 1 of truth is the same in every simulation")
    ) { try Tarp().run(StudyRoom(still, seed: Seed(1))) }
    var odd = try files(world.posterior())
    try odd.add("references", .numbers([1, 2, 3], shape: [3]))
    #expect(throws: UserError.self) { try Tarp().run(StudyRoom(odd, seed: Seed(1))) }
  }
}
