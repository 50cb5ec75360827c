import Datasets
import Files
import Foundation
import Learning
import Probability
import Testing
import Torch

@testable import Discrete

@Suite struct JointVAETests {
  init() { Runtime.threads = 1 }

  let domain = Domain(shape: [6], support: .unit)
  let batch = Batch(x: RandomStream(3).uniform([16, 6]), indices: Array(0..<16))

  func method(_ set: (inout JointVAE) -> Void = { _ in }) -> JointVAE {
    var method = JointVAE()
    (method.latents, method.categories) = (3, [4, 2])
    set(&method)
    return method
  }

  @Test func withoutCapacityItIsABetaVAEOverBothBlocks() throws {
    let method = method {
      ($0.continuousCapacity, $0.categoricalCapacity, $0.capacityWeight) = (0, 0, 3)
    }
    let network = method.makeNetwork(domain, RandomStream(1))
    let step = Step(index: 0, progress: 0.5, seed: Seed(2))
    let (fit, q) = network.relaxed(batch.x, temperature: method.temperature, step)
    let rate = q.z.divergenceFromStandard() + q.categoricalRate
    let gap = method.loss(network, batch, step).total - (rate * 3 - fit).mean()
    #expect(abs(try gap.value()) < 1e-5)
  }

  @Test func eachBlockIsHeldToItsOwnCapacity() throws {
    let method = method {
      ($0.continuousCapacity, $0.categoricalCapacity, $0.growth) = (4, 1, 0.25)
    }
    let network = method.makeNetwork(domain, RandomStream(1))
    let q = network.posterior(batch.x)
    for progress in [0, 0.125, 0.5] {
      let loss = method.loss(network, batch, Step(index: 0, progress: progress, seed: Seed(2)))
      let share = min(1, progress / 0.25)
      let z = try q.z.divergenceFromStandard().mean().value()
      let c = try q.categoricalRate.mean().value()
      #expect(abs(try loss.terms[1].mean.value() - abs(z - 4 * share)) < 1e-5)
      #expect(abs(try loss.terms[2].mean.value() - abs(c - share)) < 1e-5)
    }
  }

  @Test func categoricalVariablesHoldNoMoreThanTheirLogarithms() {
    let method = method { $0.categoricalCapacity = 50 }
    let most = log(4.0) + log(2.0)
    #expect(method.categoricalNats(at: Step(index: 0, progress: 1, seed: Seed(1))) == most)
    #expect(method.categoricalNats(at: Step(index: 0, progress: 0, seed: Seed(1))) == 0)
  }

  @Test func aCodeIsMeansThenProbabilitiesAndAPriorDrawOneHot() throws {
    let network = method().makeNetwork(domain, RandomStream(1))
    #expect(network.latents == 9)
    let code = network.encode(batch.x)
    let ones = [code.sliced(1, 3, 7), code.sliced(1, 7, 9)]
    for block in ones { #expect(try (block.sum(over: 1) - 1).abs().max().value() < 1e-6) }
    let prior = network.samplePrior(50, temperature: 0, RandomStream(1))
    #expect(try prior.sliced(1, 0, 3).abs().max().value() == 0)
    #expect(try prior.sliced(1, 3, 9).sum(over: 1).values() == Array(repeating: 2, count: 50))
  }

  @Test func oneDrawsWeightIsTheBoundOnAverage() throws {
    let network = method().makeNetwork(domain, RandomStream(1))
    let weights = network.logWeights(batch.x, draws: 4000, RandomStream(4)).mean(over: 0)
    let many = (0..<2000).map { network.elbo(batch.x, RandomStream(UInt64($0))) }
    #expect(try (weights - Tensor.stack(many).mean(over: 0)).abs().max().value() < 0.1)
  }

  @Test func settingsThatMakeNoSenseAreRefused() {
    for method in [
      method { $0.categories = [] }, method { $0.categories = [1] },
      method { $0.continuousCapacity = -1 }, method { $0.growth = 2 },
      method { $0.temperature = 0 },
    ] {
      #expect(throws: UserError.self) { try method.validate(for: domain) }
    }
  }
}
