import Autoencoding
import Datasets
import Evaluation
import Learning
import Networks
import Probability
import Torch

/// An autoencoder of least squared error that pays for the squared length of its codes; with weight 0, a plain one.
struct LengthPenalty: LossRecipe {
  static let card = LoRAE.card

  var length = 0.0
  var latents = 32
  var components = 10
  var networks = EncoderDecoder()
  var training = Training()

  func makeNetwork(_ domain: Domain, _ random: RandomStream) -> LinearCodeAutoencoder {
    LinearCodeAutoencoder(domain, latents, layers: 0, components: components, networks, random)
  }

  func loss(_ network: LinearCodeAutoencoder, _ batch: Batch, _ step: Step) -> Loss {
    let z = network.encode(batch.x)
    return Loss(
      .term("squared error", network.squaredError(z, batch.x)),
      .term("squared length", z.squared().sum(over: 1), weight: length))
  }

  func fit(_ network: LinearCodeAutoencoder, _ run: FitRun) throws -> FitResult {
    let result = try train(network, in: phases(network), run)
    try network.density.fit(network, run)
    return result
  }
}

/// A normal posterior for each example, reparameterised draws of it, squared error and a weighted KL term; sampled as
/// its rivals are, from a density fitted to its means.
struct SquaredErrorVAE: LossRecipe {
  static let card = LoRAE.card

  /// Weight of the KL term against the mean squared error of an input.
  var rate = 1e-3
  var samples = 1
  var latents = 32
  var components = 10
  var networks = EncoderDecoder()
  var training = Training()

  struct Network: Module, Encoding, Sampling {
    let encoder: Encoder
    let head: NormalHead
    let decoder: Decoder
    let density: ExPostDensity
    let isUnit: Bool
    let latents: Int

    func posterior(_ x: Tensor) -> Normal { head(encoder(x)) }
    func encode(_ x: Tensor) -> Tensor { posterior(x).mean }
    func decode(_ z: Tensor) -> Tensor { isUnit ? decoder(z).sigmoid() : decoder(z) }
    func samplePrior(_ count: Int, temperature: Double, _ random: RandomStream) -> Tensor {
      density.sample(count, temperature: temperature, random)
    }
  }

  func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    let encoder = networks.encoder(domain, random)
    return Network(
      encoder: encoder, head: NormalHead(encoder.features, latents, random),
      decoder: networks.decoder(domain, latents: latents, random),
      density: ExPostDensity(latents: latents, components: components, device: random.device),
      isUnit: domain.isUnit, latents: latents)
  }

  func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let q = network.posterior(batch.x)
    let back = network.decode(q.repeated(samples).sample(step.random("noise")))
    let errors = back.squaredError(batch.x.repeated(samples)).flattened(from: 1).mean(over: 1)
    return Loss(
      .term("squared error", errors.reshaped(samples, -1).mean(over: 0)),
      .term("rate", q.divergenceFromStandard(), weight: rate))
  }

  func fit(_ network: Network, _ run: FitRun) throws -> FitResult {
    let result = try train(network, in: phases(network), run)
    try network.density.fit(network, run)
    return result
  }
}
