import Autoencoding
import Datasets
import Files
import Learning
import TestSupport
import Testing
import Torch

@testable import Variational

@Suite struct InstanceNoiseTests {
  init() { Runtime.threads = 1 }

  let domain = Domain(shape: [6], support: .real)
  let batch = Batch(x: RandomStream(3).normal([16, 6]), indices: Array(0..<16))
  let step = Step(index: 0, progress: 0, examples: 16, seed: Seed(2))

  private func loss(_ method: some LossRecipe, _ batch: Batch) throws -> Double {
    try method.loss(method.makeNetwork(domain, RandomStream(1)), batch, step).total.value()
  }

  @Test func withoutNoiseItIsTheImportanceWeightedAutoencoder() throws {
    var method = InstanceNoise()
    (method.noise, method.samples) = (0, 5)
    var plain = IWAE()
    (plain.likelihood, plain.samples, plain.latents) = (.gaussian, 5, method.latents)
    #expect(try loss(method, batch) == loss(plain, batch))
  }

  @Test func theNoiseHasItsDeviation() throws {
    var method = InstanceNoise()
    (method.noise, method.samples) = (0.4, 5)
    var plain = IWAE()
    (plain.likelihood, plain.samples, plain.latents) = (.gaussian, 5, method.latents)
    let moved = batch.x + step.random("perturbation").normal([16, 6]) * 0.4
    #expect(try loss(method, batch) == loss(plain, Batch(x: moved, indices: batch.indices)))
  }

  @Test func aNegativeNoiseIsRefused() {
    var method = InstanceNoise()
    method.noise = -0.1
    #expect(throws: UserError("--noise -0.1: the noise's deviation must be at least 0")) {
      try method.validate(for: domain)
    }
  }

  @Test(arguments: SingularWorld.allCases) func theWorldsLieOnThinSets(_ world: SingularWorld)
    throws
  {
    let x = world.draws(400, RandomStream(1)).to(.float64)
    let values = try x.singularValues().values(as: Double.self)
    let wide = [SingularWorld.circle: 2, .roll: 3, .product: 6][world] ?? 0
    #expect(values[wide - 1] > 5 && values[wide] < 1e-4)
    if world == .circle { #expect(try abs((x.norm(over: 1) - 1).abs().max().value()) < 1e-5) }
  }
}
