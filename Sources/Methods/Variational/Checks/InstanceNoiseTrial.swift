import Autoencoding
import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Torch

/// One seed of generators over a grid of noises, on each of the thin sets.
struct InstanceNoiseTrial {
  let lab: Lab
  let seed: Seed

  /// Deviations of the added noise.
  static let noises = [0, 0.1, 0.3, 1]

  func run(_ board: inout Scoreboard) throws {
    for world in SingularWorld.allCases {
      let seed = seed.child(world.rawValue)
      func draws(_ name: String, _ count: Int) -> Tensor {
        world.draws(count, RandomStream(seed.child(name)))
      }
      let points = lab.pick(full: 400, quick: 60)
      let (train, truth) = (
        draws("train", lab.pick(full: 2000, quick: 200)), draws("truth", points)
      )
      let held = draws("held", points)
      var best = (distance: Double.infinity, name: "")
      let name = InstanceNoise.distance(world).name
      for noise in Self.noises {
        lab.say("\(world.rawValue): noise \(noise)")
        let made = try generated(world, noise, train, count: points, seed)
        board[name, "noise \(noise)"] = [try WassersteinDistance.exact(made, truth)]
        // The noise is chosen by what a person has: examples that were not learned from.
        let seen = try WassersteinDistance.exact(made, held)
        if noise > 0, seen < best.distance { best = (seen, "noise \(noise)") }
      }
      board[name, "chosen noise"] = board[name, best.name]
      board[name, "other draws"] = [try WassersteinDistance.exact(held, truth)]
    }
  }

  /// Noise-free draws of a generator fitted to `train`.
  private func generated(
    _ world: SingularWorld, _ noise: Double, _ train: Tensor, count: Int, _ seed: Seed
  ) throws -> Tensor {
    var method = InstanceNoise()
    method.noise = noise
    method.samples = 5
    method.latents = world.latents
    method.networks.hidden = [64, 64]
    let domain = Domain(shape: [SingularWorld.dimension], support: .real)
    let network = method.makeNetwork(domain, RandomStream(seed.child("network")))
    let weights = network.encoder.parameters + network.head.parameters + network.decoder.parameters
    let scale = network.likelihood.parameters
    let (adam, scaling) = (Adam(weights), Adam(scale))
    let steps = lab.pick(full: 800, quick: 20)
    for index in 0..<steps {
      try require(!lab.shouldStop(), "stopped")
      let step = Step(
        index: index, progress: Double(index) / Double(steps),
        seed: seed.child("step").child(index))
      let rows = step.random("rows").integers(0..<train.size(0), [64])
      let batch = Batch(x: train.indexSelect(0, rows), indices: [])
      let rate = 0.005 * 0.5 * (1 + cos(.pi * step.progress))
      let slopes = try method.loss(network, batch, step).total.gradients(for: weights + scale)
      try adam.step(Array(slopes.prefix(weights.count)), rate: rate)
      try scaling.step(Array(slopes.suffix(scale.count)), rate: 5 * rate)
    }
    return try withoutGradients {
      let random = RandomStream(seed.child("samples"))
      return try network.decode(network.samplePrior(count, temperature: 1, random)).checked()
    }
  }
}
