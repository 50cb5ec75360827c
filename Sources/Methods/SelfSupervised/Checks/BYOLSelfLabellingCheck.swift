import Evaluation
import Learning
import Torch

extension BYOLSelfLabelling {
  /// Re-tests what Garg & Jain, 2022, say of batch norm and of examples that are alike.
  static let check = Check(
    "S007",
    protocol: """
      Fashion-MNIST at 28×28: 2,000 training images without their labels. All arms: three convolutions that halve the image, of \
      32, 64 and 128 channels, a head and a predictor with a layer of 128 and outputs of 64; crops of 20% to 100% of the area, flips, \
      brightness and contrast by up to 40%; target decay 0.99 that rises to 1; Adam at 0.001 along half a cosine, batches of 128, 25 passes; \
      nothing tuned. batch: batch norm after every hidden layer; layer: layer norm and standardised weights; none: neither. alike: the \
      same with the pull, of weight 1, between examples whose cosine is above 0.8, the authors' value. untrained: a pass at a rate of 1e-12, \
      with layer norm, or with none. Probe: logistic regression on the standardised features of the 2,000 labelled images, judged on \
      2,000 test images; and the 5 nearest neighbours. Spread: as in S001, of the projections of the test images.
      """,
    minutes: 8, seeds: 3,
    claims: [
      Claim(
        "Pulling examples together that are alike gives features that are probed better",
        at: "abstract", metric: FrozenFeatures.probe, system: "layer, alike", over: "layer"),
      Claim(
        "So it does with batch norm", at: "abstract", metric: FrozenFeatures.probe,
        system: "batch, alike", over: "batch"),
      Claim(
        "It makes nearest neighbours share the class more often", at: "abstract",
        metric: FrozenFeatures.neighbours, system: "layer, alike", over: "layer"),
      Claim(
        "Without batch norm features are probed no worse, 0.02 apart", at: "abstract",
        metric: FrozenFeatures.probe, system: "layer", over: "batch, less 0.02"),
      Claim(
        "With layer norm features are probed better than those of the untrained network",
        at: "abstract: batch norm is not necessary", metric: FrozenFeatures.probe,
        system: "layer", over: "untrained, layer", margin: 0.02),
      Claim(
        "So they are without any norm", at: "abstract: batch norm is not necessary",
        metric: FrozenFeatures.probe, system: "none", over: "untrained, none", margin: 0.02),
      Claim(
        "Without any norm the projections do not collapse: they keep a third of the spread",
        at: "abstract: batch norm is not necessary", metric: BYOL.spread, system: "none",
        over: "a third"),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try AlikeTrial(lab, seed).run(&board)
      return board
    })
}

/// One seed of learning with each norm, with and without the pull between examples that are alike.
struct AlikeTrial {
  private let features: FrozenFeatures

  init(_ lab: Lab, _ seed: Seed) throws {
    features = try FrozenFeatures(lab, seed, images: 2000)
  }

  func run(_ board: inout Scoreboard) throws {
    for scaling in LayerScaling.allCases {
      var alike = BYOLSelfLabelling()
      alike.scaling = scaling
      alike.training = features.lab.training(epochs: 25, batch: 128)
      // What collapses is to be seen to.
      alike.collapse = 0
      var plain = alike
      plain.pull = 0
      var untrained = plain
      untrained.training = alike.training.untouched
      let arms = [(", alike", alike), ("", plain)]
      for (suffix, method) in arms { try judge(scaling.rawValue + suffix, method, &board) }
      if scaling != .batch { try judge("untrained, \(scaling.rawValue)", untrained, &board) }
    }
    let probe = FrozenFeatures.probe.name
    board[probe, "batch, less 0.02"] = board[probe, "batch"].map { $0 - 0.02 }
    board[BYOL.spread.name, "a third"] = [1.0 / 3]
  }

  private func judge(
    _ arm: String, _ method: BYOLSelfLabelling, _ board: inout Scoreboard
  ) throws {
    let network = try features.learned(arm, method, &board)
    let projections = try features.overTest { network.online($0).ofUnitLength }
    board[BYOL.spread.name, arm] = [try projections.directionSpread.value()]
  }
}
