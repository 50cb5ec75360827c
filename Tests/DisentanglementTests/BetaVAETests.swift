import Autoencoding
import Datasets
import Files
import Learning
import Networks
import Probability
import Testing
import Torch

@testable import Disentanglement

@Suite struct BetaVAETests {
  init() { Runtime.threads = 1 }

  let domain = Domain(shape: [6], support: .unit)
  let batch = Batch(x: RandomStream(3).uniform([16, 6]), indices: Array(0..<16))

  private func step(_ progress: Double) -> Step {
    Step(index: 0, progress: progress, examples: 16, seed: Seed(2))
  }

  private func parts(_ method: BetaVAE, _ progress: Double = 0) throws -> [Double] {
    let network = method.makeNetwork(domain, RandomStream(1))
    let loss = method.loss(network, batch, step(progress))
    return try loss.terms.map { try $0.mean.value() } + [loss.total.value()]
  }

  @Test func withoutACapacityTheRateItselfWeighs() throws {
    var method = BetaVAE()
    method.beta = 3
    let network = method.makeNetwork(domain, RandomStream(1))
    let rate = try network.posterior(batch.x).divergenceFromStandard().mean().value()
    let found = try parts(method)
    #expect(abs(found[1] - rate) < 1e-6)
    #expect(abs(found[2] - found[0] - 3 * rate) < 1e-4)
  }

  @Test func withACapacityTheRateIsHeldToWhatItHasRisenTo() throws {
    let rate = try parts(BetaVAE())[1]
    var method = BetaVAE()
    (method.capacity, method.capacityShare, method.beta) = (10, 0.5, 100)
    for (progress, capacity) in [(0.0, 0.0), (0.25, 5), (0.75, 10)] {
      let found = try parts(method, progress)
      #expect(abs(found[1] - abs(rate - capacity)) < 1e-5)
      #expect(abs(found[2] - found[0] - 100 * found[1]) < 1e-2)
    }
  }

  @Test func aTotalCorrelationVAEWithEqualWeightsHasItsLossInTheMean() throws {
    // One estimates the rate by its draw, the other has it in closed form: many draws agree.
    var (one, other) = (BetaVAE(), BetaTCVAE())
    one.beta = 3
    (other.mutualInformation, other.totalCorrelation, other.dimensionwise) = (3, 3, 3)
    let network = one.makeNetwork(domain, RandomStream(1))
    let many = Batch(x: batch.x.repeated(200), indices: Array(0..<3200))
    let gap =
      try one.loss(network, many, step(0)).total.value()
      - other.loss(network, many, step(0)).total.value()
    #expect(abs(gap) < 0.3, "\(gap)")
  }

  @Test func settingsThatMakeNoSenseAreRefused() {
    var method = BetaVAE()
    method.beta = -1
    #expect(throws: UserError("--beta -1.0: a weight must be at least 0")) {
      try method.validate(for: domain)
    }
    (method.beta, method.capacityShare) = (1, 2)
    #expect(throws: UserError("--capacity-share 2.0: must be a share from 0 to 1")) {
      try method.validate(for: domain)
    }
  }
}
