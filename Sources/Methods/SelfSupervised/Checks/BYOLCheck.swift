import Datasets
import Evaluation
import Learning
import Networks
import Torch

extension BYOL {
  /// Re-tests what Grill et al., 2020, say of learning without negatives.
  static let check = Check(
    "S001",
    protocol: """
      Fashion-MNIST at 28×28: 5,000 training images without their labels. All arms: a residual network of three blocks, \
      16 to 64 channels, a head of 128 and 64; crops of 20% to 100% of the area, flips, brightness and contrast by up to \
      40%; Adam at 0.001 along half a cosine, batches of 256, 15 passes; nothing tuned. byol: predictor of 128, target \
      decay 0.99 that rises to 1. no predictor: the projections themselves are to be the targets. no average: target \
      decay 0, so the target is the network itself, without gradients. simclr: temperature 0.5. untrained: one pass that \
      sets the means of the norms and leaves the weights. Probe: logistic regression on the standardised features of the \
      5,000 labelled images, judged on 2,000 test images; and the 5 nearest neighbours. Spread: √m times the mean \
      deviation of the coordinates of projections of unit length, over the test images; 1 when they go everywhere alike, \
      0 when all are one.
      """,
    minutes: 25, seeds: 3,
    claims: [
      Claim(
        "Features learned without negatives are probed better than those of the untrained network",
        at: "§3.1 and table 5a", metric: FrozenFeatures.probe, system: "byol", over: "untrained",
        margin: 0.02),
      Claim(
        "Without the predictor the features are worse", at: "table 5b",
        metric: FrozenFeatures.probe, system: "byol", over: "no predictor", margin: 0.02),
      Claim(
        "The projections keep more of their spread than without the predictor",
        at: "§3.2 and table 5b",
        metric: spread, system: "byol", over: "no predictor", margin: 0.3),
      Claim(
        "Without the average the features are worse", at: "§5 and table 5a",
        metric: FrozenFeatures.probe, system: "byol", over: "no average", margin: 0.01),
      Claim(
        "The features are probed better than those of contrast with negatives", at: "table 1",
        metric: FrozenFeatures.probe, system: "byol", over: "simclr"),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try BootstrapTrial(lab, seed).run(&board)
      return board
    })

  static let spread = Claim.Metric("spread of projections", unit: "of 1", .higher)
}

/// One seed of learning with and without what keeps the projections apart.
struct BootstrapTrial {
  private let features: FrozenFeatures

  init(_ lab: Lab, _ seed: Seed) throws {
    features = try FrozenFeatures(lab, seed, images: 5000)
  }

  func run(_ board: inout Scoreboard) throws {
    var byol = BYOL()
    byol.training = features.lab.training(epochs: 15, batch: 256, quick: 2)
    // What collapses is to be seen to.
    byol.collapse = 0
    var contrast = SimCLR()
    contrast.training = byol.training
    var bare = byol, abrupt = byol, untrained = byol
    bare.predicts = false
    abrupt.targetDecay = 0
    untrained.training = byol.training.untouched
    try judge("byol", byol, &board)
    try judge("no predictor", bare, &board)
    try judge("no average", abrupt, &board)
    try judge("untrained", untrained, &board)
    try judge("simclr", contrast, &board)
  }

  private func judge<Method: JointEmbedding>(
    _ arm: String, _ method: Method, _ board: inout Scoreboard
  ) throws {
    let network = try features.learned(arm, method, &board)
    let projections = try features.overTest { network.online($0).ofUnitLength }
    board[BYOL.spread.name, arm] = [try projections.directionSpread.value()]
  }
}
