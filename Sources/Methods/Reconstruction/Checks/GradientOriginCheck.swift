import Autoencoding
import Datasets
import Evaluation
import Foundation
import Learning
import Networks
import Torch

extension GradientOriginNetwork {
  /// Re-tests what Bond-Taylor & Willcocks, 2021, say of codes that are gradients at the origin.
  static let check = Check(
    "S005",
    protocol: """
      Fashion-MNIST: 4,000 training images, decoder 32-256-784 with ELU, squared error, Adam, batches of 64. The \
      autoencoder has the decoder's mirror image before it, and so twice the parameters. Early is 63 steps, late \
      1,260; the learning rate of each arm is the best of 0.001, 0.003 and 0.01 by the validation error late, with \
      seed 0, and serves early and late and all seeds; the step from the origin is 1. Error: mean squared error of \
      2,000 test images, as a logarithm. The siren has 3 layers of 64 sines and 32 latent units, and is trained on \
      2,000 images at 14×14, Adam at 0.001, batches of 32 for 5 passes; it is held against the mean of the training \
      images, margin a factor of 2. A first record took rates up to 0.003, the best for both arms, and the step of 1 \
      for the siren too, whose training it left worse than the mean image; steps of 0.0003, 0.003, 0.03 and 0.3 were \
      then tried on 1,500 training images for 3 passes, and the step is now divided by the siren's frequency of 30.
      """,
    minutes: 5, seeds: 3,
    claims: [
      Claim(
        "Late in the training test images are reconstructed with less error than by an autoencoder of twice the size",
        at: "abstract", metric: error, system: "gon late", over: "ae late", margin: 0.05),
      Claim(
        "Early in the training test images are reconstructed with less error than by the autoencoder",
        at: "abstract", metric: error, system: "gon early", over: "ae early", margin: 0.05),
      Claim(
        "One implicit network draws images that it has not seen, from their gradients at the origin",
        at: "abstract", metric: error, system: "siren", over: "mean image", margin: 0.69),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try OriginTrial(lab, seed).run(&board)
      return board
    })

  static let error = Claim.Metric("test squared error", unit: "log", .lower)
}

/// One seed of gradient origin networks and autoencoders.
struct OriginTrial {
  private let lab: Lab
  private let seed: Seed
  private let source: Source
  private let small: Source

  init(_ lab: Lab, _ seed: Seed) throws {
    self.lab = lab
    self.seed = seed
    var options = SourceOptions()
    options.limit = lab.pick(full: 5000, quick: 400)
    options.validation = 0.2
    let specs = [lab.pick(full: "fashion-mnist", quick: "digits")]
    source = try lab.source(specs, options)
    options.limit = lab.pick(full: 2500, quick: 200)
    options.size = lab.pick(full: [14, 14], quick: nil)
    small = try lab.source(specs, options)
  }

  func run(_ board: inout Scoreboard) throws {
    let late = lab.pick(full: 20, quick: 2)
    for arm in ["ae", "gon"] {
      let rate = try lab.bestRate(
        arm, of: lab.pick(full: [0.001, 0.003, 0.01], quick: [0.001])
      ) { rate in
        [-(try error(fitted(arm, rate, epochs: late, Seed(0)), source.validation))]
      }
      for (time, epochs) in [("early", 1), ("late", late)] {
        let network = try fitted(arm, rate, epochs: epochs, seed)
        board[GradientOriginNetwork.error.name, "\(arm) \(time)"] = [
          try error(network, source.test)
        ]
      }
    }
    try siren(&board)
  }

  private func siren(_ board: inout Scoreboard) throws {
    var method = GradientOriginNetwork()
    method.drawing = .siren
    method.training.batch = 32
    method.training.epochs = lab.pick(full: 5, quick: 2)
    let network = try lab.fit(method, small, seed: seed, as: "siren")
    board[GradientOriginNetwork.error.name, "siren"] = [try error(network, small.test)]
    let train = try small.train.batch(Array(0..<small.train.count)).x
    let test = small.test.prefix(2000)
    let x = try test.batch(Array(0..<test.count)).x
    let mean = try (x - train.mean(over: 0, keep: true)).squared().mean().value()
    board[GradientOriginNetwork.error.name, "mean image"] = [log(mean)]
  }

  private func error(_ network: any Encoding & Decoding, _ examples: Examples) throws -> Double {
    var scores = Scores(examples.prefix(2000), seed: seed)
    scores.device = lab.device
    return log(try scores.squaredError(network).mean)
  }

  private func fitted(
    _ arm: String, _ rate: Double, epochs: Int, _ seed: Seed
  ) throws -> any Encoding & Decoding {
    var networks = EncoderDecoder()
    networks.hidden = [256]
    networks.activation = .elu
    networks.architecture = .mlp
    var training = Training()
    (training.batch, training.epochs, training.learningRate) = (64, epochs, rate)
    guard arm == "gon" else {
      var method = LengthPenalty()
      (method.networks, method.training, method.components) = (networks, training, 1)
      return try lab.fit(method, source, seed: seed, as: arm)
    }
    var method = GradientOriginNetwork()
    (method.networks, method.training) = (networks, training)
    return try lab.fit(method, source, seed: seed, as: arm)
  }
}
