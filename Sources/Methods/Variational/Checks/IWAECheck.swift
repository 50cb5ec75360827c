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
      One stochastic layer of 50 units and two tanh layers of 200 on either side, by Adam at 0.001 down a cosine, \
      which stands for the paper's steps from 0.001 to 0.0001; nothing is tuned. Training from scratch is short: 4 \
      passes over 30,000 images in batches of 100, where the paper takes 3,280 over 60,000 in batches of 20. The VAE \
      with k samples is the mean of k reparameterised bounds with the exact KL term; it costs as much as the IWAE \
      with k samples, and with one sample the two are the same. The log-likelihood of 1,000 test images is bounded \
      with 500 draws (paper: 10,000 and 5,000). A unit is active where its code varies by more than 0.01 over 2,000 \
      test images. The bounds with 1, 5 and 50 draws are of the network that the VAE with one sample left.
      """,
    minutes: 15, seeds: 3,
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
    var options = SourceOptions()
    options.binarise = .stochastic
    options.validation = 0
    options.limit = lab.pick(full: 30_000, quick: 500)
    source = try lab.source(
      lab.pick(full: ["mnist", "fashion-mnist", "digits"], quick: ["digits"]), options)
  }

  func run(_ board: inout Scoreboard) throws {
    for samples in [1, 5, 50] {
      var vae = VAE()
      vae.samples = samples
      (vae.latents, vae.hidden, vae.activation, vae.architecture) = (50, hidden, .tanh, .mlp)
      vae.training = training
      let network = try lab.fit(vae, source, seed: seed, as: "vae-\(samples)")
      try score("vae-\(samples)", network, &board)
      // With one sample the two are the same method.
      guard samples > 1 else {
        try bounds(of: network, &board)
        continue
      }
      var iwae = IWAE()
      iwae.samples = samples
      (iwae.latents, iwae.hidden, iwae.activation, iwae.architecture) = (50, hidden, .tanh, .mlp)
      iwae.training = training
      try score(
        "iwae-\(samples)", lab.fit(iwae, source, seed: seed, as: "iwae-\(samples)"), &board)
    }
  }

  private var hidden: [Int] { lab.pick(full: [200, 200], quick: [30, 30]) }

  private var training: Training {
    var training = Training()
    training.batch = lab.pick(full: 100, quick: 20)
    training.epochs = 4
    training.schedule = .cosine
    return training
  }

  private func score(
    _ arm: String, _ network: GaussianAutoencoder, _ board: inout Scoreboard
  ) throws {
    lab.say("\(arm): test log-likelihood")
    let few = source.test.prefix(lab.pick(full: 1000, quick: 20))
    board[IWAE.likelihood.name, arm] = try scores(few).logLikelihood(network, draws: 500)
    let units = try scores(source.test.prefix(2000)).activeUnits(network)
    board[IWAE.activity.name, arm] = [Double(units)]
  }

  private func bounds(of network: GaussianAutoencoder, _ board: inout Scoreboard) throws {
    for draws in [1, 5, 50] {
      let few = source.test.prefix(lab.pick(full: 1000, quick: 20))
      board[IWAE.bound.name, "k=\(draws)"] = try scores(few)
        .logLikelihood(network, draws: draws)
    }
  }

  private func scores(_ examples: Examples) -> Scores {
    var scores = Scores(examples, seed: seed)
    scores.device = lab.device
    return scores
  }
}
