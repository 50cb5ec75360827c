import Autoencoding
import Datasets
import Evaluation
import Learning
import Networks
import Torch

extension IWAE {
  /// Re-tests what Burda, Grosse & Salakhutdinov, 2016, say of importance weighting.
  static let check = Check(
    "S057",
    protocol: """
      MNIST (else Fashion-MNIST, else the 8×8 digits), binarised anew for each batch as in the paper's main table. \
      One stochastic layer of 50 units, two tanh layers of 200 on either side, weights by Glorot & Bengio's rule, the \
      last bias from the log odds of each pixel's mean over 10,000 images, Adam from a rate of 0.001, batches of 20, \
      all as in the paper; nothing is tuned, for no arm, as there. Training is short: 4 passes over 60,000 images down \
      a cosine, where the paper takes 3,280 down eight steps. The VAE with k samples is the mean of k reparameterised \
      bounds with the exact KL term; it costs as much as the IWAE with k samples, and with one sample the two are the \
      same. The log-likelihood of 1,000 test images is bounded with 500 draws (paper: 10,000 and 5,000). A unit is \
      active where its code varies by more than 0.01 over 2,000 test images. The bounds with 1, 5 and 50 draws are of \
      the network that the VAE with one sample left.
      """,
    minutes: 25, seeds: 3,
    claims: [
      Claim(
        "With 50 samples the importance weighted bound gives held-out data a higher likelihood than the VAE's",
        at: "§5.1 and table 1", metric: likelihood, system: "iwae-50", over: "vae-50", margin: 0.2),
      Claim(
        "So it does with 5 samples", at: "§5.1 and table 1", metric: likelihood, system: "iwae-5",
        over: "vae-5", margin: 0.2),
      Claim(
        "The likelihood rises from 5 samples to 50", at: "§5.1 and table 1", metric: likelihood,
        system: "iwae-50", over: "iwae-5", margin: 0.2),
      Claim(
        "More latent units are active than in the VAE", at: "§5.2 and table 1", metric: activity,
        system: "iwae-50", over: "vae-50", margin: 1),
      Claim(
        "For fixed weights the bound rises from 1 draw to 5", at: "theorem 1", metric: bound,
        system: "k=5", over: "k=1"),
      Claim(
        "For fixed weights the bound rises from 5 draws to 50", at: "theorem 1", metric: bound,
        system: "k=50", over: "k=5"),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try SamplesTrial(lab, seed).run(&board)
      return board
    })

  static let likelihood = Claim.Metric("test log-likelihood", unit: "nats", .higher)
  static let activity = Claim.Metric("active units", unit: "units", .higher)
  static let bound = Claim.Metric("bound", unit: "nats", .higher)
}

/// One seed of the VAE and the IWAE with 1, 5 and 50 samples.
struct SamplesTrial {
  let lab: Lab
  let seed: Seed
  let source: Source

  init(_ lab: Lab, _ seed: Seed) throws {
    self.lab = lab
    self.seed = seed
    source = try lab.binaryImages(
      .stochastic, limit: lab.pick(full: nil, quick: 500), validation: 0)
  }

  func run(_ board: inout Scoreboard) throws {
    for samples in [1, 5, 50] {
      let name = "vae-\(samples)"
      let network = try trained(VAE(), name) { $0.samples = samples }
      try score(name, network, &board)
      // With one sample the two are the same method.
      guard samples > 1 else {
        try bounds(of: network, &board)
        continue
      }
      let weighted = try trained(IWAE(), "iwae-\(samples)") { $0.samples = samples }
      try score("iwae-\(samples)", weighted, &board)
    }
  }

  private func trained<Arm: Deep>(
    _ arm: Arm, _ name: String, _ set: (inout Arm) -> Void
  ) throws -> GaussianAutoencoder where Arm.Network == GaussianAutoencoder {
    var start = GlorotStart<Arm>()
    start.base = arm
    set(&start.base)
    start.base.latents = 50
    start.base.networks.hidden = lab.pick(full: [200, 200], quick: [30, 30])
    start.base.networks.activation = .tanh
    start.base.networks.architecture = .mlp
    start.means = try source.means(over: 10_000)
    start.training.batch = 20
    start.training.epochs = 4
    start.training.schedule = .cosine
    return try lab.fit(start, source, seed: seed, as: name)
  }

  private func score(
    _ arm: String, _ network: GaussianAutoencoder, _ board: inout Scoreboard
  ) throws {
    lab.say("\(arm): test log-likelihood")
    let few = source.test.prefix(lab.pick(full: 1000, quick: 20))
    board[IWAE.likelihood.name, arm] = try scores(few, seed).logLikelihood(network, draws: 500)
    let units = try scores(source.test.prefix(2000), seed).activeUnits(network)
    board[IWAE.activity.name, arm] = [Double(units)]
  }

  private func bounds(of network: GaussianAutoencoder, _ board: inout Scoreboard) throws {
    for draws in [1, 5, 50] {
      let few = source.test.prefix(lab.pick(full: 1000, quick: 20))
      board[IWAE.bound.name, "k=\(draws)"] = try scores(few, seed)
        .logLikelihood(network, draws: draws)
    }
  }

  private func scores(_ examples: Examples, _ seed: Seed) -> Scores {
    var scores = Scores(examples, seed: seed)
    scores.device = lab.device
    return scores
  }
}

/// What the arms of the check have in common.
private protocol Deep: LossRecipe {
  var latents: Int { get set }
  var networks: EncoderDecoder { get set }
}

extension VAE: Deep {}
extension IWAE: Deep {}
