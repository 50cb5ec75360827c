import Evaluation
import Learning
import Torch

extension LatentMIM {
  /// Re-tests what Wei, Gupta & Morgado, 2024, say of predicting vectors of hidden patches.
  static let check = Check(
    "S133",
    protocol: """
      Fashion-MNIST at 28×28: 2,000 training images without their labels. All arms: a transformer of two blocks of width 32 \
      over patches of 4×4, Adam at 0.001 along half a cosine, batches of 64, 20 passes; no crops and flips, nothing tuned. \
      latent-mim: 90% hidden, as the authors have it; a decoder of one block of width 32; target decay 0.99 that rises to 1; \
      temperature 0.2, gaps of a pixel, cues, weight 0.1 of the likeness. The steps to it: joint meets vectors of the \
      network itself by squared error, through which it learns too; average meets those of the average; contrast tells \
      patches apart instead; gaps leaves gaps besides; latent-mim adds cues and the likeness. mae: 75% hidden, its paper's \
      value, a decoder of one block of width 32, pixels of each patch up to their mean and deviation. untrained: a pass at a \
      rate of 1e-12. Features are the mean vector of all patches. Probe: logistic regression on the standardised features of the 2,000 \
      labelled images, judged on 2,000 test images; and the 5 nearest neighbours. Effective rank, of 32: exp of the entropy \
      of the singular values of the features of the test images.
      """,
    minutes: 8, seeds: 3,
    claims: [
      Claim(
        "Features are probed better than those of predicting pixels", at: "abstract",
        metric: FrozenFeatures.probe, system: "latent-mim", over: "mae"),
      Claim(
        "Nearest neighbours share the class more often than by those of predicting pixels",
        at: "abstract", metric: FrozenFeatures.neighbours, system: "latent-mim", over: "mae"),
      Claim(
        "Features are probed better than those of the untrained network", at: "abstract",
        metric: FrozenFeatures.probe, system: "latent-mim", over: "untrained", margin: 0.02),
      Claim(
        "Learning the targets jointly collapses the rank of the features",
        at: "abstract: collapse of joint online and target optimisation", metric: rank,
        system: "average", over: "joint", margin: 2),
      Claim(
        "Telling patches apart gives better features than meeting their vectors",
        at: "abstract: learning objectives", metric: FrozenFeatures.probe, system: "contrast",
        over: "average"),
      Claim(
        "Gaps between patches make the features better",
        at: "abstract: high region correlation in latent space", metric: FrozenFeatures.probe,
        system: "gaps", over: "contrast"),
      Claim(
        "Cues of visible patches make the features better", at: "abstract: decoding conditioning",
        metric: FrozenFeatures.probe, system: "latent-mim", over: "gaps"),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try LatentMaskTrial(lab, seed).run(&board)
      return board
    })

  static let rank = Claim.Metric("effective rank", unit: "", .higher)
}

/// One seed of predicting vectors of patches, remedy by remedy, and of predicting pixels.
struct LatentMaskTrial {
  private let features: FrozenFeatures

  init(_ lab: Lab, _ seed: Seed) throws {
    features = try FrozenFeatures(lab, seed, images: 2000)
  }

  func run(_ board: inout Scoreboard) throws {
    var whole = LatentMIM()
    (whole.width, whole.depth) = (32, 2)
    (whole.decoderWidth, whole.decoderDepth) = (32, 1)
    whole.training = features.lab.training(epochs: 20, batch: 64)
    // What collapses is to be seen to.
    whole.collapse = 0
    var gaps = whole
    (gaps.cues, gaps.likeness) = (false, 0)
    var contrast = gaps
    contrast.gap = 0
    var average = contrast
    average.contrasts = false
    var joint = average
    joint.targets = .joint
    var untrained = whole
    untrained.training = whole.training.untouched
    var mae = MAE()
    (mae.width, mae.depth, mae.training) = (whole.width, whole.depth, whole.training)
    (mae.decoderWidth, mae.decoderDepth) = (whole.decoderWidth, whole.decoderDepth)
    let arms = [
      ("latent-mim", whole), ("gaps", gaps), ("contrast", contrast), ("average", average),
      ("joint", joint), ("untrained", untrained),
    ]
    for (arm, method) in arms { try judge(arm, method, &board) }
    try judge("mae", mae, &board)
  }

  private func judge<Method: LossRecipe>(
    _ arm: String, _ method: Method, _ board: inout Scoreboard
  ) throws where Method.Network: Encoding {
    let network = try features.learned(arm, method, &board)
    let codes = try features.overTest { network.encode($0) }
    board[LatentMIM.rank.name, arm] = [try Spectrum(codes).effectiveRank]
  }
}
