import Autoencoding
import Datasets
import Learning
import Networks
import Probability
import Torch

/// The quantised latent autoencoder without its values: units are any numbers, and what decays is the same.
struct PlainAutoencoder: LossRecipe {
  static let card = Card(
    id: "plain-autoencoder", title: "Autoencoder",
    source: "Hinton & Salakhutdinov, Reducing the dimensionality of data, 2006",
    summary: "An encoder and a decoder trained together to give back what they were given.")

  var latents = 10
  var networks = EncoderDecoder()
  var likelihood = LikelihoodFamily.auto
  var training = QLAE().training

  struct Network: Module {
    let encoder: Encoder
    let head: Linear
    let decoder: Decoder
    let likelihood: Likelihood
    let latents: Int
  }

  func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    let encoder = networks.encoder(domain, random)
    return Network(
      encoder: encoder, head: Linear(encoder.features, latents, random),
      decoder: networks.decoder(domain, latents: latents, random),
      likelihood: Likelihood(likelihood, isUnit: domain.isUnit, device: random.device),
      latents: latents)
  }

  func groups(_ network: Network) -> [ParameterGroup] {
    ParameterGroup.decayingWeights(of: network, sparing: "codebooks")
  }

  func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let p = network.likelihood(network.decoder(network.encode(batch.x)))  // p(x|z)
    let inputs = Double(batch.x.count / batch.x.size(0))
    return Loss(.term("reconstruction", -p.logProbability(of: batch.x) / inputs))  // nats per input
  }
}

extension PlainAutoencoder.Network: Encoding, Decoding {
  func encode(_ x: Tensor) -> Tensor { head(encoder(x)) }
  func decode(_ z: Tensor) -> Tensor { likelihood(decoder(z)).mean }
}

extension PlainAutoencoder: SpritesMethod {}
