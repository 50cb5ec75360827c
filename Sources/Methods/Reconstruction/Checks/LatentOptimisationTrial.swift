import Autoencoding
import Datasets
import Evaluation
import Foundation
import Learning
import Networks
import Torch

/// One seed of codes that are learned, encoded and projected.
struct LatentOptimisationTrial {
  private let lab: Lab
  private let seed: Seed
  private let pictures: JudgedPictures
  private var source: Source { pictures.source }

  init(_ lab: Lab, _ seed: Seed) throws {
    (self.lab, self.seed) = (lab, seed)
    pictures = try JudgedPictures(lab, seed, full: "fashion-mnist")
  }

  func run(_ board: inout Scoreboard) throws {
    for (arm, distance) in [("glo", GLO.Distance.squared), ("glo-laplacian", .laplacian)] {
      let rate = try lab.bestRate(arm, of: lab.pick(full: [0.1, 1, 10], quick: [1])) { rate in
        let network = try lab.fit(glo(distance, rate), source, seed: Seed(0), as: arm)
        return [-(try error(network, source.validation.prefix(500)))]
      }
      try score(arm, lab.fit(glo(distance, rate), source, seed: seed, as: arm), &board)
    }
    var plain = LengthPenalty()
    (plain.networks, plain.training, plain.components) = (
      pictures.networks, pictures.training(epochs: 25), 1
    )
    try score("ae", lab.fit(plain, source, seed: seed, as: "ae"), &board)
    var method = PCA()
    method.latents = 32
    let axes = try lab.fit(method, source, seed: seed, as: "pca")
    let density = ExPostDensity(latents: 32, components: 1, device: lab.device)
    try density.fit(Scores(source.train, seed: seed).codes(axes), seed: seed)
    try score("pca", axes, sampler: density.sampler(axes), &board)
  }

  private func score(
    _ arm: String, _ network: any Encoding & Sampling, _ board: inout Scoreboard
  ) throws {
    try score(arm, network, sampler: network, &board)
  }

  private func score(
    _ arm: String, _ network: any Encoding & Decoding, sampler: any Sampling,
    _ board: inout Scoreboard
  ) throws {
    lab.say("\(arm): scoring")
    let few = source.test.prefix(lab.pick(full: 1000, quick: 60))
    let real = try pictures.judge.features(of: source.test, limit: 2000, device: lab.device)
    board[GLO.frechet.name, arm] = [try pictures.distance(sampler, source.test)]
    let codes = try Scores(few, seed: seed).codes(network).to(lab.device)
    let next = codes.rolled(by: 1, along: 0)
    let x = try few.batch(Array(0..<few.count)).moved(to: lab.device).x
    try withoutGradients {
      // Once encoded, since inversion is what costs.
      board[GLO.error.name, arm] = [
        log(try (network.decode(codes) - x).squared().mean().value())
      ]
      let middle = pictures.judge.network.features(network.decode((codes + next) * 0.5)).to(.cpu)
      board[GLO.midpoints.name, arm] = [log(try FrechetDistance.between(real, middle))]
      let pairs = min(200, codes.size(0))
      let places = (0...8).map { step in
        let z = codes.sliced(0, 0, pairs).lerp(next.sliced(0, 0, pairs), Double(step) / 8)
        return pictures.judge.network.features(network.decode(z))
      }
      let steps = Tensor.stack(
        zip(places, places.dropFirst()).map { ($0 - $1).squared().sum(over: 1).squareRoot() })
      board[GLO.smoothness.name, arm] = try (steps.max(over: 0) / (steps.mean(over: 0) + 1e-9))
        .values(as: Double.self)
    }
  }

  private func error(_ network: any Encoding & Decoding, _ examples: Examples) throws -> Double {
    log(try Scores(examples, seed: seed).squaredError(network).mean)
  }

  private func glo(_ distance: GLO.Distance, _ rate: Double) -> GLO {
    var method = GLO()
    (method.distance, method.codeRate) = (distance, rate)
    (method.networks, method.training) = (pictures.networks, pictures.training(epochs: 25))
    return method
  }
}
