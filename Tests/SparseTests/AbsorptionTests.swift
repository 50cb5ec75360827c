import Evaluation
import Learning
import Testing
import Torch

@testable import Sparse

/// Directions whose codes a test says.
private struct GivenDictionary: DirectionDictionary {
  let directions: Tensor
  let codes: @Sendable (Tensor) -> Tensor

  var latents: Int { directions.size(0) }
  func encode(_ x: Tensor) -> Tensor { codes(x) }
  func decode(_ z: Tensor) -> Tensor { z.matmul(directions) }
}

@Suite struct AbsorptionTests {
  /// A parent along the first axis in every second row, a child along the second in every tenth, both never without the
  /// parent, and something else along the third in every third row.
  private func hierarchy() throws -> LabelledConcepts {
    let rows = (0..<300).flatMap { row -> [Float] in
      [row % 2 == 0 ? 1 : 0, row % 10 == 0 ? 1 : 0, row % 3 == 0 ? 1 : 0, 0]
    }
    return try LabelledConcepts(
      Tensor(rows, shape: [300, 4]), [(0..<300).map { $0 % 2 == 0 }])
  }

  private func probed() throws -> ProbedConcepts {
    let examples = try hierarchy()
    return try ProbedConcepts(
      states: examples.x, learned: examples, judged: examples,
      names: (["parent"], (0..<300).map { "\($0)" }))
  }

  @Test func aChildThatWritesItsParentAbsorbsIt() throws {
    let half = Float(0.5).squareRoot()
    let absorbing = GivenDictionary(
      directions: Tensor([1, 0, 0, 0, half, half, 0, 0, 0, 0, 1, 0] as [Float], shape: [3, 4])
    ) { x in
      let child = x.sliced(1, 1, 2)
      return Tensor.concatenate(
        [x.sliced(1, 0, 1) - child, child * 2.0.squareRoot(), x.sliced(1, 2, 3)], along: 1)
    }
    let world = try probed()
    var measure = FeatureAbsorption()
    measure.units = 1
    let score = try #require(try world.summary(of: absorbing, by: measure).scores.first)
    #expect(score.units == [0] && score.found == 150)
    #expect(score.recall.probe == 1 && abs(score.recall.units - 0.8) < 1e-9)
    #expect(score.cases.map(\.row) == Array(stride(from: 0, to: 300, by: 10)))
    #expect(score.cases.allSatisfy { $0.unit == 1 && $0.share > 0.9 && $0.share < 1.1 })
    #expect(abs(score.rate - 0.2) < 1e-9 && abs(score.partial - 0.2) < 1e-9)
    // With a unit more that adds to F1, the child's unit is a part of the concept, and nothing is absorbed.
    let split = try #require(try world.summary(of: absorbing).scores.first)
    #expect(split.units == [0, 1] && split.rate == 0 && split.recall.units == 1)
  }

  @Test func aDictionaryOfTheFeaturesAbsorbsNothing() throws {
    let faithful = GivenDictionary(directions: Tensor.identity(4)) { $0 }
    let summary = try probed().summary(of: faithful)
    #expect(summary.rate == 0 && summary.recall == 1 && summary.units == 1)
    // A unit that is silent and that no other stands in for is missed, and not absorbed.
    let missing = GivenDictionary(directions: Tensor.identity(4)) { x in
      let parent = x.sliced(1, 0, 1) - x.sliced(1, 1, 2)
      return Tensor.concatenate([parent, x.sliced(1, 2, 3) * 0, x.sliced(1, 2, 4)], along: 1)
    }
    let missed = try probed().summary(of: missing)
    #expect(missed.rate == 0 && abs(missed.recall - 0.8) < 1e-9)
  }

  @Test func absorptionInPartIsCountedAsInSAEBench() {
    let measure = FeatureAbsorption()
    #expect(measure.partial(own: 0, others: 0.5, of: 1) == 1)
    #expect(measure.partial(own: 0.5, others: 0.3, of: 1) == 0)
    #expect(measure.partial(own: 1.2, others: 0.9, of: 1) == 0)
    #expect(abs(measure.partial(own: 0.5, others: 0.9, of: 1) - 0.5) < 1e-12)
    #expect(measure.partial(own: 0, others: 0.5, of: -1) == 0)
  }

  @Test func theBestCutIsBetweenScoresThatDiffer() {
    let parted = ConceptUnits.cut([0.9, 0.1, 0.8, 0.3], [true, false, true, false])
    #expect(parted.f1 == 1 && abs(parted.threshold - 0.55) < 1e-12)
    // Three equal scores are told apart by nothing: F1 is 2 · 2 / (3 + 2).
    let equal = ConceptUnits.cut([1, 1, 1, 0], [true, true, false, false])
    #expect(abs(equal.f1 - 0.8) < 1e-12 && abs(equal.threshold - 0.5) < 1e-12)
  }

  @Test func childrenComeWithTheirParentsAsOftenAsIsAsked() throws {
    var world = ConceptHierarchy(seed: Seed(1))
    (world.parents, world.children, world.others) = (4, 5, 6)
    #expect(world.features == 30 && world.directions.shape == [30, 128])
    var shares: [Double] = []
    for together in [1.0, 0] {
      world.together = together
      let present = world.presences(8000, part: "test")
      let parent = present.sliced(1, 0, 4)
      let child = present.sliced(1, 4, 24).reshaped(8000, 4, 5).sum(over: 2)
      let both = try (parent * child).sum().value()
      shares.append(both / (try child.sum().value()))
      // Features are as frequent either way.
      #expect(abs(try parent.sum().value() / 8000 - 0.8) < 0.03)
      #expect(abs(try child.sum().value() / 8000 - 0.48) < 0.03)
    }
    #expect(shares[0] == 1 && abs(shares[1] - 0.2) < 0.04)
    let examples = try world.examples(50, part: "test")
    #expect(examples.x.shape == [50, 128] && examples.concepts == 4)
  }

  @Test func exchangedConceptsSayNothingOfTheirRows() throws {
    let classes = (0..<600).map { $0 % 3 }
    let means = Tensor([4, 0, 0, 4, -4, -4] as [Float], shape: [3, 2])
    let x =
      means.indexSelect(0, Tensor(classes.map(Int64.init)))
      + RandomStream(Seed(2)).normal([600, 2]) * 0.1
    let exchange = try ConceptExchange(x, classes: classes, of: 3)
    #expect(try (exchange.means - means).abs().max().value() < 0.05)
    let (moved, drawn) = try exchange.exchanged(x, classes: classes, Seed(3))
    let wanted = means.indexSelect(0, Tensor(drawn.map(Int64.init)))
    #expect(try (moved - wanted).abs().max().value() < 0.6)
    let same = zip(drawn, classes).count { $0 == $1 }
    #expect((150...250).contains(same))
    #expect(throws: (any Error).self) { try ConceptExchange(x, classes: classes, of: 4) }
  }
}
