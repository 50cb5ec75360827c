import Datasets
import Evaluation
import Learning
import Networks
import Torch

extension SupNotMIWAE {
  /// Re-tests what Kim et al., 2023, say of the supervised autoencoder of gaps.
  static let check = Check(
    "S390",
    protocol: """
      Series of 24 steps and 3 channels: linear mixtures, with noise, of a state in the plane that turns at one of \
      four paces, the class. Numbers are missing by their own value: the odds rise by e³ for each deviation, about \
      the level that leaves half of them out. 1,000 series train, 1,000 test. All \
      arms have the same classifier (two convolutions of 32 channels and 5 steps, maxima over time, a layer of \
      logits) and train by Adam at 0.003 on batches of 64 for 30 epochs; nothing is tuned. Zero fill and mean fill \
      are the classifier alone on series whose gaps hold 0 or the channel's mean of what was observed. The naive \
      joint model drops nothing, the regularised one 40 % of the observed numbers in training, as in the paper's \
      settings; both have a process prior, 8 units, 2 fillings in training and 20 in the test. Calibration error: \
      expected, 15 bins. Imputation error: root mean square, over the gaps of the test, of the expected filling less \
      what the gap would have held; numbers have a deviation of about 1.
      """,
    minutes: 3, seeds: 3,
    claims: [
      Claim(
        "Dropping observed numbers lowers the imputation error of the joint model", at: "abstract",
        metric: imputation, system: "regularised", over: "naive", margin: 0.02),
      Claim(
        "The regularised model classifies better than a classifier of mean fillings",
        at: "abstract", metric: accuracy, system: "regularised", over: "mean fill", margin: 0.005),
      Claim(
        "It classifies better than a classifier of zero fillings", at: "abstract",
        metric: accuracy, system: "regularised", over: "zero fill", margin: 0.005),
      Claim(
        "Its confidence is nearer to how often it is right than with mean fillings",
        at: "abstract", metric: calibration, system: "regularised", over: "mean fill",
        margin: 0.005),
      Claim(
        "Dropping observed numbers makes the joint model classify better", at: "abstract",
        metric: accuracy, system: "regularised", over: "naive"),
      Claim(
        "Its fillings are nearer to the truth than means are", at: "abstract", metric: imputation,
        system: "regularised", over: "mean fill", margin: 0.02),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try GapTrial(lab, seed).run(&board)
      return board
    })

  static let accuracy = Claim.Metric("accuracy", unit: "share", .higher)
  static let calibration = Claim.Metric("calibration error", unit: "share", .lower)
  static let imputation = Claim.Metric("imputation error", unit: "root mean square", .lower)
}

/// One seed of classifiers of series with gaps.
struct GapTrial {
  let lab: Lab
  let seed: Seed

  init(_ lab: Lab, _ seed: Seed) {
    self.lab = lab
    self.seed = seed
  }

  func run(_ board: inout Scoreboard) throws {
    let (source, truth) = try OscillatorWorld().source(
      train: lab.pick(full: 1000, quick: 200), test: lab.pick(full: 1000, quick: 100), seed)
    for (arm, network) in try networks(source) {
      for (metric, value) in try score(network, source.test, truth) { board[metric, arm] = [value] }
    }
  }

  private var training: Training {
    var training = Training()
    (training.batch, training.learningRate) = (64, 0.003)
    training.epochs = lab.pick(full: 30, quick: 2)
    return training
  }

  private func networks(_ source: Source) throws -> [(String, any Imputing)] {
    var plain = FilledSeries()
    plain.training = training
    let zeros = try lab.fit(plain, source, seed: seed, as: "zero fill")
    plain.fillings = try means(source.train)
    let means = try lab.fit(plain, source, seed: seed, as: "mean fill")
    var joint = SupNotMIWAE()
    (joint.training, joint.samples) = (training, 2)
    let regularised = try lab.fit(joint, source, seed: seed, as: "regularised")
    joint.dropping = 0
    let naive = try lab.fit(joint, source, seed: seed, as: "naive")
    return [
      ("zero fill", zeros), ("mean fill", means), ("naive", naive), ("regularised", regularised),
    ]
  }

  /// Means of what was observed of each channel.
  private func means(_ examples: Examples) throws -> [Double] {
    let batch = try examples.batch(Array(0..<examples.count))
    let observed = batch.observed ?? batch.x.onesLike()
    let sums = (batch.x * observed).sum(over: 0, 1), counts = observed.sum(over: 0, 1)
    return try (sums / counts.clamped(atLeast: 1)).values(as: Double.self)
  }

  private func score(_ network: any Imputing, _ examples: Examples, _ truth: Tensor) throws
    -> [(String, Double)]
  {
    let scores = Scores(examples, seed: seed)
    let rows = try scores.logProbabilities(network)
    let errors = try scores.map { batch, _ in
      let observed = batch.observed ?? batch.x.onesLike()
      let there = truth.indexSelect(0, Tensor(batch.indices.map(Int64.init)))
      let apart = (network.impute(batch.x, observed: observed) - there) * (1 - observed)
      let sums = try apart.squared().sumPerExample().values(as: Double.self)
      let gaps = try (1 - observed).sumPerExample().values(as: Double.self)
      return Array(zip(sums, gaps))
    }
    let (squares, gaps) = errors.reduce((0, 0)) { ($0.0 + $1.0, $0.1 + $1.1) }
    return [
      (SupNotMIWAE.accuracy.name, try scores.correctness(network).mean),
      (
        SupNotMIWAE.calibration.name,
        CalibrationError.expected(rows, labels: try examples.labels() ?? [])
      ),
      (SupNotMIWAE.imputation.name, (squares / max(gaps, 1)).squareRoot()),
    ]
  }
}
