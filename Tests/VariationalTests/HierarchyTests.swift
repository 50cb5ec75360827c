import Datasets
import Files
import Foundation
import Learning
import Networks
import Probability
import Testing
import Torch

@testable import Variational

@Suite struct HierarchyTests {
  init() { Runtime.threads = 1 }

  let domain = Domain(shape: [6], support: .unit)
  let pictures = Domain(shape: [1, 8, 8], support: .unit)
  let batch = Batch(x: RandomStream(3).uniform([16, 6]), indices: Array(0..<16))
  let step = Step(index: 0, progress: 1, examples: 16, seed: Seed(2))

  @Test func aLadderOfOneLayerIsTheVariationalAutoencoder() throws {
    var ladder = LadderVAE()
    ladder.layers = [5]
    let network = ladder.makeNetwork(domain, RandomStream(1))
    let q = network.evidence(batch.x)[0]
    let loss = ladder.loss(network, batch, step)
    #expect(loss.terms.map(\.name) == ["reconstruction", "rate 1"])
    let gap = try (loss.terms[1].value - q.divergenceFromStandard()).abs().max().value()
    #expect(gap < 1e-5)
  }

  @Test func theLaddersWeightsAverageToItsBound() throws {
    let network = LadderVAE().makeNetwork(domain, RandomStream(1))
    let bounds = (0..<200).map { network.elbo(batch.x, RandomStream(UInt64($0))) }
    let bound = try Tensor.stack(bounds).mean().value()
    let weights = try network.logWeights(batch.x, draws: 400, RandomStream(9)).mean().value()
    #expect(abs(bound - weights) < 0.02)
  }

  @Test func aLadderSamplesFromTheTopDown() throws {
    let network = LadderVAE().makeNetwork(domain, RandomStream(1))
    let cold = network.samplePrior(3, temperature: 0, RandomStream(1))
    #expect(try cold.sliced(1, 32, 48).abs().max().value() == 0)
    let above = Tensor.zeros([3, 16])
    let expected = network.prior(0, above: above, count: 3, .cpu).mean
    #expect(try (cold.sliced(1, 0, 32) - expected).abs().max().value() < 1e-6)
    #expect(try (network.decode(cold) - network.decode(cold)).abs().max().value() == 0)
  }

  @Test func aVampPriorOfOneInputIsThePosteriorThere() throws {
    var method = VampPriorVAE()
    method.pseudoInputs = 1
    let network = method.makeNetwork(domain, RandomStream(1))
    let z = RandomStream(5).normal([4, 20])
    let there = network.base.posterior(network.raw.tensor.sigmoid())
    let gap = network.prior.logProbability(of: z) - there.logProbability(of: z)
    #expect(try gap.abs().max().value() < 1e-4)
  }

  func frames(_ count: Int, _ corruption: PseudoFrames.Corruption, _ order: PseudoFrames.Order)
    -> PseudoFrames
  {
    PseudoFrames(count: count, corruption: corruption, order: order, blur: 1.5, noise: 0.5)
  }

  @Test func theExampleIsTheLastFrameAndBlurKeepsBrightness() throws {
    let x = RandomStream(4).uniform([3, 1, 16, 16], type: .float64)
    let video = frames(4, .blur, .independent)(x, RandomStream(1))
    #expect(video.count == 4)
    #expect(try (video[3] - x).abs().max().value() == 0)
    let spread = try video.map { try $0.variance().value() }
    #expect(spread == spread.sorted(), "each earlier frame has less contrast")
    let flat = Tensor.full([1, 1, 16, 16], 0.3, type: .float64).blurred(3)
    #expect(try (flat - 0.3).abs().max().value() < 1e-12)
    #expect(frames(1, .both, .markov)(x, nil).count == 1)
  }

  @Test func aPointBlursIntoANormalOfTheAskedWidth() throws {
    var pixels = [Double](repeating: 0, count: 31 * 31)
    pixels[15 * 31 + 15] = 1
    let blurred = Tensor(pixels, shape: [1, 1, 31, 31]).blurred(2)
    let place = Tensor.range(-15, 16, type: .float64)
    let rows = blurred.reshaped(31, 31).sum(over: 1)
    #expect(abs(try (rows * place.squared()).sum().value() - 4) < 0.01)
  }

  /// With the same spread in both orders, the chain's noise of neighbours is shared, the other's is not.
  @Test func ordersHaveTheSameSpreadAndOtherCorrelations() throws {
    let x = Tensor.zeros([40_000], type: .float64).unsqueezed(1)
    for (order, shared) in [(PseudoFrames.Order.markov, 0.25 / 9), (.independent, 0)] {
      let video = frames(4, .noise, order)(x, RandomStream(6))
      for (index, frame) in video.enumerated() {
        let share = Double(3 - index) / 3
        let spread = try frame.variance().value()
        #expect(abs(spread - 0.25 * share * share) < 0.01)
      }
      // The covariance of the third and the second frame is the third's own noise, or none.
      #expect(abs(try (video[2] * video[1]).mean().value() - shared) < 0.005)
    }
  }

  @Test func framesStandAtEvenLevelsAndOneFrameIsTheHierarchyAlone() throws {
    var method = PseudoVideoVAE()
    let network = method.makeNetwork(pictures, RandomStream(1))
    #expect((0..<4).map(network.level(ofFrame:)) == [0, 1, 2, 3])
    let images = Batch(x: RandomStream(3).uniform([5, 1, 8, 8]), indices: Array(0..<5))
    #expect(
      method.loss(network, images, step).terms.map(\.name)
        == ["frame 1", "frame 2", "frame 3", "reconstruction", "rate"])
    method.frames = 2
    #expect(method.makeNetwork(pictures, RandomStream(1)).level(ofFrame: 0) == 1)
    method.frames = 1
    let alone = method.makeNetwork(pictures, RandomStream(1))
    #expect(alone.level(ofFrame: 0) == 3)
    #expect(method.loss(alone, images, step).terms.map(\.name) == ["reconstruction", "rate"])
    method.frames = 5
    #expect(throws: UserError.self) { try method.validate(for: pictures) }
  }

  @Test func decodingFollowsTheStatesOfTheWayDown() throws {
    let network = PseudoVideoVAE().makeNetwork(pictures, RandomStream(1))
    let x = RandomStream(3).uniform([5, 1, 8, 8])
    let down = network.descend(
      network.features(network.frames(x, RandomStream(1))), RandomStream(2))
    let z = Tensor.concatenate(down.map(\.z), along: 1)
    let expected = network.likelihood(network.decoders[3](network.states(down)[3])).mean
    #expect(try (network.decode(z) - expected).abs().max().value() < 1e-6)
  }

  @Test func aDiffusionVAEsWeightsAgreeWithItsBoundOnTheTorus() throws {
    var method = DiffusionVAE()
    (method.manifold, method.dimension) = (.torus, 2)
    (method.steps, method.longestTime) = (40, 0.05)
    let network = method.makeNetwork(domain, RandomStream(1))
    let bounds = (0..<200).map { network.elbo(batch.x, RandomStream(UInt64($0))) }
    let bound = try Tensor.stack(bounds).mean().value()
    let weights = try network.logWeights(batch.x, draws: 400, RandomStream(9)).mean().value()
    #expect(abs(bound - weights) < 0.05)
  }

  @Test func antipodesOfAProjectiveSpaceAreTheSamePicture() throws {
    var method = DiffusionVAE()
    method.manifold = .projective
    let network = method.makeNetwork(pictures, RandomStream(1))
    let z = network.samplePrior(4, temperature: 1, RandomStream(2))
    #expect(try (network.decode(z) - network.decode(-z)).abs().max().value() < 1e-6)
    method.longestTime = 2
    #expect(throws: UserError.self) { try method.validate(for: pictures) }
  }
}
