import Datasets
import Evaluation
import Learning
import Torch

/// What a step of each arm takes, by turns in one process.
struct StepTimes {
  private let seed: Seed
  private let source: Source
  private let turns: Int
  private let epochs: Int

  init(_ lab: Lab, _ seed: Seed) throws {
    self.seed = seed
    var options = SourceOptions()
    options.limit = lab.pick(full: 640, quick: 128)
    // Nothing else than steps is to be timed.
    options.validation = 0
    source = try lab.source([lab.pick(full: "fashion-mnist", quick: "digits")], options)
    turns = lab.pick(full: 5, quick: 1)
    epochs = lab.pick(full: 4, quick: 2)
  }

  func run(_ board: inout Scoreboard) throws {
    var least = ["plain": Double.infinity, "sam": .infinity, "saf": .infinity]
    var saf = SAF()
    (saf.delay, saf.start) = (1, 0)
    for turn in 0..<turns {
      let seed = seed.child("times").child(turn)
      least["plain"] = min(least["plain"] ?? 0, try seconds(Classifier(), seed))
      least["sam"] = min(least["sam"] ?? 0, try seconds(SAM(), seed))
      least["saf"] = min(least["saf"] ?? 0, try seconds(saf, seed))
    }
    let plain = least["plain"] ?? 1
    for (name, seconds) in least { board[SAF.time.name, name] = [seconds / plain] }
  }

  /// Seconds of a step.
  private func seconds<Arm: GradientRecipe>(_ arm: Arm, _ seed: Seed) throws -> Double {
    var method = try arm.setting("architecture", to: "convolution").setting("hidden", to: "64")
    method.training.epochs = epochs
    method.training.batch = 64
    method.training.optimiser = .sgd
    method.training.learningRate = 0.01
    let result = try Space.fitted(method, FitRun(source, seed: seed)).result
    return result.seconds / Double(max(result.steps, 1))
  }
}
