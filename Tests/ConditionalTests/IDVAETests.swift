import Autoencoding
import Datasets
import Files
import Learning
import Networks
import Probability
import Testing
import Torch

@testable import Conditional

/// The double autoencoder against what it is made of.
@Suite struct IDVAETests {
  init() { Runtime.threads = 1 }

  let domain = Domain(
    shape: [6], support: .unit, classes: ["a", "b"], factors: [Factor("size", values: 3)])
  let batch = Batch(
    x: RandomStream(3).uniform([8, 6]), labels: Tensor([0, 1, 0, 1, 0, 1, 0, 1] as [Int64]),
    factors: Tensor([0, 1, 2, 0, 1, 2, 0, 1] as [Float], shape: [8, 1]), indices: Array(0..<8))
  let step = Step(index: 0, progress: 0, seed: Seed(2))

  func value(_ loss: Loss, _ name: String) throws -> Double? {
    try loss.terms.first { $0.name == name }?.mean.value()
  }

  @Test func anOrderedFactorIsOneNumberFromNoughtToOne() throws {
    let network = IDVAE().makeNetwork(domain, RandomStream(1))
    let rows: [Float] = try network.condition(batch).values()
    #expect(Array(rows[0..<9]) == [1, 0, 0, 0, 1, 0.5, 1, 0, 1])
    #expect(network.base.known.isUnit == [true, true, true])
  }

  @Test func theBoundOfExamplesIsThatOfTheIdentifiableAutoencoder() throws {
    let method = IDVAE()
    let network = method.makeNetwork(domain, RandomStream(1))
    let mine = method.phases(network)[0].loss(batch, step)
    let other = IdentifiableVAE().loss(network.base, batch, step)
    #expect(try value(mine, "reconstruction") == value(other, "reconstruction"))
    #expect(try value(mine, "rate") == value(other, "rate"))
  }

  @Test func thePriorFollowsItsOwnBoundUnlessBothShapeIt() throws {
    var method = IDVAE()
    let network = method.makeNetwork(domain, RandomStream(1))
    let prior = try #require(network.base.prior).parameters.map(\.shape)
    let phases = method.phases(network)
    #expect(phases.map(\.name) == ["examples", "known"])
    #expect(phases[0].parameters.count + phases[1].parameters.count == network.parameters.count)
    #expect(phases[1].parameters.prefix(prior.count).map(\.shape) == prior)
    method.priorGradients = .both
    #expect(method.phases(network).map(\.name) == ["all"])
    #expect(method.phases(network)[0].parameters.count == network.parameters.count)
  }

  @Test func whatIsNotLabelledDoesNotCountByItsLabels() throws {
    var method = IDVAE()
    method.labelled = 0.6
    let network = method.makeNetwork(domain, RandomStream(1))
    let known: [Float] = try network.isLabelled(batch, share: 0.6).values()
    #expect(Set(known) == [0, 1])
    let flipped = Tensor(
      known.enumerated().map { Int64($0.element == 1 ? $0.offset % 2 : 1 - $0.offset % 2) })
    let other = Batch(
      x: batch.x, labels: flipped, factors: batch.factors, indices: batch.indices)
    for (a, b) in zip(method.phases(network), method.phases(network)) {
      let (before, after) = (a.loss(batch, step).total, b.loss(other, step).total)
      #expect(abs(try before.value() - after.value()) < 1e-4)
    }
    method.labelled = 1
    let gap =
      try method.phases(network)[0].loss(batch, step).total.value()
      - method.phases(network)[0].loss(other, step).total.value()
    #expect(abs(gap) > 1e-4)
  }

  @Test func theConditionalPriorTellsWhatIsKnown() throws {
    let labels = (0..<60).map { $0 % 2 }
    let all = try Examples(
      given: RandomStream(5).uniform([60, 6]), labels: labels,
      factors: Tensor(labels.map { Float($0 * 2) }, shape: [60, 1]))
    let source = try Source(given: "x", domain, train: all, validation: all, test: all)
    var method = IDVAE()
    (method.latents, method.networks.hidden, method.priorHidden) = (2, [8], [16])
    (method.training.epochs, method.training.batch) = (60, 20)
    method.training.learningRate = 0.01
    let network = try Space.fitted(method, FitRun(source, seed: Seed(1))).network
    let prior = network.base.prior(given: network.condition(try all.batch([0, 1])))
    let apart = (prior.mean[0] - prior.mean[1]).abs() / prior.deviation.mean(over: 0)
    #expect(try apart.max().value() > 2, "two classes are more than two deviations apart")
  }

  @Test func theShareOfLabelsIsThatOfTheDraws() throws {
    let network = IDVAE().makeNetwork(domain, RandomStream(1))
    let many = Batch(x: Tensor.zeros([4000, 6]), indices: Array(0..<4000))
    let share = try network.isLabelled(many, share: 0.1).mean().value()
    #expect(abs(share - 0.1) < 0.02)
    #expect(try network.isLabelled(many, share: 1).mean().value() == 1)
  }

  @Test func theSegmentsAreMixturesOfTheirFactors() throws {
    var world = SegmentWorld()
    (world.layers, world.noise) = (1, 0)
    let source = try world.source(train: 400, test: 100, Seed(1))
    let batch = try source.train.batch(Array(0..<400))
    let s = try #require(batch.factors)
    // Without a nonlinearity the sources follow from what is observed by one linear map.
    let ones = Tensor.ones([400, 1])
    let x = Tensor.concatenate([batch.x, ones], along: 1).to(.float64)
    let map = x.transposed().matmul(x).solve(x.transposed().matmul(s.to(.float64)))
    #expect(try (x.matmul(map) - s.to(.float64)).abs().max().value() < 1e-3)
    #expect(try source.train.labels()?.max() == 19)
  }

  @Test func settingsThatMakeNoSenseAreRefused() {
    var method = IDVAE()
    #expect(throws: Never.self) { try method.validate(for: domain) }
    method.labelled = 0
    #expect(throws: UserError.self) { try method.validate(for: domain) }
    method.labelled = 1
    #expect(throws: UserError.self) {
      try method.validate(for: Domain(shape: [6], support: .unit))
    }
  }
}
