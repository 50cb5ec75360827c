import Autoencoding
import Datasets
import Learning
import Networks
import Torch

/// An autoencoder with square linear layers between encoder and decoder, whose rank is what the codes spread over, and
/// a density fitted to its codes once it is trained.
public struct LinearCodeAutoencoder: Module {
  let encoder: Encoder
  let code: Linear
  /// Without biases, `[k, k]` each.
  let layers: [Linear]
  let decoder: Decoder
  let density: ExPostDensity
  /// Whether outputs are squashed into `[0, 1]`.
  let isUnit: Bool
  public let latents: Int

  init(
    _ domain: Domain, _ latents: Int, layers: Int, components: Int, _ networks: EncoderDecoder,
    _ random: RandomStream
  ) {
    encoder = networks.encoder(domain, random)
    code = Linear(encoder.features, latents, random)
    self.layers = (0..<layers).map { _ in Linear(latents, latents, bias: false, random) }
    decoder = networks.decoder(domain, latents: latents, random)
    density = ExPostDensity(latents: latents, components: components, device: random.device)
    isUnit = domain.isUnit
    self.latents = latents
  }

  /// Mean squared errors of reconstructions from codes `z`, per input, `[n]`.
  func squaredError(_ z: Tensor, _ x: Tensor) -> Tensor {
    decode(z).squaredError(x).flattened(from: 1).mean(over: 1)
  }

  /// Sum of the singular values of all linear layers, a scalar.
  var nuclearNorm: Tensor {
    layers.map { $0.weight.tensor.singularValues().sum() }
      .reduce(Tensor(0, device: code.weight.tensor.device), +)
  }
}

extension LinearCodeAutoencoder: Encoding, Sampling {
  /// Codes after the linear layers, `[n]` + shape to `[n, k]`.
  public func encode(_ x: Tensor) -> Tensor { layers.reduce(code(encoder(x))) { $1($0) } }
  /// Expected examples, `[n, k]` to `[n]` + shape.
  public func decode(_ z: Tensor) -> Tensor { isUnit ? decoder(z).sigmoid() : decoder(z) }
  /// Draws from the density of the training examples' codes, `[count, k]`.
  public func samplePrior(_ count: Int, temperature: Double, _ random: RandomStream) -> Tensor {
    density.sample(count, temperature: temperature, random)
  }
}
