import Autoencoding
import Datasets
import Evaluation
import Learning
import Networks
import Torch

/// One seed of an autoencoder judged by features and of one judged by pixels.
struct DFCVAETrial {
  let lab: Lab
  let seed: Seed

  func run(_ board: inout Scoreboard) throws {
    var options = SourceOptions()
    options.limit = lab.pick(full: 6000, quick: 300)
    options.validation = 0
    let source = try lab.source(
      lab.pick(full: ["fashion-mnist", "mnist", "digits"], quick: ["digits"]), options)
    let judge = try lab.judge(source)
    let count = lab.pick(full: 2000, quick: 100)
    let truth = try judge.features(of: source.test, limit: count)
    board[DFCVAE.sharpness.name, "pictures"] = [
      try sharpness(source.test.prefix(count)) { $0 }
    ]
    var method = DFCVAE()
    method.networks.hidden = [256]
    method.training.epochs = lab.pick(full: 10, quick: 1)
    method.training.schedule = .cosine
    try score("features", method, source, judge, truth, count, &board)
    method.featureEpochs = 0
    try score("untrained features", method, source, judge, truth, count, &board)
    (method.featureWeight, method.pixelWeight) = (0, 1)
    // Its feature network is not looked at.
    method.featureEpochs = 1
    try score("pixels", method, source, judge, truth, count, &board)
  }

  private func score(
    _ arm: String, _ method: DFCVAE, _ source: Source, _ judge: FeatureJudge, _ truth: Tensor,
    _ count: Int, _ board: inout Scoreboard
  ) throws {
    let network = try lab.fit(method, source, seed: seed, as: arm)
    lab.say("\(arm): scores")
    let test = source.test.prefix(count)
    board[DFCVAE.frechet.name, arm] = [
      try judge.frechet(network, to: truth, count: count, seed: seed)
    ]
    let back = try Scores(test, seed: seed).map { batch, _ in
      [judge.network.features(network.decode(network.encode(batch.x)))]
    }
    board[DFCVAE.reconstructions.name, arm] = [
      try FrechetDistance.between(truth, .concatenate(back))
    ]
    let sharp = try sharpness(test) { network.decode(network.encode($0)) }
    board[DFCVAE.sharpness.name, arm] = [sharp]
    board[DFCVAE.unlike.name, arm] = [
      abs(sharp - (board[DFCVAE.sharpness.name, "pictures"].first ?? .nan))
    ]
    board[DFCVAE.error.name, arm] = [try Scores(test, seed: seed).squaredError(network).mean]
    let train = source.train.prefix(lab.pick(full: 2000, quick: 200))
    var probe = LinearProbe()
    probe.regression.minimiser.iterations = lab.pick(full: 100, quick: 20)
    board[DFCVAE.probe.name, arm] = try probe.hits(
      train: Scores(train, seed: seed).codes(network), train.labels() ?? [],
      test: Scores(test, seed: seed).codes(network), test.labels() ?? [],
      classes: source.domain.classes.count)
  }

  /// The mean size of the difference between neighbouring pixels of what `made` makes of pictures.
  private func sharpness(_ examples: Examples, _ made: (Tensor) -> Tensor) throws -> Double {
    try Scores(examples, seed: seed).map { batch, _ in
      let x = made(batch.x)
      let (height, width) = (x.size(2), x.size(3))
      let down = (x.sliced(2, 1, height) - x.sliced(2, 0, height - 1)).abs()
      let right = (x.sliced(3, 1, width) - x.sliced(3, 0, width - 1)).abs()
      let both = down.flattened(from: 1).mean(over: 1) + right.flattened(from: 1).mean(over: 1)
      return try (both * 0.5).values(as: Double.self)
    }.mean
  }
}
