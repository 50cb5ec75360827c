import Datasets
import Files
import Foundation
import Learning
import Networks
import Probability
import Testing
import Torch

@testable import Discrete

@Suite struct CategoricalAutoencoderTests {
  init() { Runtime.threads = 1 }

  let domain = Domain(shape: [6], support: .binary)
  let x = RandomStream(3).bernoulli(Tensor.full([16, 6], 0.5))

  func network(units: Int = 2, classes: Int = 3) -> CategoricalAutoencoder {
    var method = GumbelSoftmax()
    (method.units, method.classes) = (units, classes)
    return method.makeNetwork(domain, RandomStream(1))
  }

  /// log p(x) by summing over all nine codes, `[n]`.
  func exact(_ network: CategoricalAutoencoder) -> Tensor {
    let codes = (0..<9).map { code in
      let tokens = Tensor([Int64(code / 3), Int64(code % 3)], shape: [1, 2])
      let y = tokens.oneHot(3).to(.float32).expanded([16, 2, 3])
      return network.distribution(y).logProbability(of: x) - log(9)
    }
    return Tensor.stack(codes).logSumExp(over: 0)
  }

  @Test func manyWeightsGiveTheEnumeratedLikelihood() throws {
    let network = network()
    let weights = network.logWeights(x, draws: 20_000, RandomStream(5))
    let gap = ImportanceWeights.bound(weights) - exact(network)
    #expect(try gap.abs().max().value() < 0.02)
  }

  @Test func theBoundIsBelowTheEnumeratedLikelihoodByTheDivergenceOfThePosterior() throws {
    let network = network()
    let q = network.posterior(x)
    // Σ q (log p(x|y) − log q(y|x) + log p(y)) over all codes.
    var bound = Tensor.zeros([16])
    for code in 0..<9 {
      let tokens = Tensor([Int64(code / 3), Int64(code % 3)], shape: [1, 2])
      let y = tokens.oneHot(3).to(.float32).expanded([16, 2, 3])
      let logs = q.logProbability(of: y)
      bound += logs.exp() * (network.distribution(y).logProbability(of: x) - logs - log(9))
    }
    let draws = (0..<4000).map { network.elbo(x, RandomStream(UInt64($0))) }
    let mean = Tensor.stack(draws).mean(over: 0)
    #expect(try (mean - bound).abs().max().value() < 0.05)
    #expect(try (exact(network) - bound).min().value() > 0)
  }

  @Test func tokensAreTheLikeliestClassesAndDecodeAsTheirOneHotCodes() throws {
    let network = network()
    let tokens = network.tokens(x)
    #expect(tokens.shape == [16, 2])
    let codes = network.encode(x).reshaped(16, 2, 3).oneHotOfLargest()
    let apart = network.decode(tokens: tokens) - network.decode(codes.flattened(from: 1))
    #expect(try apart.abs().max().value() == 0)
    let prior = network.samplePrior(7, temperature: 0, RandomStream(1)).reshaped(7, 2, 3)
    #expect(try prior.sum(over: 2).values() == Array(repeating: 1, count: 14))
  }

  @Test func theTemperatureFallsExponentiallyOverItsShareAndStays() {
    let cooling = Cooling(from: 1, to: 0.25, over: 0.5)
    func at(_ progress: Double) -> Double {
      cooling.value(at: Step(index: 0, progress: progress, seed: Seed(1)))
    }
    #expect([0, 0.25, 0.5, 0.9].map(at) == [1, 0.5, 0.25, 0.25])
  }

  @Test func theOptionOfOneHotDrawsAndReinMaxHaveTheSameLossAndOtherGradients() throws {
    var relaxed = GumbelSoftmax()
    (relaxed.units, relaxed.classes, relaxed.straightThrough) = (4, 5, true)
    var reinMax = ReinMax()
    (reinMax.units, reinMax.classes) = (4, 5)
    let network = relaxed.makeNetwork(domain, RandomStream(1))
    let batch = Batch(x: x, indices: Array(0..<16))
    let step = Step(index: 0, progress: 0, seed: Seed(2))
    let one = relaxed.loss(network, batch, step).total
    let other = reinMax.loss(network, batch, step).total
    #expect(try one.value() == other.value())
    let slopes = try [one, other].map { try $0.gradient(of: network.head.weight.tensor) }
    #expect(try (slopes[0] - slopes[1]).abs().max().value() > 1e-4)
  }

  @Test func settingsThatMakeNoSenseAreRefused() {
    var method = GumbelSoftmax()
    method.finalTemperature = 2
    #expect(throws: UserError.self) { try method.validate(for: domain) }
    method = GumbelSoftmax()
    method.classes = 1
    #expect(throws: UserError.self) { try method.validate(for: domain) }
    var reinMax = ReinMax()
    reinMax.temperature = 0.5
    #expect(throws: UserError.self) { try reinMax.validate(for: domain) }
  }
}
