import Datasets
import Evaluation
import Foundation
import Learning
import Torch

extension SAF {
  /// Re-tests what Du et al., 2022, say of the trajectory loss.
  static let check = Check(
    "S431",
    protocol: """
      Fashion-MNIST: 2,000 training images, 1,000 for choosing, 3,000 of the test images. All arms train the same \
      network, two strided convolutions of 32 and 64 channels, 64 units and a softmax, by SGD with momentum 0.9, \
      weight decay 0.0005 and a cosine schedule, on batches of 64 for 20 passes. Learning rates of every arm: the \
      best of 0.01, 0.03, 0.1 and 0.3 by accuracy on the images for choosing after as many passes with seed 0, for \
      all seeds; the highest rate was added when a first record had chosen 0.1, then the highest, for nearly all. \
      SAM: radius 0.05. SAF: the paper's weight 0.3, temperature 5 and delay of 3 passes. Curvature: the largest \
      eigenvalue of the Hessian of the cross-entropy of 200 training images at the final weights, at most 20 \
      multiplications. Step times: 40 steps of each arm in turns, five times over, in one process; the least of the \
      five, over that of plain training; SAF's memory counts from the second pass.
      """,
    minutes: 5, seeds: 5,
    claims: [
      Claim(
        "The trajectory loss makes plain training more accurate", at: "tables 1 and 2",
        metric: accuracy, system: "saf", over: "plain", margin: 0.003),
      Claim(
        "A step costs about what a plain one does, where sharpness-aware minimisation needs two",
        at: "§1 and table 1", metric: time, system: "saf", over: "sam", margin: 0.6),
      Claim(
        "The trajectory loss leads to a flatter minimum than plain training", at: "figure 4",
        metric: curvature, system: "saf", over: "plain", margin: 0.1),
      Claim(
        "Sharpness-aware minimisation leads to a flatter minimum than plain training",
        at: "figure 4", metric: curvature, system: "sam", over: "plain", margin: 0.1),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try SharpnessTrial(lab, seed).run(&board)
      try StepTimes(lab, seed).run(&board)
      return board
    })

  static let accuracy = Claim.Metric("test accuracy", unit: "share", .higher)
  static let time = Claim.Metric("time of a step", unit: "plain steps", .lower)
  static let curvature = Claim.Metric("largest Hessian eigenvalue", unit: "log10 nats", .lower)
}

/// One seed of plain, sharpness-aware and trajectory-bound training.
struct SharpnessTrial {
  private let lab: Lab
  private let seed: Seed
  private let source: Source
  private let passes: Int

  init(_ lab: Lab, _ seed: Seed) throws {
    self.lab = lab
    self.seed = seed
    var options = SourceOptions()
    options.limit = lab.pick(full: 3000, quick: 300)
    options.validation = 1.0 / 3
    source = try lab.source([lab.pick(full: "fashion-mnist", quick: "digits")], options)
    passes = lab.pick(full: 20, quick: 4)
  }

  func run(_ board: inout Scoreboard) throws {
    try run("plain", Classifier(), &board)
    try run("sam", SAM(), &board)
    try run("saf", SAF(), &board)
  }

  private func run<Arm: GradientRecipe>(
    _ name: String, _ arm: Arm, _ board: inout Scoreboard
  ) throws where Arm.Network == Classifier.Network {
    func fit(rate: Double, _ seed: Seed) throws -> Classifier.Network {
      let method = try arm.ofTrial(passes: passes, rate: rate)
      return try lab.fit(method, source, seed: seed, as: name)
    }
    let rates = lab.pick(full: [0.01, 0.03, 0.1, 0.3], quick: [0.03])
    let rate = try lab.bestRate(name, of: rates) { rate in
      try Scores(source.validation, seed: Seed(0)).correctness(fit(rate: rate, Seed(0)))
    }
    let network = try fit(rate: rate, seed)
    let test = source.test.prefix(lab.pick(full: 3000, quick: 100))
    board[SAF.accuracy.name, name] = try Scores(test, seed: seed).correctness(network)
    let batch = try source.train.batch(Array(0..<lab.pick(full: 200, quick: 20)))
    guard let labels = batch.labels else { return }
    let top = try Curvature(of: network.parameters) {
      network(batch.x).crossEntropy(labels).mean()
    }.topEigenvalue(iterations: lab.pick(full: 20, quick: 3), RandomStream(seed.child("start")))
    board[SAF.curvature.name, name] = [log10(max(abs(top), 1e-12))]
  }
}

extension GradientRecipe {
  /// The method as the check trains it.
  fileprivate func ofTrial(passes: Int, rate: Double) throws -> Self {
    var method = try setting("architecture", to: "convolution").setting("hidden", to: "64")
    method.training.epochs = passes
    method.training.batch = 64
    method.training.optimiser = .sgd
    method.training.learningRate = rate
    method.training.weightDecay = 5e-4
    method.training.schedule = .cosine
    return method
  }
}
