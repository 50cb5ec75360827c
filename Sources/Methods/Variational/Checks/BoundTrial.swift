import Autoencoding
import Datasets
import Evaluation
import Foundation
import Learning
import Networks
import Torch

/// One seed of the VAE against wake-sleep and score-function gradients at the same networks.
struct BoundTrial {
  let lab: Lab
  let seed: Seed
  let source: Source
  /// What rates are chosen on.
  let small: Source

  init(_ lab: Lab, _ seed: Seed) throws {
    self.lab = lab
    self.seed = seed
    source = try lab.binaryImages(.fixed)
    small = try lab.binaryImages(.fixed, limit: lab.pick(full: 20_000, quick: 500))
  }

  /// Scores every arm and returns the VAE's network.
  func run(_ board: inout Scoreboard) throws -> GaussianAutoencoder {
    let network = try compare("vae", &board) {
      $0
    } network: {
      $0
    }
    _ = try compare("wake-sleep", &board) {
      WakeSleep(vae: $0)
    } network: {
      $0
    }
    _ = try compare("score-function", &board) {
      ScoreFunction(vae: $0)
    } network: {
      $0.autoencoder
    }
    return network
  }

  private func compare<Arm: Recipe>(
    _ name: String, _ board: inout Scoreboard, _ arm: (VAE) -> Arm,
    network part: (Arm.Network) -> GaussianAutoencoder
  ) throws -> GaussianAutoencoder {
    func fit(_ source: Source, rate: Double, epochs: Int, _ seed: Seed) throws
      -> GaussianAutoencoder
    {
      var vae = vae
      vae.training.learningRate = rate
      vae.training.epochs = epochs
      return part(try lab.fit(arm(vae), source, seed: seed, as: name))
    }
    let rate = try lab.bestRate(name, of: Lab.rates) { rate in
      let network = try fit(small, rate: rate, epochs: 1, Seed(0))
      return try Scores(small.validation, seed: Seed(0)).elbo(network)
    }
    let network = try fit(source, rate: rate, epochs: lab.pick(full: 4, quick: 2), seed)
    board[VAE.bound.name, name] = try Scores(source.test, seed: seed).elbo(network)
    return network
  }

  private var vae: VAE {
    var vae = VAE()
    vae.latents = 20
    vae.networks.hidden = [lab.pick(full: 500, quick: 50)]
    vae.networks.activation = .tanh
    vae.networks.architecture = .mlp
    vae.training.batch = 100
    return vae
  }

  /// Scores the variance of both gradients of the encoder at `network`.
  func scatter(of network: GaussianAutoencoder, _ board: inout Scoreboard) throws {
    let parameters = network.recognition
    let batches = try source.train.chunks(of: 100).prefix(lab.pick(full: 5, quick: 2)).map {
      try source.train.batch($0).moved(to: lab.device)
    }
    func variances(_ loss: (Batch, Step) -> Loss) throws -> [Double] {
      try batches.enumerated().map { index, batch in
        let variance = try GradientVariance.total(for: parameters, draws: 20) { draw in
          let noise = seed.child("scatter").child(index).child(draw)
          return loss(batch, Step(index: draw, progress: 1, seed: noise, device: lab.device)).total
        }
        return log10(variance)
      }
    }
    board[VAE.scatter.name, "vae"] = try variances { vae.loss(network, $0, $1) }
    board[VAE.scatter.name, "score-function"] = try variances { batch, step in
      // The best baseline there could be, each example's own expectation, and no scale: the gradient is
      // then an unbiased one.
      let random = RandomStream(seed, device: lab.device)
      var settled = ScoreFunction.Network(network, source.domain.shape, random)
      settled.baseline.mean = Buffer(expectedFit(network, batch, step))
      return ScoreFunction(vae: vae).loss(settled, batch, step)
    }
  }

  /// The mean of log p(x|z) over 20 codes of each example, `[n]`.
  private func expectedFit(_ network: GaussianAutoencoder, _ batch: Batch, _ step: Step) -> Tensor {
    withoutGradients {
      let z = network.posterior(batch.x).repeated(20).sample(step.random("expectation"))
      let p = network.likelihood(network.decoder(z)).logProbability(of: batch.x.repeated(20))
      return p.reshaped(20, -1).mean(over: 0)
    }
  }
}
