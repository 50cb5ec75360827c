import Datasets
import Evaluation
import Learning
import Torch

extension ContrastiveTemperature {
  /// Re-tests what Wang & Liu, 2021, say of the temperature.
  static let check = Check(
    "S437",
    protocol: """
      Clusters: the world of the lab (`latent lab contrastive-temperature`) as it stands, six temperatures of 0.05 to 2, \
      and without a softmax the nearest tenth of the negatives or all of them. Images: 1,500 training images of \
      Fashion-MNIST at 14×14 without their labels, SimCLR of this project with layers of 512 and 256, head 128-64, 1,500 \
      epochs in batches of 128 (runs of 8 and of 24 epochs, in which lower temperatures spread features less, were set \
      aside as too short after single trials of 600 and of 1,000 had turned the order; a residual network of that length \
      takes hours), Adam at 0.001 down a cosine, at the temperatures 0.05, 0.2, 1 and 2, and without a softmax in the same two ways. Uniformity (log \
      mean of e to the power of −2 d²) and tolerance (mean cosine of pairs of one class) are of projections of 1,000 test \
      images, or of 1,000 new points; the probe is logistic regression on the standardised features before the head, of \
      the labelled training examples. Share: of the gradient with respect to similarities with negatives, what the nearest \
      tenth has. Nothing else is tuned.
      """,
    minutes: 70, seeds: 3,
    claims: [
      Claim(
        "On images a temperature of 0.05 spreads features more evenly than one of 1",
        at: "§3.2; figure 4", metric: uniformity, system: "images, temperature 0.05",
        over: "images, temperature 1.0", margin: 0.1),
      Claim(
        "And leaves those of one class less alike", at: "§3.3; figure 5", metric: tolerance,
        system: "images, temperature 1.0", over: "images, temperature 0.05", margin: 0.05),
      Claim(
        "A moderate temperature, 0.2, is probed better than 0.05", at: "table 1", metric: probe,
        system: "images, temperature 0.2", over: "images, temperature 0.05", margin: 0.005),
      Claim(
        "And better than 2", at: "table 1", metric: probe, system: "images, temperature 0.2",
        over: "images, temperature 2.0", margin: 0.005),
      Claim(
        "Without a softmax, pushing the nearest tenth spreads features more evenly than pushing all",
        at: "§4.3; table 1: HardSimple", metric: uniformity, system: "images, nearest 0.1",
        over: "images, all alike", margin: 0.1),
      Claim(
        "And is probed better", at: "table 1: HardSimple", metric: probe,
        system: "images, nearest 0.1", over: "images, all alike", margin: 0.005),
      Claim(
        "In clusters, too, a temperature of 0.05 spreads more evenly than one of 1",
        at: "§3.2", metric: uniformity, system: "clusters, temperature 0.05",
        over: "clusters, temperature 1.0", margin: 0.1),
      Claim(
        "And leaves a class less alike", at: "§3.3", metric: tolerance,
        system: "clusters, temperature 1.0", over: "clusters, temperature 0.05", margin: 0.05),
      Claim(
        "The nearest tenth of the negatives has more of the gradient at 0.05 than at 1",
        at: "§3.1: hardness", metric: share, system: "clusters, temperature 0.05",
        over: "clusters, temperature 1.0", margin: 0.2),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try TemperatureTrial(lab, seed).run(&board)
      return board
    })

  static let uniformity = Claim.Metric("uniformity", unit: "log", .lower)
  static let tolerance = Claim.Metric("tolerance", unit: "cosine", .higher)
  static let share = Claim.Metric("gradient on the nearest tenth", unit: "share", .higher)
  static let probe = FrozenFeatures.probe
}

/// One seed of contrast at several temperatures.
struct TemperatureTrial {
  private let lab: Lab
  private let seed: Seed
  private let features: FrozenFeatures
  private let labels: Tensor
  /// The temperatures at which images are learned, for time.
  private static let seen: Set<Double> = [0.05, 0.2, 1, 2]

  init(_ lab: Lab, _ seed: Seed) throws {
    (self.lab, self.seed) = (lab, seed)
    features = try FrozenFeatures(lab, seed, images: 1500, size: [14, 14])
    let test = features.source.test
    let tested = try test.prefix(lab.pick(full: 1000, quick: 100)).labels() ?? []
    labels = Tensor(tested.map(Int64.init), shape: [tested.count])
  }

  func run(_ board: inout Scoreboard) throws {
    var study = ContrastiveTemperature()
    study.steps = lab.pick(full: study.steps, quick: 40)
    study.temperatures = lab.pick(full: study.temperatures, quick: [0.05, 0.2, 1, 2])
    let clusters = study.contrast(seed)
    var encoder = BackboneSettings()
    (encoder.backbone, encoder.hidden) = (.mlp, [512, 256])
    let training = lab.training(epochs: 1500, batch: 128)
    for rule in study.rules {
      lab.say("clusters, \(rule.name)")
      let found = try clusters.scores(rule, seed.child("arm"), shouldStop: lab.shouldStop)
      let arm = "clusters, \(rule.name)"
      board[ContrastiveTemperature.uniformity.name, arm] = [found.uniformity]
      board[ContrastiveTemperature.tolerance.name, arm] = [found.tolerance]
      board[FrozenFeatures.probe.name, arm] = [found.probe]
      if let share = found.share { board[ContrastiveTemperature.share.name, arm] = [share] }
      switch rule {
      case .softmax(let temperature):
        guard Self.seen.contains(temperature) else { continue }
        var method = SimCLR()
        (method.temperature, method.collapse) = (temperature, 0)
        (method.encoder, method.training) = (encoder, training)
        try judge("images, \(rule.name)", method, &board)
      case .nearest(let share):
        var method = SimpleContrast()
        (method.nearest, method.encoder, method.training) = (share, encoder, training)
        try judge("images, \(rule.name)", method, &board)
      }
    }
  }

  private func judge<Method: JointEmbedding>(
    _ arm: String, _ method: Method, _ board: inout Scoreboard
  ) throws {
    let network = try features.learned(arm, method, &board)
    let unit = try features.overTest { network.online($0).ofUnitLength }
      .sliced(0, 0, labels.size(0))
    board[ContrastiveTemperature.uniformity.name, arm] = [try unit.uniformity.value()]
    board[ContrastiveTemperature.tolerance.name, arm] = [try unit.tolerance(labels).value()]
  }
}
