import Autoencoding
import Datasets
import Evaluation
import Foundation
import Learning
import Networks
import Torch

/// One seed of variational and unscented autoencoders.
struct UnscentedTrial {
  private let lab: Lab
  private let seed: Seed
  private let pictures: JudgedPictures
  private var source: Source { pictures.source }

  init(_ lab: Lab, _ seed: Seed) throws {
    (self.lab, self.seed) = (lab, seed)
    pictures = try JudgedPictures(lab, seed, full: "fashion-mnist")
  }

  func run(_ board: inout Scoreboard) throws {
    for arm in ["vae-1", "vae-8"] {
      let weight = try lab.bestRate(arm, of: grid) {
        [-(try pictures.distance(try vae(arm, $0, Seed(0)), source.validation))]
      }
      let network = try vae(arm, weight, seed)
      try score(arm, network, &board)
      let samples = arm == "vae-8" ? 8 : 1
      board[UnscentedAutoencoder.scatter.name, arm] = try scatter(
        network.encoder.parameters + network.head.parameters
      ) { x, random in
        let back = network.decode(network.posterior(x).repeated(samples).sample(random))
        return back.squaredError(x.repeated(samples)).flattened(from: 1).mean(over: 1)
      }
    }
    let weight = try lab.bestRate("uae", of: grid) {
      [
        -(try pictures.distance(
          try lab.fit(uae($0), source, seed: Seed(0), as: "uae"), source.validation))
      ]
    }
    try unscented(uae(weight), &board)
  }

  private var grid: [Double] { lab.pick(full: [2.5e-5, 2.5e-4, 2.5e-3], quick: [2.5e-4]) }

  private func unscented(_ method: UnscentedAutoencoder, _ board: inout Scoreboard) throws {
    let network = try lab.fit(method, source, seed: seed, as: "uae")
    try score("uae", network, &board)
    let learned = network.encoder.parameters + network.head.parameters
    let name = UnscentedAutoencoder.scatter.name
    board[name, "uae"] = try scatter(learned) { x, random in
      method.squaredError(network, network.posterior(x), x, random)
    }
    var each = method
    each.comparison = .each
    board[name, "sigma points"] = try scatter(learned) { x, random in
      each.squaredError(network, network.posterior(x), x, random)
    }
    board[name, "random draws"] = try scatter(learned) { x, random in
      let q = network.posterior(x).repeated(method.samples)
      return network.decode(q.sample(random)).squaredError(x.repeated(method.samples))
        .flattened(from: 1).mean(over: 1)
    }
  }

  /// The variance of the gradient for `parameters` over sets of points, summed, log10, for each batch.
  private func scatter(
    _ parameters: [Tensor], _ errors: (Tensor, RandomStream) -> Tensor
  ) throws -> [Double] {
    try (0..<lab.pick(full: 5, quick: 2)).map { batch in
      let x = try source.train.batch(Array(batch * 64..<(batch + 1) * 64)).moved(to: lab.device).x
      let slopes = try (0..<lab.pick(full: 20, quick: 4)).map { draw in
        let random = RandomStream(
          seed.child("scatter").child(batch).child(draw), device: lab.device)
        let all = try errors(x, random).mean().gradients(for: parameters)
        return Tensor.concatenate(all.map { $0.flattened() })
      }
      return try log10(Tensor.stack(slopes).variance(over: 0).sum().value())
    }
  }

  private func score(
    _ arm: String, _ network: any Encoding & Sampling, _ board: inout Scoreboard
  ) throws {
    board[UnscentedAutoencoder.frechet.name, arm] = [try pictures.distance(network, source.test)]
    let scores = Scores(source.test.prefix(2000), seed: seed)
    board[UnscentedAutoencoder.error.name, arm] = [log(try scores.squaredError(network).mean)]
  }

  private func vae(
    _ arm: String, _ weight: Double, _ seed: Seed
  ) throws -> SquaredErrorVAE.Network {
    var method = SquaredErrorVAE()
    (method.rate, method.samples) = (weight, arm == "vae-8" ? 8 : 1)
    (method.latents, method.components) = (latents, normals)
    (method.networks, method.training) = (pictures.networks, pictures.training(epochs: 8))
    return try lab.fit(method, source, seed: seed, as: arm)
  }

  private func uae(_ weight: Double) -> UnscentedAutoencoder {
    var method = UnscentedAutoencoder()
    (method.transport, method.latents) = (weight, latents)
    method.components = normals
    (method.networks, method.training) = (pictures.networks, pictures.training(epochs: 8))
    return method
  }

  private var latents: Int { lab.pick(full: 32, quick: 8) }
  private var normals: Int { lab.pick(full: 10, quick: 2) }
}
