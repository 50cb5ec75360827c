import Autoencoding
import Datasets
import Files
import Foundation
import Learning
import Networks
import Probability
import Testing
import Torch

@testable import Conditional

/// Series with gaps: what stands in a gap never counts, and any pattern of gaps is taken.
@Suite struct SupNotMIWAETests {
  init() { Runtime.threads = 1 }

  let domain = Domain(shape: [6, 2], support: .real, classes: ["a", "b"])
  let x = RandomStream(3).normal([5, 6, 2])
  let observed = RandomStream(4).bernoulli(Tensor.full([5, 6, 2], 0.6))
  let step = Step(index: 0, progress: 0, seed: Seed(2))

  func network(_ method: SupNotMIWAE = SupNotMIWAE()) -> SupNotMIWAE.Network {
    method.makeNetwork(domain, RandomStream(1))
  }

  @Test func seriesPicturesAndTablesGoThereAndBack() throws {
    for shape in [[6, 2], [2, 4, 3], [7]] {
      let layout = SeriesLayout(shape)
      let x = RandomStream(1).normal([3] + shape)
      let series = layout.series(x)
      #expect(series.shape == [3, layout.channels, layout.steps])
      #expect(try (layout.examples(series) - x).abs().max().value() == 0)
    }
    let picture = Tensor([0, 1, 2, 3, 4, 5] as [Float], shape: [1, 1, 2, 3])
    let rows: [Float] = try SeriesLayout([1, 2, 3]).series(picture).values()
    #expect(rows == [0, 3, 1, 4, 2, 5], "steps are rows, channels columns")
  }

  @Test func whatStandsInAGapDoesNotCount() throws {
    let network = network()
    let other = x * observed + (1 - observed) * 99
    let labels = Tensor([0, 1, 0, 1, 0] as [Int64])
    func loss(_ x: Tensor) throws -> Double {
      let batch = Batch(x: x, labels: labels, observed: observed, indices: Array(0..<5))
      return try Runtime.training(true) {
        try SupNotMIWAE().loss(network, batch, step).total.value()
      }
    }
    #expect(try loss(x) == loss(other))
    let rows = network.logProbabilities(x, observed: observed)
    let same = network.logProbabilities(other, observed: observed)
    #expect(try (rows - same).abs().max().value() == 0)
    let filled = network.impute(x, observed: observed)
    #expect(try (filled - network.impute(other, observed: observed)).abs().max().value() == 0)
    #expect(try ((filled - x) * observed).abs().max().value() < 1e-6, "observed numbers stay")
  }

  @Test func aPatternOfGapsThatTrainingNeverSawIsTaken() throws {
    let network = network()
    // A whole channel, whole series, the end: none of it is special.
    for pattern in [
      Tensor.zeros([5, 6, 2]),
      Tensor.ones([5, 6, 2]).replacing(2, 0, 1, with: Tensor.zeros([5, 6, 1])),
      Tensor.ones([5, 6, 2]).replacing(1, 3, 6, with: Tensor.zeros([5, 3, 2])),
    ] {
      let rows = network.logProbabilities(x, observed: pattern)
      let sums = try rows.exp().sum(over: 1).values(as: Double.self)
      #expect(sums.allSatisfy { abs($0 - 1) < 1e-5 })
      let filled: [Float] = try network.impute(x, observed: pattern).values()
      #expect(filled.allSatisfy { $0.isFinite })
    }
    // Of series of which nothing is observed all have the same classes.
    let none: [Float] = try network.logProbabilities(x, observed: x.zerosLike()).values()
    #expect((0..<5).allSatisfy { abs(none[2 * $0] - none[0]) < 1e-5 })
  }

  @Test func aFillingIsPulledToWhatWasObservedLast() throws {
    let network = SupNotMIWAE().makeNetwork(
      Domain(shape: [4, 1], support: .real, classes: ["a", "b"]), RandomStream(1))
    let x = Tensor([9, 2, 9, 9] as [Float], shape: [1, 1, 4])
    let seen = Tensor([0, 1, 0, 0] as [Float], shape: [1, 1, 4])
    let drawn = Tensor.full([1, 1, 4], 5)
    let values = try network.filled(x, seen, with: drawn).values(as: Double.self)
    // The say of the last observation falls as e^−(0.1 Δ + 0.1); before the first it is that of a 0.
    let (one, two) = (exp(-0.2), exp(-0.3))
    #expect(abs(values[0] - 5 * (1 - one)) < 1e-5)
    #expect(abs(values[1] - 2) < 1e-6)
    #expect(abs(values[2] - (2 * one + 5 * (1 - one))) < 1e-5)
    #expect(abs(values[3] - (2 * two + 5 * (1 - two))) < 1e-5)
  }

  @Test func thePriorIsTheNormalWithTheCauchyKernel() throws {
    var method = SupNotMIWAE()
    method.latents = 1
    let network = network(method)
    let z = RandomStream(5).normal([2, 1, 6])
    let kernel = SupNotMIWAE.Network.kernel(6, method)
    #expect(abs(try kernel[0][2].value() - 1 / (1 + 4.0 / 49)) < 1e-12)
    // log N(z; 0, K) by the inverse and the determinant.
    let flat = z.reshaped(2, 6).to(.float64)
    let squared = (flat.matmul(kernel.inverse()) * flat).sum(over: 1)
    let expected = (squared + kernel.signAndLogDeterminant().log + 6 * 1.8378770664093453) * -0.5
    let found = try network.logPrior(z).values(as: Double.self)
    for (a, b) in zip(found, try expected.values(as: Double.self)) { #expect(abs(a - b) < 2e-2) }
    method.prior = .standard
    let plain = try self.network(method).logPrior(z).values(as: Double.self)
    let standard = try Normal.standardLogProbability(of: z).values(as: Double.self)
    for (a, b) in zip(plain, standard) { #expect(abs(a - b) < 1e-5) }
  }

  @Test func withoutGapsTheWeightsAreThoseOfTheWholeSeries() throws {
    let network = network()
    let series = network.layout.series(x)
    let draw = network.draw(series, series.onesLike(), 1, RandomStream(7))
    let q = network.posterior(series, series.onesLike())
    let z = q.sample(RandomStream(7))
    let whole = network.outputs(z).logProbability(of: series) + network.logPrior(z)
    let expected = whole - q.logProbability(of: z)
    #expect(try (draw.logWeights - expected).abs().max().value() < 1e-3)
  }

  @Test func gapsOfTheOscillatorsAreAsManyAsAskedForAndHigh() throws {
    var world = OscillatorWorld()
    world.missing = 0.7
    let (source, truth) = try world.source(train: 200, test: 100, Seed(1))
    let batch = try source.test.batch(Array(0..<100))
    let seen = try #require(batch.observed)
    #expect(abs(try seen.mean().value() - 0.3) < 0.06)
    let high = try (truth * (1 - seen)).sum().value() / (1 - seen).sum().value()
    let low = try (truth * seen).sum().value() / seen.sum().value()
    #expect(high > low + 0.5)
    #expect(try ((batch.x - truth) * seen).abs().max().value() == 0)
  }

  @Test func settingsThatMakeNoSenseAreRefused() {
    var method = SupNotMIWAE()
    method.kernelSize = 4
    #expect(throws: UserError.self) { try method.validate(for: domain) }
    method.kernelSize = 3
    method.dropping = 1
    #expect(throws: UserError.self) { try method.validate(for: domain) }
    method.dropping = 0
    #expect(throws: Never.self) { try method.validate(for: domain) }
  }
}
