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
  private let source: Source
  private let judge: FeatureJudge

  init(_ lab: Lab, _ seed: Seed) throws {
    self.lab = lab
    self.seed = seed
    var options = SourceOptions()
    options.limit = lab.pick(full: 5000, quick: 300)
    options.validation = 0.2
    source = try lab.source([lab.pick(full: "fashion-mnist", quick: "digits")], options)
    judge = try lab.judge(source)
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
    (plain.networks, plain.training, plain.components) = (networks, training, 1)
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
    let real = try judge.features(of: source.test, limit: 2000, device: lab.device)
    let count = lab.pick(full: 5000, quick: 500)
    board[GLO.frechet.name, arm] = [
      log(try judge.frechet(sampler, to: real, count: count, seed: seed, device: lab.device))
    ]
    let codes = try Scores(few, seed: seed).codes(network).to(lab.device)
    let next = codes.rolled(by: 1, along: 0)
    let x = try few.batch(Array(0..<few.count)).moved(to: lab.device).x
    try withoutGradients {
      // Once encoded, since inversion is what costs.
      board[GLO.error.name, arm] = [
        log(try (network.decode(codes) - x).squared().mean().value())
      ]
      let middle = judge.network.features(network.decode((codes + next) * 0.5)).to(.cpu)
      board[GLO.midpoints.name, arm] = [log(try FrechetDistance.between(real, middle))]
      let pairs = min(200, codes.size(0))
      let places = (0...8).map { step in
        let z = codes.sliced(0, 0, pairs).lerp(next.sliced(0, 0, pairs), Double(step) / 8)
        return judge.network.features(network.decode(z))
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
    (method.networks, method.training) = (networks, training)
    return method
  }

  private var networks: EncoderDecoder {
    var networks = EncoderDecoder()
    networks.hidden = [256]
    networks.architecture = .mlp
    return networks
  }

  private var training: Training {
    var training = Training()
    (training.batch, training.epochs) = (64, lab.pick(full: 25, quick: 2))
    return training
  }
}
