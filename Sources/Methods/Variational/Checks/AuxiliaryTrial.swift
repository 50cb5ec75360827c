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
    let arms: [(String, Arm)] = [("sgpbae", sgpbae), ("cvae", cvae), ("vae + process", regression)]
    for (name, arm) in arms {
      let found = try arm(digits, true, nil)
      try score(name, found.predictor, tests, &board)
    }
    let ball = try source(digits: false, seed)
    for (name, arm) in [("sgpbae", sgpbae), ("vae + process", regression)] {
      let found = try arm(ball, false, nil)
      board[SGPBAE.trajectory.name, name] = [try follows(found.coder, ball)]
      if let plain = found.plain {
        board[SGPBAE.trajectory.name, "vae"] = [try follows(plain, ball)]
      }
    }
  }

  private struct Fitted {
    let predictor: Predictor
    let coder: Coder
    var plain: Coder?
  }
  /// Fits an arm; with a rate, for choosing it.
  private typealias Arm = (Source, Bool, Double?) throws -> Fitted

  private func source(digits: Bool, _ seed: Seed) throws -> Source {
    try digits
      ? AuxiliaryWorld.turnedDigits(lab, objects: lab.pick(full: 30, quick: 8), seed)
      : AuxiliaryWorld.movingBall(frames: lab.pick(full: 300, quick: 90), seed)
  }

  /// The rate of an arm in a world, by squared error on what is for choosing.
  private func rate(_ name: String, _ digits: Bool, of rates: [Double], _ arm: Arm) throws -> Double
  {
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

  private func sgpbae(_ source: Source, _ digits: Bool, _ rate: Double?) throws -> Fitted {
    let chosen =
      try rate ?? self.rate("sgpbae", digits, of: [0.01, 0.03, 0.06], sgpbae)
    var method = SGPBAE()
    (method.latents, method.inducing, method.moves) = (digits ? 8 : 2, 64, 3)
    (method.length, method.auxiliary) = digits ? (1, []) : (0.2, [1])
    if lab.isQuick { (method.inducing, method.moves) = (16, 2) }
    (method.samplerRate, method.likelihood) = (chosen, .gaussian)
    method.networks.hidden = [128]
    method.networks.architecture = .mlp
    method.training.batch = 64
    method.training.learningRate = 0.003
    method.training.epochs = lab.pick(full: rate == nil ? 200 : 50, quick: 3)
    let network = try lab.fit(method, source, seed: rate == nil ? seed : Seed(0), as: "sgpbae")
    return Fitted(predictor: { network.predictions($0, repeats: 4, $1) }) {
      network.expectedCodes($0)
    }
  }

  private func cvae(_ source: Source, _ digits: Bool, _ rate: Double?) throws -> Fitted {
    let chosen = try rate ?? self.rate("cvae", digits, of: [0.0005, 0.001, 0.002], cvae)
    var method = ConditionalArm()
    method.networks.hidden = [128]
    method.networks.architecture = .mlp
    method.training = training(chosen, isChoosing: rate != nil)
    let network = try lab.fit(method, source, seed: rate == nil ? seed : Seed(0), as: "cvae")
    let predictor: Predictor = { batch, random in
      (0..<32).map { draw in
        let z = random.child(draw).normal([batch.x.size(0), network.latents])
        return network.distribution(z, batch)
      }
    }
    return Fitted(predictor: predictor) { network.posterior($0).mean }
  }

  /// A variational autoencoder, and process regression of its codes.
  private func regression(_ source: Source, _ digits: Bool, _ rate: Double?) throws -> Fitted {
    let chosen = try rate ?? self.rate("vae", digits, of: [0.0005, 0.001, 0.002], regression)
    var method = VAE()
    (method.latents, method.likelihood) = (digits ? 8 : 2, .gaussian)
    method.networks.hidden = [128]
    method.networks.architecture = .mlp
    method.training = training(chosen, isChoosing: rate != nil)
    let network = try lab.fit(method, source, seed: rate == nil ? seed : Seed(0), as: "vae")
    let batch = try source.train.batch(Array(0..<source.train.count))
    let known = Self.auxiliary(batch, digits)
    let (centre, scale) = (known.mean(over: 0), known.standardDeviation(over: 0))
    let process = try withoutGradients {
      try ProcessRegression((known - centre) / scale, network.encode(batch.x).to(.float64))
    }
    func codes(_ batch: Batch) -> Normal {
      process((Self.auxiliary(batch, digits) - centre) / scale)
    }
    let predictor: Predictor = { batch, random in
      let codes = codes(batch)
      return (0..<32).map { draw in
        network.likelihood(network.decoder(codes.sample(random.child(draw)).to(.float32)))
      }
    }
    return Fitted(predictor: predictor) {
      codes($0).mean
    } plain: {
      network.encode($0.x)
    }
  }

  private static func auxiliary(_ batch: Batch, _ digits: Bool) -> Tensor {
    let all = (batch.factors ?? Tensor.zeros([0, 1])).to(.float64)
    return digits ? all : all.sliced(1, 0, 1)
  }

  private func training(_ rate: Double, isChoosing: Bool) -> Training {
    var training = Training()
    training.batch = 64
    training.learningRate = rate
    training.epochs = lab.pick(full: isChoosing ? 150 : 600, quick: 6)
    return training
  }
}
