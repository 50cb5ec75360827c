import Datasets
import Evaluation
import Foundation
import Learning
import Torch

/// One seed of dictionaries of a classifier's activations.
struct ActivationTrial {
  private let arms: SparseArms
  private let judge: FeatureJudge
  /// Test activations, `[n, 128]`, and their classes.
  private let test: Tensor
  private let labels: Tensor
  /// Sizes of dictionaries, of which the largest is the one compared.
  private let sizes: [Int]

  init(_ lab: Lab, _ seed: Seed) throws {
    var options = SourceOptions()
    options.limit = lab.pick(full: 15_000, quick: 400)
    options.validation = 0
    let images = try lab.source([lab.pick(full: "fashion-mnist", quick: "digits")], options)
    judge = try lab.judge(images)
    let count = lab.pick(full: 13_500, quick: 270)
    let scored = images.test.prefix(lab.pick(full: 3000, quick: 60))
    test = try judge.features(of: scored, limit: scored.count)
    labels = try Self.labels(of: scored)
    var split = SourceOptions()
    split.validation = 1.0 / 9
    let source = try Source.made(
      "activations", train: MadeExamples(try judge.features(of: images.train, limit: count)),
      test: MadeExamples(test), split)
    sizes = lab.pick(full: [64, 128, 256, 512], quick: [8, 16, 32])
    arms = SparseArms(
      lab: lab, seed: seed, source: source, vectors: "activations",
      latents: sizes[sizes.count - 1], active: lab.pick(full: 16, quick: 4),
      batch: lab.pick(full: 256, quick: 60), steps: lab.pick(full: 1500, quick: 16),
      rates: lab.pick(full: [0.001, 0.003, 0.01], quick: [0.003]))
  }

  private static func labels(of examples: Examples) throws -> Tensor {
    var parts: [Tensor] = []
    for chunk in examples.chunks(of: 1000) {
      if let labels = try examples.batch(chunk).labels { parts.append(labels) }
    }
    return Tensor.concatenate(parts)
  }

  func run(_ board: inout Scoreboard) throws {
    let last = sizes.count - 1
    var errors = try sizes.dropLast().map { size in
      let name = "topk, \(size) units"
      return try score(name, arms.best(name, latents: size) { _ in arms.topK() }, &board)
    }
    errors.append(try score("topk", arms.best("topk") { _ in arms.topK() }, &board))
    let unrevived = try arms.best("topk, no revival") { _ in arms.topK(revival: false) }
    _ = try score("topk, no revival", unrevived, &board)
    _ = try score("relu", arms.best("relu") { try arms.relu(rate: $0) }, &board)
    board[TopKSAE.activity.name, "relu and 2"] = board[TopKSAE.activity.name, "relu"].map { $0 + 2 }
    let sides = sizes.dropLast().map { log(Double($0)) }, end = log(Double(sizes[last]))
    let seen = Array(errors.dropLast()), truth = errors[last]
    let power = exp(line(sides, seen.map { log($0) }, at: end))
    board[TopKSAE.misfit.name, "power law"] = [abs(power / truth - 1)]
    board[TopKSAE.misfit.name, "line in the log"] = [abs(line(sides, seen, at: end) / truth - 1)]
    board[TopKSAE.misfit.name, "no change"] = [abs(seen[last - 1] / truth - 1)]
  }

  /// Notes what a dictionary comes to, and gives its error.
  private func score<Activation>(
    _ name: String, _ network: SparseNetwork<Activation>, _ board: inout Scoreboard
  ) throws -> Double {
    let scores = try DictionaryScores(network, arms.source.test)
    board[TopKSAE.error.name, name] = [scores.error]
    board[TopKSAE.dead.name, name] = [scores.dead]
    board[TopKSAE.activity.name, name] = [scores.active]
    board[TopKSAE.added.name, name] = [try added(by: network)]
    return scores.error
  }

  /// What the classifier loses, in nats, when it goes on from what a dictionary makes of its activations.
  private func added<Activation>(by network: SparseNetwork<Activation>) throws -> Double {
    try withoutGradients {
      func loss(_ x: Tensor) -> Tensor { judge.network.head(x).crossEntropy(labels).mean() }
      return try (loss(network.decode(network.encode(test))) - loss(test)).value()
    }
  }

  /// The line of least squares through points, at a place.
  private func line(_ x: [Double], _ y: [Double], at place: Double) -> Double {
    let (mean, level) = (x.mean, y.mean)
    let tilt = zip(x, y).reduce(0.0) { $0 + ($1.0 - mean) * ($1.1 - level) }
    let spread = x.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) }
    return level + tilt / spread * (place - mean)
  }
}
