import Datasets
import Evaluation
import Files
import Testing
import Torch

@testable import Acquisition

@Suite struct BmdalTests {
  private func features() throws -> (KernelFeatures, Fixtures.Selections) {
    let fixture = try Fixtures.read().selections
    return (
      KernelFeatures(
        train: Tensor(fixture.train, shape: [6, 4]), pool: Tensor(fixture.pool, shape: [40, 4])),
      fixture
    )
  }

  @Test func theSameRowsAreChosenAsByTheAuthorsPackage() throws {
    let (features, fixture) = try features()
    let posterior = features.posterior(noise: 0.1)
    #expect(near(try doubles(posterior.diagonal), fixture.posterior, 1e-9))
    let rules: [(String, SelectionRule, Bool, KernelFeatures)] = [
      ("lcmd-tp", .lcmd, true, features), ("lcmd-p", .lcmd, false, features),
      ("maxdist-tp", .maxdist, true, features), ("maxdist-p", .maxdist, false, features),
      ("maxdet-p", .maxdet, false, features), ("maxdet-tp", .maxdet, true, features),
      ("bait-p", .bait, false, posterior),
      ("bait-forward-backward-p", .baitForwardBackward, false, posterior),
    ]
    for (name, rule, withTrain, own) in rules {
      let selection = BatchSelection(features: own, withTrain: withTrain, noise: 0.1)
      #expect(try selection.select(rule, 8, seed: Seed(1)) == fixture.chosen[name], "\(name)")
    }
  }

  @Test func gradientsAndLastLayerAgreeWithTheAuthorsPackage() throws {
    let fixture = try Fixtures.read().tangents
    let network = TangentNetworks(
      members: 1, widths: [3, 5, 5, 1], weightScale: 0.2, biasScale: 0.2, RandomStream(1))
    for (mine, theirs) in zip(network.weights, fixture.weights) {
      try mine.assign(Tensor(theirs.map(Float.init), shape: mine.shape))
    }
    for (mine, theirs) in zip(network.biases, fixture.biases) {
      try mine.assign(Tensor(theirs.map(Float.init), shape: mine.shape))
    }
    let x = Tensor(fixture.x.map(Float.init), shape: [7, 3])
    #expect(
      near(try withoutGradients { try doubles(network(x.unsqueezed(0))) }, fixture.predictions))
    let last = KernelFeatures(lastLayer: network, train: x, pool: x).pool
    #expect(near(try doubles(last.matmul(last.transposed())), fixture.last))
    let layers = withoutGradients { network.gradients(x) }
    let kernel = layers.map {
      $0.inputs.matmul($0.inputs.transposed()) * $0.derivatives.matmul($0.derivatives.transposed())
    }.reduce(Tensor(0), +)
    #expect(near(try doubles(kernel), fixture.gradient))
    // Many projections come near the kernel that they stand for.
    let sketch = KernelFeatures(
      gradients: network, train: x, pool: x, dimensions: 200_000, RandomStream(2)
    ).pool
    let error = try (sketch.matmul(sketch.transposed()) - kernel.to(.float64)).norm().value()
    #expect(error < 0.05 * (try kernel.norm().value()))
  }

  @Test func gradientsAreThoseOfThePrediction() throws {
    let network = TangentNetworks(
      members: 2, widths: [3, 6, 6, 1], weightScale: 0.5, biasScale: 0.3, RandomStream(4))
    let x = RandomStream(5).normal([1, 3])
    let own = try network(x.unsqueezed(0)).selected(0, 0).sum().gradients(for: network.weights)
    for (layer, part) in withoutGradients({ network.gradients(x) }).enumerated() {
      // The last row of the inputs is the constant that biases are multiplied with.
      let outer = part.inputs.selected(0, 0).outer(part.derivatives.selected(0, 0))
      let weights = outer.sliced(0, 0, outer.size(0) - 1)
      #expect(near(try doubles(weights), try doubles(own[layer].selected(0, 0)), 1e-5))
    }
  }

  /// A table whose rows without a target lie on a line, some far out.
  private func table() throws -> NamedArrays {
    let count = 120
    let x = try doubles(RandomStream(6).normal([count], type: .float64))
    let y = x.enumerated().map { $0.offset < 40 ? $0.element * 2 : .nan }
    var files = try arrays([("x", x, [count]), ("target", y, [count])])
    try files.add("kind", .words((0..<count).map { $0 % 2 == 0 ? "a" : "b" }))
    return files
  }

  @Test(arguments: SelectionRule.allCases) func everyRuleChoosesDifferentOpenRows(
    _ rule: SelectionRule
  ) throws {
    var study = Bmdal()
    study.rule = rule
    study.batch = 9
    study.hidden = 8
    study.epochs = 3
    study.sketch = 16
    study.transformation = rule == .bait ? .posterior : rule == .maxdiag ? .likelihood : .none
    study.members = rule == .lcmd ? 2 : 1
    let findings = try study.run(StudyRoom(table(), seed: Seed(2)))
    let rows = places(findings)
    #expect(rows.count == 9 && Set(rows).count == 9 && rows.allSatisfy { (40..<120).contains($0) })
    #expect(try study.run(StudyRoom(table(), seed: Seed(2))) == findings)
  }

  @Test func aNetworkLearnsALine() throws {
    let x = RandomStream(7).normal([200, 2])
    let y = x.selected(1, 0) * 0.8 - x.selected(1, 1) * 0.5
    var training = TangentTraining()
    training.hidden = 64
    training.epochs = 200
    let rows = Array(0..<150)
    let networks = try training.fit(
      x, y, rows: [rows, rows], validation: Array(150..<200), RandomStream(8))
    let guess = withoutGradients { networks(x.unsqueezed(0)) }
    #expect(try (guess - y).squared().mean(over: 1).max().value() < 0.01)
    // One network does not depend on how many stand beside it.
    let alone = try training.fit(
      x, y, rows: [rows], validation: Array(150..<200), RandomStream(8))
    let single = try withoutGradients { try doubles(alone(x.unsqueezed(0)).selected(0, 0)) }
    #expect(near(single, try doubles(guess.selected(0, 0)), 1e-3))
  }

  @Test func equalPointsAreFilledUpAtRandom() throws {
    let same = KernelFeatures(
      train: Tensor.ones([3, 2]), pool: Tensor.ones([10, 2]))
    for rule in SelectionRule.allCases {
      let chosen = try BatchSelection(features: same, withTrain: true, noise: 0.1)
        .select(rule, 6, seed: Seed(3))
      #expect(Set(chosen).count == 6, "\(rule)")
    }
  }

  @Test func whatDoesNotFitIsNamed() throws {
    #expect(throws: UserError("target has no empty cell: there is no row left to choose")) {
      try Bmdal().run(
        StudyRoom(
          try arrays([
            ("x", Array(repeating: 1, count: 12), [12]),
            ("target", (0..<12).map(Double.init), [12]),
          ]), seed: Seed(1)))
    }
    #expect(throws: UserError.self) {
      try Bmdal().run(
        StudyRoom(try arrays([("target", [1, .nan], [2]), ("x", [1, 2], [2])]), seed: Seed(1)))
    }
    #expect(throws: UserError("--batch 0: must be between 1 and 100,000")) {
      var study = Bmdal()
      study.batch = 0
      _ = try study.run(StudyRoom(try table(), seed: Seed(1)))
    }
  }
}
