import Autoencoding
import Datasets
import Evaluation
import Foundation
import Learning
import Networks
import Probability
import Torch

/// One seed of autoencoders that are told auxiliary inputs, and of one that is not.
struct AuxiliaryTrial {
  let lab: Lab
  let seed: Seed

  init(_ lab: Lab, _ seed: Seed) { (self.lab, self.seed) = (lab, seed) }

  /// What pictures at a batch's auxiliary inputs may be, as many equally likely distributions.
  typealias Predictor = (Batch, RandomStream) -> [any Distribution]
  /// Codes of a batch for the trajectory.
  typealias Coder = (Batch) -> Tensor

  func run(_ board: inout Scoreboard) throws {
    let digits = try source(digits: true, seed)
    let tests = try digits.test.batch(Array(0..<digits.test.count))
    let arms: [(String, Arm)] = [
      ("sgpbae", sgpbae), ("cvae", cvae), ("vae + process", regression), ("svgp-vae", processes),
    ]
    for (name, arm) in arms {
      let found = try arm(digits, true, nil)
      try score(name, found.predictor, tests, &board)
    }
    let ball = try source(digits: false, seed)
    for (name, arm) in arms where name != "cvae" {
      let found = try arm(ball, false, nil)
      board[SGPBAE.trajectory.name, name] = [try follows(found.coder, ball)]
      if let plain = found.plain {
        board[SGPBAE.trajectory.name, "vae"] = [try follows(plain, ball)]
      }
    }
  }

  struct Fitted {
    let predictor: Predictor
    let coder: Coder
    var plain: Coder?
  }
  /// Fits an arm; with a rate, for choosing it.
  typealias Arm = (Source, Bool, Double?) throws -> Fitted

  private func source(digits: Bool, _ seed: Seed) throws -> Source {
    try digits
      ? AuxiliaryWorld.turnedDigits(lab, objects: lab.pick(full: 30, quick: 8), seed)
      : AuxiliaryWorld.movingBall(frames: lab.pick(full: 300, quick: 90), seed)
  }

  /// The rate of an arm in a world, by squared error on what is for choosing.
  func rate(_ name: String, _ digits: Bool, of rates: [Double], _ arm: Arm) throws -> Double {
    try lab.bestRate("\(digits ? "digits" : "ball"): \(name)", of: lab.isQuick ? [rates[1]] : rates)
    {
      let source = try source(digits: digits, Seed(0))
      let found = try arm(source, digits, $0)
      let batch = try source.validation.batch(Array(0..<source.validation.count))
      return try withoutGradients {
        let mean = Self.mean(found.predictor(batch, RandomStream(Seed(0))))
        return [try -(mean - batch.x).squared().mean().value()]
      }
    }
  }
}
