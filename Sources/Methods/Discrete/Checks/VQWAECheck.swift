import Datasets
import Evaluation
import Learning
import Networks
import Probability
import Torch

extension VQWAE {
  /// Re-tests what Vuong et al., 2023, say of transport between encodings and codebook.
  static let check = Check(
    "S407",
    protocol: """
      Fashion-MNIST: 3,000 training images, 1,000 for choosing, 2,000 of the test images. All arms: 784-256-8 × 16 \
      and back, codebooks of 512, Adam on batches of 128, 15 passes, no revival of vectors, as in the paper; one \
      more arm, of averages with revival, is what this package offers without transport. The VQ-VAEs' codebooks \
      start within ±1 / 512, the transport's standard normal as in its authors' code; a VQ-VAE with that start is \
      an arm too. Each arm's learning rate is the best of 0.001 and 0.003 by reconstruction error on the images \
      for choosing after 5 passes with seed 0, for all seeds. The weights are not tuned: commitment 0.25, \
      transport 1. The transport's smoothing and start come from pilots on 1,700 images, in which a small start \
      drew all encodings together. Perplexity and used share are of the tokens of the test images. Samples: a \
      causal transformer of width 48 and one block over the tokens, 6 passes, for every arm; the Fréchet distance \
      of 2,000 of them is in the features of a classifier of 128 units trained on the same images.
      """,
    minutes: 10, seeds: 3,
    claims: [
      Claim(
        "Transport spreads the use of the codebook over more vectors than commitment with gradients",
        at: "abstract", metric: perplexity, system: "vq-wae", over: "vq-vae", margin: 10),
      Claim(
        "So it does where both start alike", at: "our control, as in the authors' code",
        metric: perplexity, system: "vq-wae", over: "vq-vae, normal start", margin: 10),
      Claim(
        "And than moving averages", at: "abstract", metric: perplexity, system: "vq-wae",
        over: "averages", margin: 10),
      Claim(
        "More of the codebook is used", at: "abstract", metric: used, system: "vq-wae",
        over: "vq-vae", margin: 0.05),
      Claim(
        "Reconstructions are better than the VQ-VAE's", at: "abstract", metric: error,
        system: "vq-wae", over: "vq-vae", margin: 0.0005),
      Claim(
        "So they are where both start alike", at: "our control, as in the authors' code",
        metric: error, system: "vq-wae", over: "vq-vae, normal start", margin: 0.0005),
      Claim(
        "And than those of moving averages", at: "abstract", metric: error, system: "vq-wae",
        over: "averages", margin: 0.0005),
      Claim(
        "Samples are nearer to the data than the VQ-VAE's", at: "abstract", metric: distance,
        system: "vq-wae", over: "vq-vae", margin: 0.1),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try CodebookTrial(lab, seed).run(&board)
      return board
    })

  static let perplexity = Claim.Metric("perplexity", unit: "vectors", .higher)
  static let used = Claim.Metric("used share of the codebook", unit: "", .higher)
  static let error = Claim.Metric("squared error", unit: "per input", .lower)
  static let distance = Claim.Metric("Fréchet distance of samples", unit: "", .lower)
}

/// One seed of codebooks that are learned in different ways, in equal networks.
struct CodebookTrial {
  private let lab: Lab
  private let seed: Seed
  private let source: Source
  private let judge: FeatureJudge
  private let features: Tensor

  init(_ lab: Lab, _ seed: Seed) throws {
    self.lab = lab
    self.seed = seed
    var options = SourceOptions()
    options.limit = lab.pick(full: 4000, quick: 400)
    options.validation = 1.0 / 4
    source = try lab.source([lab.pick(full: "fashion-mnist", quick: "digits")], options)
    judge = try lab.judge(source)
    features = try judge.features(of: source.test, limit: 2000)
  }

  func run(_ board: inout Scoreboard) throws {
    var gradient = VQVAE()
    gradient.revival = 0
    var averages = gradient, revived = gradient
    averages.learning = .average
    (revived.learning, revived.revival) = (.average, 0.2)
    try score("vq-vae", gradient, &board)
    try score("averages", averages, &board)
    try score("averages, revived", revived, &board)
    try score("vq-vae, normal start", NormalStart(), &board)
    try score("vq-wae", VQWAE(), &board)
  }

  private func score<Arm: CodebookArm>(
    _ name: String, _ arm: Arm, _ board: inout Scoreboard
  ) throws {
    var arm = arm
    arm.networks.hidden = [lab.pick(full: 256, quick: 32)]
    arm.networks.architecture = .mlp
    (arm.tokens, arm.codeWidth) = (8, 16)
    arm.codebook = lab.pick(full: 512, quick: 32)
    (arm.prior.priorWidth, arm.prior.priorBlocks) = (48, 1)
    func fit(rate: Double, epochs: Int, prior: Int, _ seed: Seed) throws -> Arm.Network {
      var arm = arm
      arm.training.learningRate = rate
      arm.training.epochs = epochs
      arm.prior.priorEpochs = prior
      return try lab.fit(arm, source, seed: seed, as: name)
    }
    let rate = try lab.bestRate(name, of: lab.pick(full: [0.001, 0.003], quick: [0.003])) { rate in
      let network = try fit(rate: rate, epochs: lab.pick(full: 5, quick: 1), prior: 0, Seed(0))
      return try Scores(source.validation, seed: Seed(0)).squaredError(network).map { -$0 }
    }
    let network = try fit(
      rate: rate, epochs: lab.pick(full: 15, quick: 3), prior: lab.pick(full: 6, quick: 1), seed)
    let scores = Scores(source.test.prefix(2000), seed: seed)
    let use = try scores.codebookUse(network)
    board[VQWAE.perplexity.name, name] = [use.perplexity]
    board[VQWAE.used.name, name] = [use.share]
    board[VQWAE.error.name, name] = try scores.squaredError(network)
    board[VQWAE.distance.name, name] = [
      try judge.frechet(
        network, to: features, count: lab.pick(full: 2000, quick: 300), seed: seed,
        device: lab.device)
    ]
  }
}
