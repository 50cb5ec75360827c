import Autoencoding
import Datasets
import Learning
import Networks
import Torch

/// An autoencoder that is trained by squared error alone, as both papers of shapes and of flows have it.
struct PlainAutoencoder: LossRecipe {
  static let card = Card(
    id: "plain-autoencoder", title: "Autoencoder",
    source: "Hinton & Salakhutdinov, Reducing the dimensionality of data, 2006",
    summary: "An encoder and a decoder trained together to give back what they were given.")

  var latents = 2
  var networks = EncoderDecoder()
  var training = Training()

  struct Network: Module {
    let encoder: Encoder
    let code: Linear
    let decoder: Decoder
    let isUnit: Bool
    let latents: Int
  }

  func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    let encoder = networks.encoder(domain, random)
    return Network(
      encoder: encoder, code: Linear(encoder.features, latents, random),
      decoder: networks.decoder(domain, latents: latents, random), isUnit: domain.isUnit,
      latents: latents)
  }

  func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let back = network.decode(network.encode(batch.x))
    return Loss(.term("squared error", back.squaredError(batch.x).mean()))
  }
}

extension PlainAutoencoder.Network: Encoding, Decoding {
  func encode(_ x: Tensor) -> Tensor { code(encoder(x)) }
  func decode(_ z: Tensor) -> Tensor { isUnit ? decoder(z).sigmoid() : decoder(z) }
}
