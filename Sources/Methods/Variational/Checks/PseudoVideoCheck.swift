import Datasets
import Evaluation
import Learning
import Networks
import Torch

extension PseudoVideoVAE {
  /// Re-tests what Chen, Chen, Rastrelli & Li, 2024, say of pseudo videos.
  static let check = Check(
    "S404",
    protocol: """
      Fashion-MNIST (else the 8×8 digits), 6,000 images and 8 passes over them, batches of 128, Adam down a cosine. \
      All arms are the same hierarchy of four levels of 16 latent units around a state of 256 numbers, with one layer of \
      256 on either side; arms with frames read all of them and have a decoder of one layer for each, and the base has \
      one frame, the image itself. Frames are blurred by up to 4 pixels and have noise of up to 0.3 standard \
      deviations: in a first-order chain each is made of the next one, in the other order each of the image with noise \
      of its own. The learning rate of each arm is the best of 0.001 and 0.002 by the Fréchet distance to the 1,200 \
      validation images after 2 passes with seed 0, and serves all seeds. The distance is between 5,000 samples' last \
      frames, drawn by their means, and 5,000 test images, in 128 features of a classifier that was trained on the \
      training images.
      """,
    minutes: 4, seeds: 3,
    claims: [
      Claim(
        "Pseudo videos of four frames whose corruptions are no first-order chain bring samples closer to images "
          + "than the base model does",
        at: "abstract", metric: distance, system: "4 frames, independent", over: "base", margin: 0.5
      ),
      Claim(
        "So do those of two frames", at: "abstract", metric: distance,
        system: "2 frames, independent", over: "base", margin: 0.5),
      Claim(
        "So do those of four frames in a first-order chain", at: "abstract", metric: distance,
        system: "4 frames, markov", over: "base", margin: 0.5),
      Claim(
        "Corruptions that are no first-order chain serve better than those that are",
        at: "abstract",
        metric: distance, system: "4 frames, independent", over: "4 frames, markov", margin: 0.5),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try PseudoVideoTrial(lab, seed).run(&board)
      return board
    })

  static let distance = Claim.Metric("feature Fréchet distance", unit: "squared units", .lower)
}

/// One seed of a hierarchy with and without pseudo videos.
struct PseudoVideoTrial {
  let lab: Lab
  let seed: Seed
  let source: Source

  init(_ lab: Lab, _ seed: Seed) throws {
    (self.lab, self.seed) = (lab, seed)
    var options = SourceOptions()
    options.limit = lab.pick(full: 7200, quick: nil)
    options.validation = lab.pick(full: 1200.0 / 7200, quick: 0.2)
    source = try lab.source(
      lab.pick(full: ["fashion-mnist", "digits"], quick: ["digits"]), options)
  }

  func run(_ board: inout Scoreboard) throws {
    let judge = try lab.judge(source)
    let (few, many) = (lab.pick(full: 1200, quick: 200), lab.pick(full: 5000, quick: 200))
    let choosing = try judge.features(of: source.validation, limit: few, device: lab.device)
    let testing = try judge.features(of: source.test, limit: many, device: lab.device)
    for (name, arm) in arms {
      let rate = try lab.bestRate(name, of: lab.pick(full: [0.001, 0.002], quick: [0.001])) {
        let network = try fitted(arm, rate: $0, epochs: lab.pick(full: 2, quick: 1), Seed(0), name)
        return [
          try -judge.frechet(network, to: choosing, count: few, seed: Seed(0), device: lab.device)
        ]
      }
      let network = try fitted(arm, rate: rate, epochs: lab.pick(full: 8, quick: 2), seed, name)
      board[PseudoVideoVAE.distance.name, name] = [
        try judge.frechet(network, to: testing, count: many, seed: seed, device: lab.device)
      ]
    }
  }

  private var arms: [(String, PseudoVideoVAE)] {
    func arm(_ frames: Int, _ order: PseudoFrames.Order) -> PseudoVideoVAE {
      var method = PseudoVideoVAE()
      (method.frames, method.order) = (frames, order)
      method.networks.hidden = [256]
      method.networks.architecture = .mlp
      method.training.schedule = .cosine
      if lab.isQuick { method.blur = 1 }
      return method
    }
    return [
      ("base", arm(1, .markov)), ("2 frames, independent", arm(2, .independent)),
      ("4 frames, independent", arm(4, .independent)), ("4 frames, markov", arm(4, .markov)),
    ]
  }

  private func fitted(
    _ arm: PseudoVideoVAE, rate: Double, epochs: Int, _ seed: Seed, _ name: String
  ) throws -> FrameHierarchy {
    var arm = arm
    arm.training.learningRate = rate
    arm.training.epochs = epochs
    return try lab.fit(arm, source, seed: seed, as: name)
  }
}
