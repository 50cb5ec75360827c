import Autoencoding
import Datasets
import Evaluation
import Foundation
import Learning
import Torch

/// One seed of two coupled arms and of one JointVAE, on tables of few and many types and on pictures.
struct CoupledTrial {
  let lab: Lab
  let seed: Seed

  init(_ lab: Lab, _ seed: Seed) {
    self.lab = lab
    self.seed = seed
  }

  func run(_ board: inout Scoreboard) throws {
    var lost: [String: Double] = [:]
    for types in [10, 40] {
      lab.say("\(types) types")
      let source = try table(types, seed.child("table"))
      let choosing = try table(40, Seed(0))
      for (arm, found) in try both(source, "tables", choosing) {
        board[CplMixVAE.accuracy(types).name, arm] = [found.matchedAccuracy]
        board[CplMixVAE.agreement(types).name, arm] = [found.adjustedRandIndex]
        lost[arm, default: 0] += (types == 10 ? 1 : -1) * found.matchedAccuracy
      }
    }
    for (arm, loss) in lost { board[CplMixVAE.loss.name, arm] = [loss] }
    let pictures = try pictures()
    for (arm, found) in try both(pictures, "pictures", pictures) {
      board[CplMixVAE.digits.name, arm] = [found.matchedAccuracy]
    }
  }

  private func table(_ types: Int, _ seed: Seed) throws -> Source {
    var world = ExpressionWorld()
    world.types = types
    world.cells = lab.pick(full: 6000, quick: 600)
    return try world.source(seed)
  }

  private func pictures() throws -> Source {
    var options = SourceOptions()
    options.limit = lab.pick(full: 5000, quick: 400)
    options.size = lab.pick(full: [14, 14], quick: nil)
    let names = lab.pick(full: ["mnist", "fashion-mnist", "digits"], quick: ["digits"])
    return try lab.source(names, options)
  }

  /// What both methods find in the test examples of `source`, their weights chosen on `choosing`.
  private func both(
    _ source: Source, _ kind: String, _ choosing: Source
  ) throws -> [(String, PartitionAgreement)] {
    func found(
      _ arm: String, _ weights: [Double], as quantity: String,
      _ clusters: (Source, Examples, Double, Int, Seed) throws -> PartitionAgreement
    ) throws -> (String, PartitionAgreement) {
      let passes = lab.pick(full: choosing.domain.isImage ? 20 : 30, quick: 2)
      let weight = try lab.bestRate("\(arm), \(kind)", of: weights, as: quantity) {
        let examples = choosing.validation.prefix(1000)
        return [
          try clusters(choosing, examples, $0, max(1, passes / 3), Seed(0)).matchedAccuracy
        ]
      }
      return (arm, try clusters(source, source.test.prefix(2000), weight, passes, seed))
    }
    return [
      try found(
        CplMixVAE.own, lab.pick(full: [0.01, 0.1, 1], quick: [0.1]), as: "coupling", coupled),
      try found(
        CplMixVAE.joint, lab.pick(full: [3, 10, 30], quick: [10]), as: "capacity weight", joint),
    ]
  }

  private func coupled(
    _ source: Source, _ examples: Examples, _ coupling: Double, _ passes: Int, _ seed: Seed
  ) throws -> PartitionAgreement {
    var method = CplMixVAE()
    method.coupling = coupling
    method.categories = source.domain.classes.count
    method.latents = source.domain.isImage ? 10 : 2
    method.networks = networks
    method.training = training(passes)
    let network = try lab.fit(method, source, seed: seed, as: CplMixVAE.own)
    return try agreement(examples) { network.consensus($0) }
  }

  private func joint(
    _ source: Source, _ examples: Examples, _ weight: Double, _ passes: Int, _ seed: Seed
  ) throws -> PartitionAgreement {
    var method = JointVAE()
    method.capacityWeight = weight
    method.categories = [source.domain.classes.count]
    method.categoricalCapacity = log(Double(source.domain.classes.count))
    method.latents = source.domain.isImage ? 10 : 2
    method.networks = networks
    method.training = training(2 * passes)
    let network = try lab.fit(method, source, seed: seed, as: CplMixVAE.joint)
    return try agreement(examples) { network.posterior($0).c[0].logits }
  }

  private func agreement(
    _ examples: Examples, _ shares: @escaping (Tensor) -> Tensor
  ) throws -> PartitionAgreement {
    let parts = try Scores(examples, seed: seed).map { batch, _ in
      try shares(batch.x).argmax(over: 1).places()
    }
    return PartitionAgreement(parts, try examples.labels() ?? [])
  }

  private var networks: EncoderDecoder {
    var networks = EncoderDecoder()
    networks.hidden = [lab.pick(full: 128, quick: 32)]
    networks.architecture = .mlp
    return networks
  }

  private func training(_ passes: Int) -> Training {
    var training = Training()
    training.batch = 100
    training.epochs = passes
    return training
  }
}
