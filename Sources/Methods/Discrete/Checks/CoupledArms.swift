import Autoencoding
import Datasets
import Evaluation
import Foundation
import Learning
import Torch

/// Two arms that may be coupled, and a JointVAE of the size of one, with what their clusters say of the types.
struct CoupledArms {
  let lab: Lab
  /// Where the random numbers of figures start.
  let seed: Seed

  /// What clusters say of the types.
  struct Found {
    let accuracy: Double
    let index: Double
    /// The adjusted Rand index of two arms' clusters.
    var alike: Double?
  }

  func coupled(
    _ source: Source, _ examples: Examples, _ coupling: Double, _ passes: Int, _ seed: Seed
  ) throws -> Found {
    var method = CplMixVAE()
    method.coupling = coupling
    method.categories = source.domain.classes.count
    method.latents = source.domain.isImage ? 10 : 2
    method.networks = networks
    method.training = training(passes, batch: source.domain.isImage ? 500 : 1000)
    let network = try lab.fit(method, source, seed: seed, as: CplMixVAE.own)
    let parts = try network.arms.map { arm in
      try clusters(examples) { arm.category(arm.features($0)).logits }
    }
    var all = try found(parts[0], examples)
    all.alike = PartitionAgreement(parts[0], parts[1]).adjustedRandIndex
    return all
  }

  func joint(
    _ source: Source, _ examples: Examples, _ weight: Double, _ passes: Int, _ seed: Seed
  ) throws -> Found {
    var method = JointVAE()
    method.capacityWeight = weight
    method.categories = [source.domain.classes.count]
    method.categoricalCapacity = log(Double(source.domain.classes.count))
    method.latents = source.domain.isImage ? 10 : 2
    method.networks = networks
    method.training =
      source.domain.isImage
      ? training(2 * passes, batch: 100, 0.002) : training(2 * passes, batch: 1000)
    let network = try lab.fit(method, source, seed: seed, as: CplMixVAE.joint)
    return try found(clusters(examples) { network.posterior($0).c[0].logits }, examples)
  }

  private func clusters(
    _ examples: Examples, _ logits: @escaping (Tensor) -> Tensor
  ) throws -> [Int] {
    try Scores(examples, seed: seed).map { batch, _ in
      try logits(batch.x).argmax(over: 1).places()
    }
  }

  private func found(_ clusters: [Int], _ examples: Examples) throws -> Found {
    let agreement = PartitionAgreement(clusters, try examples.labels() ?? [])
    return Found(accuracy: agreement.matchedAccuracy, index: agreement.adjustedRandIndex)
  }

  private var networks: EncoderDecoder {
    var networks = EncoderDecoder()
    networks.hidden = [lab.pick(full: 128, quick: 32)]
    networks.architecture = .mlp
    return networks
  }

  private func training(_ passes: Int, batch: Int, _ rate: Double = 0.005) -> Training {
    var training = Training()
    training.batch = lab.pick(full: batch, quick: 100)
    training.epochs = passes
    training.learningRate = rate
    return training
  }
}
