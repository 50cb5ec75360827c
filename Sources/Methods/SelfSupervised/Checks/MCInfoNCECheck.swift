import Datasets
import Evaluation
import Foundation
import Learning
import Networks
import Torch

extension MCInfoNCE {
  /// Re-tests what Kirchhof, Kasneci & Oh, 2023, say of clouds instead of points.
  static let check = Check(
    "S100",
    protocol: """
      A world of 60,000 pairs of examples of 10 numbers: 4 of 10 normal ones that examples show through turns and two \
      couplings give a mean on the sphere, a fifth a concentration from 8 to 128, and partners are chosen among 20,000 \
      examples so that their latent points lie with concentration 20 around each other. mcinfonce: layers of 128 and 128, \
      64 draws, 16 passes in batches of 256, Adam at 0.001 along half a cosine; infonce: the same with points for \
      clouds; untrained: one pass that leaves the weights; nothing tuned. Judged on 2,000 new examples. Certainty: the \
      length of a code, which is the concentration of a cloud and the norm of a point. one concentration: the mean of the \
      true logarithms, for all. shuffled: the same lengths in another order. Pictures: 2,000 images of Fashion-MNIST and \
      views of them as in S001, 40 passes in batches of 128, a residual network of 8 to 32 channels, 64 draws; judged by \
      the rank correlation of the certainty with the share of the image that a crop shows, 100%, 60%, 30% and 15% of \
      500 test images. Two runs were set aside: in the first the sharpness of the contrast was learned; the second had \
      means in a corner of the sphere, 16 draws, and the negatives' mean in the contrast, and a trial in PyTorch showed \
      that each of these hides concentrations.
      """,
    minutes: 15, seeds: 3,
    claims: [
      Claim(
        "Concentrations have the order of the true ones, by 0.8 over that of chance",
        at: "section 5.1 and figure 3", metric: order, system: "mcinfonce", over: "shuffled",
        margin: 0.8),
      Claim(
        "They have it more than the norms of ordinary contrastive learning", at: "section 5.1",
        metric: order, system: "mcinfonce", over: "infonce", margin: 0.1),
      Claim(
        "They are nearer to the true ones than one concentration for all", at: "table 1",
        metric: error, system: "mcinfonce", over: "one concentration"),
      Claim(
        "Means are found up to a rotation", at: "theorem 2 and section 5.1", metric: agreement,
        system: "mcinfonce", over: "untrained", margin: 0.2),
      Claim(
        "Of pictures, certainty falls with what a crop leaves out, more than norms do",
        at: "section 5.3 and figure 6", metric: crops, system: "mcinfonce", over: "infonce",
        margin: 0.1),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try AmbiguityTrial(lab, seed).run(&board)
      return board
    })

  static let order = Claim.Metric("rank correlation of certainty", unit: "", .higher)
  static let error = Claim.Metric("mean error of log concentration", unit: "nats", .lower)
  static let agreement = Claim.Metric("rank correlation of the cosines of means", unit: "", .higher)
  static let crops = Claim.Metric(
    "rank correlation of certainty with what is shown", unit: "", .higher)
}

/// One seed of the world and of pictures.
struct AmbiguityTrial {
  private let lab: Lab
  private let seed: Seed

  init(_ lab: Lab, _ seed: Seed) { (self.lab, self.seed) = (lab, seed) }

  func run(_ board: inout Scoreboard) throws {
    try world(&board)
    try pictures(&board)
  }

  private func world(_ board: inout Scoreboard) throws {
    let world = AmbiguousPairs(seed)
    let count = lab.pick(full: 60_000, quick: 300)
    let x = try world.pairs(count, pool: lab.pick(full: 20_000, quick: 300)).checked()
    let domain = Domain(shape: [x.size(1)], support: .real)
    let some = x[0..<200]
    let source = try Source(
      given: "ambiguous pairs", domain, train: Examples(given: x),
      validation: Examples(given: some), test: Examples(given: some))
    var clouds = MCInfoNCE()
    clouds.encoder.hidden = [128, 128]
    (clouds.pairs, clouds.latents) = (true, AmbiguousPairs.axes)
    clouds.training = lab.training(epochs: 16, batch: 256, quick: 2)
    var points = clouds, untrained = clouds
    points.draws = 0
    untrained.training = clouds.training.untouched
    let test = world.examples(lab.pick(full: 2000, quick: 100), "test")
    for (arm, method) in [("mcinfonce", clouds), ("infonce", points), ("untrained", untrained)] {
      let network = try lab.fit(method, source, seed: seed, as: arm)
      let codes = try withoutGradients { network.encode(.concatenate([test.x, test.x], along: 1)) }
        .checked()
      try judge(arm, codes, test, &board)
    }
  }

  private func judge(
    _ arm: String, _ codes: Tensor, _ truth: AmbiguousPairs.Drawn, _ board: inout Scoreboard
  ) throws {
    let found = try codes.norm(over: 1).values(as: Double.self)
    let wanted = try truth.logConcentration.values(as: Double.self)
    board[MCInfoNCE.order.name, arm] = [rankCorrelation(found, wanted)]
    board[MCInfoNCE.agreement.name, arm] = [
      try rankCorrelation(cosines(codes), cosines(truth.mean))
    ]
    guard arm == "mcinfonce" else { return }
    let strangers = Array(found.dropFirst(found.count / 2) + found.prefix(found.count / 2))
    board[MCInfoNCE.order.name, "shuffled"] = [rankCorrelation(strangers, wanted)]
    let centre = wanted.mean
    board[MCInfoNCE.error.name, arm] = [zip(found, wanted).map { abs(log($0) - $1) }.mean]
    board[MCInfoNCE.error.name, "one concentration"] = [wanted.map { abs($0 - centre) }.mean]
  }

  /// Cosines of the angle between each vector and the one half the list further on.
  private func cosines(_ x: Tensor) throws -> [Double] {
    try x.cosineSimilarity(x.rolled(by: x.size(0) / 2, along: 0)).values(as: Double.self)
  }

  private func pictures(_ board: inout Scoreboard) throws {
    let images = try FrozenFeatures(lab, seed, images: 2000)
    var clouds = MCInfoNCE()
    clouds.encoder = FrozenFeatures.smallEncoder
    clouds.training = lab.training(epochs: 40, batch: 128)
    var points = clouds
    points.draws = 0
    for (arm, method) in [("mcinfonce", clouds), ("infonce", points)] {
      let network = try lab.fit(method, images.source, seed: seed, as: "\(arm) of pictures")
      var certainties: [Double] = []
      var shares: [Double] = []
      for share in [1, 0.6, 0.3, 0.15] {
        var changes = ImageChanges()
        (changes.crop, changes.range) = (share...share, 0...1)
        let draws = RandomStream(seed.child("crops")).uniform([500, ImageChanges.draws])
        let codes = try images.overTest(first: lab.pick(full: 500, quick: 50)) {
          network.encode($0.changed(by: changes, draws: draws[0..<$0.size(0)]))
        }
        certainties += try codes.norm(over: 1).values(as: Double.self)
        shares += Array(repeating: share, count: codes.size(0))
      }
      board[MCInfoNCE.crops.name, arm] = [rankCorrelation(certainties, shares)]
    }
  }
}
