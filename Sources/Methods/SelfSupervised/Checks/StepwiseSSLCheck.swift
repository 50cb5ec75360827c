import Datasets
import Evaluation
import Foundation
import Torch

extension StepwiseSSL {
  /// Re-tests what Simon et al., 2023, say of the steps in which joint embeddings learn.
  static let check = Check(
    "S154",
    protocol: """
      Features: the world of the lab (`latent lab stepwise-ssl`) as it stands. Images: two views each of 4,000 training \
      images of Fashion-MNIST, made as SimCLR's of this project, averaged to 14×14, less their mean; a linear map to 8 \
      numbers follows the gradient of ‖W Γ Wᵀ − 1‖² from entries of deviation 0.001/√196 until all eigenvalues are at 0.99. \
      Closed form: times from the eigenvalues of Γ and the QR factors of the start. Alignment: the share of the map's rows \
      in the space of the first 8 eigenvectors of Γ; the rival space are the 8 first principal components of the same \
      views. Networks: three rectified layers (64, 64, 8) without offsets on 512 of the pairs, full-batch flow of the \
      unscaled Barlow Twins loss, VICReg (25, 25, 1) and SimCLR (temperature 0.5) over 600 steps, from weights as He et \
      al. draw them times 0.2, and, as the ordinary start, times 1. Overlap: how much of the next eigenvalue of the embedded \
      covariance is there, as a share of its last value, when one has half of its last value, mean over neighbours.
      """,
    minutes: 4, seeds: 3,
    claims: [
      Claim(
        "On images a linear embedding learns its dimensions at the times of the closed form, to 0.1 of their logs",
        at: "§4, figure 2", metric: error, system: "images", over: "tolerance"),
      Claim(
        "And on features of known covariance", at: "§4", metric: featureError, system: "features",
        over: "tolerance"),
      Claim(
        "In the end it spans the first eigenvectors of the views' cross moments, to 0.9",
        at: "§4: final embeddings", metric: alignment, system: "cross moments", over: "tolerance"),
      Claim(
        "Which are not the principal components of the views", at: "§4: the contrastive kernel",
        metric: alignment, system: "cross moments", over: "principal components", margin: 0.02),
      Claim(
        "Under Barlow Twins a network learns one dimension after another from a small start, not from an ordinary one",
        at: "§6, figure 1", metric: overlap, system: "Barlow Twins, small start",
        over: "Barlow Twins, ordinary start", margin: 0.1),
      Claim(
        "Under VICReg", at: "§6, figure 1", metric: overlap, system: "VICReg, small start",
        over: "VICReg, ordinary start", margin: 0.1),
      Claim(
        "Under SimCLR", at: "§6, figure 1", metric: overlap, system: "SimCLR, small start",
        over: "SimCLR, ordinary start", margin: 0.1),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try StepwiseTrial(lab: lab, seed: seed).run(&board)
      return board
    })

  static let error = Claim.Metric("distance from the closed form, images", unit: "log time", .lower)
  static let featureError = Claim.Metric(
    "distance from the closed form, features", unit: "log time", .lower)
  static let alignment = Claim.Metric("share of the embedding in a space", unit: "share", .higher)
  static let overlap = Claim.Metric("overlap of dimensions", unit: "share", .lower)
}

/// One seed of linear maps and networks.
struct StepwiseTrial {
  let lab: Lab
  let seed: Seed

  func run(_ board: inout Scoreboard) throws {
    board[StepwiseSSL.error.name, "tolerance"] = [0.1]
    board[StepwiseSSL.featureError.name, "tolerance"] = [0.1]
    board[StepwiseSSL.alignment.name, "tolerance"] = [0.9]
    var study = StepwiseSSL()
    study.features = lab.pick(full: study.features, quick: 6)
    study.outputs = lab.pick(full: study.outputs, quick: 3)
    study.rows = lab.pick(full: study.rows, quick: 1000)
    let features = try study.course(seed, shouldStop: lab.shouldStop)
    board[StepwiseSSL.featureError.name, "features"] = [features.course.error]
    let views = try views(lab.pick(full: 4000, quick: 200))
    try linear(views, &board)
    let pairs = lab.pick(full: 512, quick: 64)
    for loss in StagedLoss.allCases {
      let network = StagedNetwork(
        loss: loss, views: (views.0.sliced(0, 0, pairs), views.1.sliced(0, 0, pairs)))
      for (name, size) in [("small", 0.2), ("ordinary", 1.0)] {
        lab.say("\(loss.rawValue), \(name) start")
        let course = try network.course(
          size: size, steps: lab.pick(full: 600, quick: 40),
          RandomStream(seed.child(loss.rawValue)),
          shouldStop: lab.shouldStop)
        board[StepwiseSSL.overlap.name, "\(loss.rawValue), \(name) start"] = [course.overlap]
      }
    }
  }

  /// Two views of `count` images, `[n, d]` each, less their mean.
  private func views(_ count: Int) throws -> (Tensor, Tensor) {
    let features = try FrozenFeatures(lab, seed, images: count)
    let train = features.source.train
    let images = try train.batch(Array(0..<min(count, train.count))).x
    let random = RandomStream(seed.child("views"))
    let both = Views().two(images, random.child).averagePooled(2).flattened(from: 1)
    let halves = (both - both.mean(over: 0, keep: true)).split(into: 2, along: 0)
    return (halves[0], halves[1])
  }

  private func linear(_ views: (Tensor, Tensor), _ board: inout Scoreboard) throws {
    let (x, y) = (views.0.to(.float64), views.1.to(.float64))
    let flow = try StagedFlow(PairMoments(x, y).symmetric, outputs: lab.pick(full: 8, quick: 3))
    lab.say("linear map of images")
    let course = try StagedCourse(
      flow, size: 0.001, RandomStream(seed.child("start")), shouldStop: lab.shouldStop)
    let own = (PairMoments(x, x).own + PairMoments(y, y).own) / 2
    let principal = try StagedFlow(own, outputs: flow.outputs).leading
    board[StepwiseSSL.error.name, "images"] = [course.error]
    board[StepwiseSSL.alignment.name, "cross moments"] = [
      try flow.alignment(course.map, with: flow.leading)
    ]
    board[StepwiseSSL.alignment.name, "principal components"] = [
      try flow.alignment(course.map, with: principal)
    ]
  }
}
