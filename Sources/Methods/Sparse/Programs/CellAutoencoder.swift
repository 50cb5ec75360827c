import Autoencoding
import Datasets
import Learning
import Networks
import Torch

/// An autoencoder with a narrow code and a squared error, whose codes are what is to be made sense of.
struct CellAutoencoder: LossRecipe {
  static let card = Card(
    id: "cell-autoencoder", title: "Autoencoder of cells",
    source:
      "Hinton & Salakhutdinov, Reducing the dimensionality of data with neural networks, Science 2006",
    summary: "Codes of few numbers, from which a network writes the example again.")

  /// Numbers of a code, d.
  var width = 32
  var networks = EncoderDecoder()
  var training = Training()

  struct Network: Module, Encoding {
    let encoder: Encoder
    let head: Linear
    let decoder: Decoder

    /// Codes, `[n, g]` to `[n, d]`.
    func encode(_ x: Tensor) -> Tensor { head(encoder(x)) }
  }

  func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    let encoder = networks.encoder(domain, random)
    return Network(
      encoder: encoder, head: Linear(encoder.features, width, random),
      decoder: networks.decoder(domain, latents: width, random))
  }

  func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    Loss(.term("error", network.decoder(network.encode(batch.x)).error(against: batch.x)))
  }
}
