import Autoencoding
import Datasets
import Evaluation
import Learning
import Networks
import Torch

/// The double autoencoder and its rivals.
enum DoubleArm: String, CaseIterable {
  case idvae, ivae, cvae
  case beta = "beta-vae"
  /// The double autoencoder that is told of a tenth of the training examples.
  case partial = "idvae-10"
}

/// What all arms train on, and how.
struct DoublePlan {
  let lab: Lab
  let seed: Seed
  let source: Source
  let told: KnownAttributes

  private var latents: Int { source.domain.isImage ? 10 : source.domain.shape[0] }
  private var networks: EncoderDecoder {
    var networks = EncoderDecoder()
    networks.hidden = [source.domain.isImage ? 256 : 64]
    return networks
  }
  private var training: Training {
    var training = Training()
    (training.batch, training.learningRate) = (128, 0.002)
    training.epochs = lab.pick(full: 20, quick: 2)
    return training
  }

  /// Posterior means of the arm's network.
  func codes(_ arm: DoubleArm) throws -> (Examples) throws -> Tensor {
    switch arm {
    case .idvae:
      let network = try lab.fit(double(), source, seed: seed, as: arm.rawValue)
      return { try told(network, $0) }
    case .partial:
      var method = double()
      method.labelled = 0.1
      let network = try lab.fit(method, source, seed: seed, as: arm.rawValue)
      return { try Scores($0, seed: seed).codes(network) }
    case .ivae, .cvae:
      var method = IdentifiableVAE()
      (method.attributes, method.tellsDecoder) = (told, arm == .cvae)
      method.latents = latents
      (method.networks, method.training) = (networks, training)
      let network = try lab.fit(method, source, seed: seed, as: arm.rawValue)
      return { try told(network, $0) }
    case .beta:
      var method = BetaVAE()
      (method.beta, method.latents) = (4, latents)
      (method.networks, method.training) = (networks, training)
      let network = try lab.fit(method, source, seed: seed, as: arm.rawValue)
      return { try Scores($0, seed: seed).codes(network) }
    }
  }

  private func double() -> IDVAE {
    var method = IDVAE()
    (method.attributes, method.latents) = (told, latents)
    (method.networks, method.training) = (networks, training)
    return method
  }

  /// Codes of examples whose conditions the network is told.
  private func told(_ network: any Conditioning, _ examples: Examples) throws -> Tensor {
    let parts = try Scores(examples, seed: seed).map { batch, _ in
      [try network.encode(batch.x, given: network.condition(batch)).checked()]
    }
    return try Tensor.concatenate(parts).checked()
  }
}
