import Autoencoding
import Datasets
import Evaluation
import Learning
import Networks
import Torch

extension IDVAE {
  /// Re-tests what Mita, Filippone & Michiardi, 2021, say of the double autoencoder.
  static let check = Check(
    "S182",
    protocol: """
      Two worlds. Sprites: 4,000 training pictures of 16×16 of the sprites, told their five factors, each as a number \
      from 0 to 1; codes of 2,000 test pictures are scored by the mutual information gap, separated attribute \
      predictability and disentanglement of L1 linear models. Segments: 4 independent sources whose means and scales \
      depend on one of 20 segments, mixed by two random turns with a leaky ReLU between them and noise of deviation \
      0.1; 4,000 training examples, told their segment; codes of 2,000 test examples are scored by the mean \
      correlation coefficient with the sources. IDVAE, iVAE (the conditional prior learned by the one bound), the \
      conditional VAE (whose decoder is told too) and beta-VAE (told nothing) have the same encoder and decoder of \
      256 units (64 for segments), 10 latent units (4), a conditional prior of two layers of 200 units, and train by \
      Adam at 0.002 on batches of 128 for 20 epochs. The KL term has weight 1, and 4 in beta-VAE; nothing is tuned. \
      Codes are posterior means; those of networks that \
      are told are given what is known of the test example, as in the paper. IDVAE with 10 % labels is told the \
      factors of a tenth of the training examples and of no test example: its codes are of the example alone, as \
      beta-VAE's are.
      """,
    minutes: 3, seeds: 3,
    claims: [
      Claim(
        "A learned conditional prior gives a larger mutual information gap than iVAE's", at: "§5",
        metric: gap, system: "idvae", over: "ivae", margin: 0.02),
      Claim(
        "It predicts factors from single codes better", at: "§5", metric: predictability,
        system: "idvae", over: "ivae", margin: 0.02),
      Claim(
        "Its codes are better disentangled for linear models", at: "§5", metric: disentanglement,
        system: "idvae", over: "ivae", margin: 0.02),
      Claim(
        "It finds the sources of nonlinear mixtures as well as iVAE does or better", at: "§5",
        metric: correlation, system: "idvae", over: "ivae"),
      Claim(
        "The gap is larger than that of the conditional VAE", at: "§5", metric: gap,
        system: "idvae", over: "cvae", margin: 0.02),
      Claim(
        "The gap is larger than that of beta-VAE, which is told nothing", at: "§5", metric: gap,
        system: "idvae", over: "beta-vae", margin: 0.02),
      Claim(
        "With 10 % labels, and none in the test, the gap is still larger than beta-VAE's",
        at: "§5, semi-supervised", metric: gap, system: "idvae-10", over: "beta-vae", margin: 0.02),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try DoubleTrial(lab, seed).run(&board)
      return board
    })

  static let gap = Claim.Metric("mutual information gap", unit: "share", .higher)
  static let predictability = Claim.Metric("separated predictability", unit: "share", .higher)
  static let disentanglement = Claim.Metric("DCI disentanglement", unit: "share", .higher)
  static let correlation = Claim.Metric("mean correlation coefficient", unit: "share", .higher)
}

/// One seed of the double autoencoder and its rivals.
struct DoubleTrial {
  let lab: Lab
  let seed: Seed

  init(_ lab: Lab, _ seed: Seed) {
    self.lab = lab
    self.seed = seed
  }

  func run(_ board: inout Scoreboard) throws {
    let sprites = try sprites()
    for arm in DoubleArm.allCases {
      let plan = DoublePlan(lab: lab, seed: seed, source: sprites, told: .factors)
      let codes = try plan.codes(arm)
      let table = try table(codes(sprites.test), sprites.test)
      let (train, test) = table.halves(seed.child("halves"))
      board[IDVAE.gap.name, arm.rawValue] = [try MutualInformation(table).gap()]
      board[IDVAE.predictability.name, arm.rawValue] = [
        try SeparatedPredictability(train: train, test: test).score()
      ]
      board[IDVAE.disentanglement.name, arm.rawValue] = [
        try DCI(train: train, test: test).disentanglement
      ]
    }
    let segments = try SegmentWorld().source(
      train: lab.pick(full: 4000, quick: 800), test: lab.pick(full: 2000, quick: 400), seed)
    for arm in DoubleArm.allCases where arm != .partial {
      let plan = DoublePlan(lab: lab, seed: seed, source: segments, told: .classes)
      let codes = try plan.codes(arm)
      let table = try table(codes(segments.test), segments.test)
      board[IDVAE.correlation.name, arm.rawValue] = [try MeanCorrelation(table).score]
    }
  }

  private func sprites() throws -> Source {
    var options = SourceOptions()
    options.size = [16, 16]
    options.limit = lab.pick(full: 7000, quick: 1500)
    (options.validation, options.test) = (0.14, 0.29)
    return try Source.open("sprites", options)
  }

  private func table(_ codes: Tensor, _ examples: Examples) throws -> FactoredCodes {
    let rows = examples.factors() ?? []
    return try FactoredCodes(
      codes, Tensor(rows.flatMap { $0 }, shape: [rows.count, rows.first?.count ?? 0]))
  }
}
