import Datasets
import Evaluation
import Foundation
import Learning
import Networks
import Probability
import Torch

/// One seed of tokenisers whose tokens are learned or lie on a grid, and of masked generators of their tokens.
struct TitokTrial {
  /// One tokeniser.
  struct Arm {
    let name: String
    var tokens = 1
    var grid: [Int] = []
    let codebook: Int
    var patch = 7
  }

  /// What samples of an arm are like: steps, their Fréchet distance, and how long a thousand take.
  struct Course {
    var points: [(steps: Int, distance: Double, seconds: Double)] = []
    var best: Double { points.map(\.distance).min() ?? .nan }
  }

  let lab: Lab
  let seed: Seed
  let source: Source
  private let judge: FeatureJudge
  private let chosen: Tensor
  private let features: Tensor

  init(_ lab: Lab, _ seed: Seed) throws {
    (self.lab, self.seed) = (lab, seed)
    var options = SourceOptions()
    options.limit = lab.pick(full: 3500, quick: 300)
    options.validation = lab.pick(full: 2.0 / 7, quick: 1.0 / 3)
    source = try lab.source(["fashion-mnist"], options)
    judge = try lab.judge(source)
    chosen = try judge.features(of: source.validation, limit: 1000)
    features = try judge.features(of: source.test, limit: 2000)
  }

  func run(_ board: inout Scoreboard) throws {
    _ = try fit(Arm(name: "4 learned of 256", tokens: 4, codebook: 256), &board)
    _ = try fit(Arm(name: "grid 2×2 of 256", grid: [2, 2], codebook: 256), &board)
    let row = try fit(Arm(name: "8 learned of 256", tokens: 8, codebook: 256), &board)
    let grid = try fit(Arm(name: "grid 4×4 of 16", grid: [4, 4], codebook: 16), &board)
    let fine = try fit(Arm(name: "grid 7×7 of 256", grid: [7, 7], codebook: 256, patch: 4), &board)
    let short = try course(row, "8 learned of 256", &board)
    for (name, network) in [("grid 4×4 of 16", grid), ("grid 7×7 of 256", fine)] {
      let long = try course(network, name, &board)
      reach(short, "8 learned of 256", long, name, &board)
    }
  }

  private func recipe(_ arm: Arm, rate: Double) -> Titok {
    var method = Titok()
    (method.tokens, method.grid, method.codebook) = (arm.tokens, arm.grid, arm.codebook)
    method.codeWidth = 4
    method.patches.patch = arm.patch
    method.patches.trunkWidth = lab.pick(full: 48, quick: 16)
    // Three times as many patches take as long in half of the passes.
    let isFine = arm.patch < 7
    method.training.epochs = lab.pick(full: isFine ? 4 : 8, quick: 1)
    method.training.batch = 32
    method.training.learningRate = rate
    method.training.schedule = .cosine
    method.training.warmup = 100
    method.prior.priorWidth = lab.pick(full: 48, quick: 16)
    method.prior.priorEpochs = lab.pick(full: 8, quick: 1)
    return method
  }

  /// Fits an arm at the rate of its kind, and notes what it makes of the test images.
  private func fit(_ arm: Arm, _ board: inout Scoreboard) throws -> PatchAutoencoder {
    let isRow = arm.grid.isEmpty
    let kind = isRow ? "learned tokens" : "grid"
    let rates = lab.pick(full: [0.0015, 0.003], quick: [0.003])
    let rate = try lab.bestRate(kind, of: rates) { rate in
      let trial = Arm(name: kind, tokens: 4, grid: isRow ? [] : [2, 2], codebook: 256)
      var method = recipe(trial, rate: rate)
      method.training.epochs = lab.pick(full: 3, quick: 1)
      method.prior.priorEpochs = 0
      let network = try lab.fit(method, source, seed: Seed(0), as: kind)
      return try Scores(source.validation, seed: Seed(0)).squaredError(network).map { -$0 }
    }
    var method = recipe(arm, rate: rate)
    // Only these are drawn from.
    if arm.tokens == 4 || arm.grid == [2, 2] { method.prior.priorEpochs = 0 }
    let network = try lab.fit(method, source, seed: seed, as: arm.name)
    let test = source.test.prefix(2000)
    board[Titok.error.name, arm.name] = try Scores(test, seed: seed).squaredError(network)
    board[Titok.reconstructed.name, arm.name] = [
      try judge.frechet(reconstructing: network, test, to: features, device: lab.device)
    ]
    return network
  }

  /// Samples in ever more steps, with the noise of the choice that suits the arm best.
  private func course(
    _ network: PatchAutoencoder, _ name: String, _ board: inout Scoreboard
  ) throws -> Course {
    let count = lab.pick(full: 1000, quick: 100)
    func distance(
      _ steps: Int, _ noise: Double, _ features: Tensor, of count: Int
    ) throws -> Double {
      var network = network
      network.unmasking.generationSteps = steps
      network.unmasking.choiceNoise = noise
      return try judge.frechet(
        network, to: features, count: count, seed: seed, device: lab.device)
    }
    let noises = lab.pick(full: [1, 4.5, 20, 100], quick: [4.5])
    let tried = try noises.map { ($0, try distance(4, $0, chosen, of: count / 2)) }
    let noise = tried.min { $0.1 < $1.1 }?.0 ?? 4.5
    board[Titok.noise.name, name] = [noise]
    var course = Course()
    for steps in [1, 2, 4, 8, 16] where steps <= network.places {
      lab.say("\(name): samples in \(steps) steps")
      let start = ContinuousClock.now
      let found = try distance(steps, noise, features, of: count)
      let seconds = (ContinuousClock.now - start) / .seconds(1) * 1000 / Double(count)
      course.points.append((steps, found, seconds))
      board[Titok.distance.name, "\(name), \(steps) steps"] = [found]
    }
    board[Titok.distance.name, name] = [course.best]
    return course
  }

  /// The steps and the time in which each reaches what the other reaches at best, within a twentieth, in doublings of 1
  /// step and of 1 second; one that never does counts as twice its most.
  private func reach(
    _ row: Course, _ rowName: String, _ grid: Course, _ gridName: String, _ board: inout Scoreboard
  ) {
    for (name, course) in [(rowName, row), (gridName, grid)] {
      let first = course.points.first { $0.distance <= 1.05 * grid.best }
      let last = course.points.last
      board[Titok.steps(gridName).name, name] = [
        log2(Double(first?.steps ?? 2 * (last?.steps ?? 1)))
      ]
      board[Titok.seconds(gridName).name, name] = [
        log2(first?.seconds ?? 2 * (last?.seconds ?? 1))
      ]
    }
  }
}
