import Datasets
import Evaluation
import Learning
import Networks
import Torch

/// One seed of a small VAE against Monte Carlo EM, by the likelihood of held-out data.
struct LikelihoodTrial {
  let lab: Lab
  let seed: Seed
  let source: Source

  init(_ lab: Lab, _ seed: Seed) throws {
    self.lab = lab
    self.seed = seed
    source = try lab.binaryImages(
      .fixed, limit: lab.pick(full: 1200, quick: 360), validation: 1.0 / 6)
  }

  func run(_ board: inout Scoreboard) throws {
    try score("vae", &board) {
      $0
    } decoder: {
      $0.decoder
    }
    try score("monte-carlo-em", &board) {
      MonteCarloEM(vae: $0, examples: source.train.count)
    } decoder: {
      $0.decoder
    }
  }

  private func score<Arm: Recipe>(
    _ name: String, _ board: inout Scoreboard, _ arm: (VAE) -> Arm,
    decoder: (Arm.Network) -> Decoder
  ) throws {
    func likelihoods(rate: Double, epochs: Int, of examples: Examples, _ seed: Seed) throws
      -> [Double]
    {
      var vae = vae
      vae.training.learningRate = rate
      vae.training.epochs = epochs
      let fitted = decoder(try lab.fit(arm(vae), source, seed: seed, as: name + ", 3 latents"))
      return try Scores(examples, seed: seed).marginal(latents: vae.latents) { fitted($0) }
    }
    let rate = try lab.bestRate(name + ", 3 latents", of: Lab.rates) { rate in
      try likelihoods(
        rate: rate, epochs: lab.pick(full: 20, quick: 1), of: source.validation, Seed(0))
    }
    board[VAE.likelihood.name, name] = try likelihoods(
      rate: rate, epochs: lab.pick(full: 100, quick: 4),
      of: source.test.prefix(lab.pick(full: 500, quick: 30)), seed)
  }

  private var vae: VAE {
    var vae = VAE()
    vae.latents = 3
    vae.networks.hidden = [lab.pick(full: 100, quick: 20)]
    vae.networks.activation = .tanh
    vae.networks.architecture = .mlp
    vae.training.batch = 100
    return vae
  }
}
