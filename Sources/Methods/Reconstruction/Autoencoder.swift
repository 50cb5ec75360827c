import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Probability
import Torch

/// The deterministic autoencoder: codes from which the data can be reconstructed.
///
/// - Source: Hinton & Salakhutdinov, *Reducing the dimensionality of data with neural networks*, Science 2006.
/// - Departs: no layer-wise pretraining; ReLU and Adam.
public struct Autoencoder: LossRecipe {
  public static let card = Card(
    id: "ae", title: "Autoencoder",
    source:
      "Hinton & Salakhutdinov, Reducing the dimensionality of data with neural networks, 2006",
    summary: "An encoder and a decoder trained together to give back what they were given.")

  /// Number of latent units, k.
  public var latents = 20
  public var networks = EncoderDecoder()
  /// What the decoder's outputs say of the data: auto, gaussian, bernoulli, continuous-bernoulli or logistic.
  public var likelihood = LikelihoodFamily.auto
  public var training = Training()

  public init() {}

  public struct Network: Module {
    let encoder: Encoder
    let code: Linear
    let decoder: Decoder
    let likelihood: Likelihood
    public let latents: Int
  }

  public func validate(for domain: Domain) throws {
    try AutoencoderSettings.validate(domain, latents, networks, likelihood)
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    let encoder = networks.encoder(domain, random)
    return Network(
      encoder: encoder, code: Linear(encoder.features, latents, random),
      decoder: networks.decoder(domain, latents: latents, random),
      likelihood: Likelihood(likelihood, isUnit: domain.isUnit, device: random.device),
      latents: latents)
  }

  public func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let p = network.likelihood(network.decoder(network.encode(batch.x)))  // p(x|z)
    return Loss(.term("reconstruction", -p.logProbability(of: batch.x)))  // nats
  }
}

extension Autoencoder.Network: Encoding, Decoding {
  /// Codes, `[n]` + shape to `[n, k]`.
  public func encode(_ x: Tensor) -> Tensor { code(encoder(x)) }
  /// Expected examples, `[n, k]` to `[n]` + shape.
  public func decode(_ z: Tensor) -> Tensor { likelihood(decoder(z)).mean }
}
