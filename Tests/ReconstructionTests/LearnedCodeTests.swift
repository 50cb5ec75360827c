import Autoencoding
import Datasets
import Foundation
import Learning
import Networks
import Probability
import Testing
import Torch

@testable import Reconstruction

/// What the methods without a plain encoder are made of.
@Suite struct LearnedCodeTests {
  init() { Runtime.threads = 1 }

  let domain = Domain(shape: [6], support: .unit)
  let batch = Batch(x: RandomStream(3).uniform([16, 6]), indices: Array(0..<16))
  let step = Step(index: 0, progress: 0, examples: 16, seed: Seed(2))

  @Test func theNuclearNormIsTheSumOfSingularValuesAndItsGradientUV() throws {
    let network = LoRAE().makeNetwork(domain, RandomStream(1))
    let weight = network.layers[0].weight.tensor
    let (u, s, vt) = weight.detached().svd()
    #expect(try abs(network.nuclearNorm.value() - s.sum().value()) < 1e-3)
    let slope = try network.nuclearNorm.gradient(of: weight)
    #expect(try (slope - u.matmul(vt)).abs().max().value() < 1e-3)
  }

  @Test func withoutItsPenaltyALowRankAutoencoderIsOneLinearLayer() throws {
    var (low, implicit) = (LoRAE(), IRMAE())
    (low.nuclearNorm, implicit.linearLayers) = (0, 1)
    let network = low.makeNetwork(domain, RandomStream(1))
    let other = implicit.makeNetwork(domain, RandomStream(1))
    let loss = try low.loss(network, batch, step).total.value()
    #expect(try loss == implicit.loss(other, batch, step).total.value())
    low.nuclearNorm = 2
    let more = try low.loss(network, batch, step).total.value()
    #expect(try abs(more - loss - 2 * network.nuclearNorm.value()) < 1e-3)
  }

  @Test func aQuadraticLossLeadsFromTheOriginToItsMinimum() throws {
    let minimum = RandomStream(5).normal([4, 3])
    let codes = GradientOrigin(latents: 3, step: 1).codes(4, device: .cpu, differentiable: false) {
      ($0 - minimum).squared().sum(over: 1) * 0.5
    }
    #expect(try (codes - minimum).abs().max().value() < 1e-6)
  }

  @Test func trainingGoesThroughTheGradientAtTheOrigin() throws {
    var method = GradientOriginNetwork()
    (method.latents, method.networks.hidden) = (3, [8])
    let network = method.makeNetwork(domain, RandomStream(1))
    let weight = try #require(network.decoder).layers[0].weight.tensor
    let exact = try method.loss(network, batch, step).total.gradient(of: weight)
    let start = weight.detached().copied()
    for place in [0, 7, 13] {
      func loss(_ by: Double) throws -> Double {
        let nudge = Tensor.full([1], by).padded([place, 23 - place]).reshaped(8, 3)
        try weight.assign(start + nudge)
        return try method.loss(network, batch, step).total.value()
      }
      let quotient = try (loss(0.02) - loss(-0.02)) / 0.04
      let slope = try exact.flattened()[place].value()
      #expect(abs(quotient - slope) < 0.02 * max(0.05, abs(slope)))
    }
    #expect(network.parameterCount == network.decoder?.parameterCount)
  }

  @Test func aSirenIsALayerOfSinesOverPlacesAndCodes() throws {
    let siren = Siren([1, 2, 3], latents: 2, width: 4, depth: 2, frequency: 30, RandomStream(1))
    let z = RandomStream(2).normal([1, 2])
    let picture = siren(z)
    #expect(picture.shape == [1, 1, 2, 3])
    let code = try z.values(as: Double.self)
    // The place in the second row and third column.
    let input = Tensor([1, 1, code[0], code[1]].map { Float($0) }, shape: [1, 4])
    var h = (siren.first(input) * 30).sin()
    h = (siren.layers[0](h) * 30).sin()
    #expect(try abs(siren.last(h).value() - picture[0, 0, 1, 2].value()) < 1e-4)
  }

  @Test func aSirensStepFromTheOriginIsDividedByItsFrequency() {
    var method = GradientOriginNetwork()
    (method.drawing, method.frequency) = (.siren, 20)
    let pictures = Domain(shape: [1, 4, 4], support: .unit)
    #expect(method.makeNetwork(pictures, RandomStream(1)).origin.step == 0.05)
    method.drawing = .network
    #expect(method.makeNetwork(pictures, RandomStream(1)).origin.step == 1)
  }

  @Test func aConstantHasNoBandsButTheSmallPicture() throws {
    let pyramid = LaplacianPyramid()
    let x = RandomStream(1).uniform([2, 1, 28, 28])
    let bands = pyramid.bands(Tensor.full([2, 1, 28, 28], 0.3))
    #expect(bands.map { $0.size(2) } == [28, 14, 7])
    #expect(try bands[0].abs().max().value() < 1e-6)
    let far = try pyramid.distance(x + 0.3, x).values(as: Double.self)
    #expect(far.allSatisfy { abs($0 - 0.3) < 1e-5 })
  }

  @Test func aStepMovesTheCodesOfTheBatchAndKeepsThemInTheBall() throws {
    let table = CodeTable(examples: 10, latents: 3, RandomStream(1))
    let before = table.codes.tensor.copied()
    #expect(try before.squared().sum(over: 1).max().value() < 1 + 1e-5)
    let last = CodeDescent.Batch()
    let descent = CodeDescent(table: table, rate: 0.25, batch: last)
    let other = Tensor.ones([1]).requiringGradient()
    let leaf = table.leaf([7, 2])
    last.note(leaf, [7, 2])
    let loss = Loss(.term("half square", leaf.squared().sum(over: 1) * 0.5 * other))
    let slopes = try descent.gradients(of: loss, for: [other]) { loss }
    #expect(slopes.count == 1)
    for row in 0..<10 {
      let expected = before[row] * ([2, 7].contains(row) ? 0.75 : 1)
      #expect(try (table.codes.tensor[row] - expected).abs().max().value() < 1e-6)
    }
    try table.move(table.leaf([1]), of: [1], against: Tensor.full([1, 3], -9), rate: 1)
    #expect(try abs(table.codes.tensor[1].squared().sum().value() - 1) < 1e-5)
  }

  @Test func inversionFindsTheCodesOfWhatTheGeneratorMade() throws {
    var method = GLO()
    (method.latents, method.inversionSteps) = (3, 200)
    let network = method.makeNetwork(domain, RandomStream(1))
    let z = RandomStream(2).normal([8, 3]).projectedOntoBall() * 0.8
    let x = network.decode(z)
    let found = network.encode(x)
    let start = try network.distance(z.zerosLike(), x).mean().value()
    #expect(try network.distance(found, x).mean().value() < 0.01 * start)
  }

  @Test func sigmaPointsHaveTheMomentsOfTheirNormal() throws {
    let q = Normal(
      mean: RandomStream(1).normal([5, 4]), logVariance: RandomStream(2).normal([5, 4]))
    let points = SigmaPoints(q)
    let all = points.points(.all, count: 0, RandomStream(1)).reshaped(9, 5, 4)
    #expect(try (all[0] - q.mean).abs().max().value() == 0)
    #expect(try (all.mean(over: 0) - q.mean).abs().max().value() < 1e-5)
    let squares = (all - q.mean.unsqueezed(0)).squared().sum(over: 0) / (2 * (4 + points.spread))
    #expect(try (squares - q.logVariance.exp()).abs().max().value() < 1e-4)
    let pairs = points.points(.pairs, count: 6, RandomStream(1)).reshaped(6, 5, 4)
    #expect(try (pairs.mean(over: 0) - q.mean).abs().max().value() < 1e-5)
    let drawn = points.points(.random, count: 4000, RandomStream(1)).reshaped(4000, 5, 4)
    let spread = drawn.variance(over: 0) * (9 / (2 * (4 + points.spread)))
    #expect(try (spread / q.logVariance.exp() - 1).abs().max().value() < 0.15)
  }

  @Test func transportIsZeroAtThePriorAndSquaredElsewhere() throws {
    let q = Normal(
      mean: Tensor([0, 0, 3, 0].map { Float($0) }, shape: [2, 2]),
      logVariance: Tensor([0, 0, 2 * Float(1.0986123), 0], shape: [2, 2]))
    let values = try q.squaredTransportFromStandard().values(as: Double.self)
    #expect(values[0] == 0 && abs(values[1] - 13) < 1e-5)
  }

  @Test func theSlopeOfALinearDecoderIsTheLengthOfItsSummedWeights() throws {
    var method = UnscentedAutoencoder()
    (method.latents, method.networks.activation) = (3, .identity)
    let network = method.makeNetwork(Domain(shape: [6], support: .real), RandomStream(1))
    let q = Normal(mean: Tensor.zeros([2, 3]), logVariance: Tensor.full([2, 3], log(0.5)))
    let whole = network.decoder.layers[1].weight.tensor.matmul(
      network.decoder.layers[0].weight.tensor)
    let length = try whole.sum(over: 0).squared().sum().squareRoot().value()
    for slope in try network.slope(q).values(as: Double.self) {
      #expect(abs(slope - 0.5 * length) < 1e-3 * length)
    }
  }
}
