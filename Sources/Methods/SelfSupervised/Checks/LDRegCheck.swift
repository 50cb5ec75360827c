import Evaluation
import Foundation
import Learning
import Torch

extension LDReg {
  /// Re-tests what Huang et al., 2024, say of raising the local dimension.
  static let check = Check(
    "S143",
    protocol: """
      Fashion-MNIST at 28×28: 2,000 training images without their labels. All arms: a residual network of three blocks, \
      8 to 32 channels, a head of 128 and 64; crops of 20% to 100% of the area, flips, brightness and contrast by up to \
      40%; Adam at 0.001 along half a cosine, batches of 256, 25 passes; nothing tuned. simclr: temperature 0.5. ldreg: \
      the same and the local dimension of the features by 64 neighbours in the batch with weight 0.01, the paper's. \
      byol: predictor of 128, target decay 0.99 that rises to 1; byol with ldreg: the same term. Judged on 2,000 test \
      images. Probe: logistic regression on the standardised features of the 2,000 labelled images. Local dimension: \
      geometric mean over the images of the likelihood estimate from 20 neighbours, which is not the estimate that is \
      trained. Effective rank: exp of the entropy of the singular values.
      """,
    minutes: 8, seeds: 4,
    claims: [
      Claim(
        "The features of contrastive learning are probed better with the term", at: "table 2",
        metric: FrozenFeatures.probe, system: "ldreg", over: "simclr"),
      Claim(
        "The features of BYOL are probed better with the term", at: "table 2",
        metric: FrozenFeatures.probe, system: "byol with ldreg", over: "byol"),
      Claim(
        "The term raises the local dimension of contrastive learning", at: "table 2 and figure 3",
        metric: dimension, system: "ldreg", over: "simclr"),
      Claim(
        "The term raises the local dimension of BYOL", at: "table 2 and figure 3",
        metric: dimension, system: "byol with ldreg", over: "byol"),
      Claim(
        "The term raises the effective rank of contrastive learning", at: "table 2",
        metric: rank, system: "ldreg", over: "simclr"),
      Claim(
        "The term raises the effective rank of BYOL", at: "table 2",
        metric: rank, system: "byol with ldreg", over: "byol"),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try LocalDimensionTrial(lab, seed).run(&board)
      return board
    })

  static let dimension = Claim.Metric("local dimension", unit: "", .higher)
  static let rank = Claim.Metric("effective rank", unit: "", .higher)
}

/// One seed of learning with and without the term.
struct LocalDimensionTrial {
  private let features: FrozenFeatures

  init(_ lab: Lab, _ seed: Seed) throws {
    features = try FrozenFeatures(lab, seed, images: 2000)
  }

  func run(_ board: inout Scoreboard) throws {
    var regular = LDReg()
    regular.encoder = FrozenFeatures.smallEncoder
    regular.training = features.lab.training(epochs: 25, batch: 256, quick: 2)
    var plain = SimCLR()
    (plain.encoder, plain.training) = (regular.encoder, regular.training)
    var byol = BYOL()
    (byol.encoder, byol.training) = (regular.encoder, regular.training)
    var both = byol
    both.localDimension = regular.localDimension
    try judge("ldreg", regular, &board)
    try judge("simclr", plain, &board)
    try judge("byol", byol, &board)
    try judge("byol with ldreg", both, &board)
  }

  private func judge<Method: JointEmbedding>(
    _ arm: String, _ method: Method, _ board: inout Scoreboard
  ) throws {
    let network = try features.learned(arm, method, &board)
    let codes = try features.overTest { network.encode($0) }
    let local = try IntrinsicDimension.local(NeighbourDistances(codes, 20)).filter(\.isFinite)
    board[LDReg.dimension.name, arm] = [exp(local.map { log($0) }.mean)]
    board[LDReg.rank.name, arm] = [try Spectrum(codes).effectiveRank]
  }
}
