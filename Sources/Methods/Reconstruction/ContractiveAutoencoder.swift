import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Probability
import Torch

/// The contractive autoencoder: codes that change little with their examples, except along directions that the
/// reconstruction needs.
///
/// - Source: Rifai, Vincent, Muller, Glorot & Bengio, *Contractive auto-encoders: explicit invariance during feature
///   extraction*, ICML 2011, eqs. 5 and 6.
/// - Departs: one layer instead of a stack of them; Adam; data outside 0…1 have a linear output with a learned noise.
public struct ContractiveAutoencoder: LossRecipe {
  public static let card = Card(
    id: "contractive-ae", title: "Contractive autoencoder",
    source:
      "Rifai, Vincent, Muller, Glorot & Bengio, Contractive auto-encoders: explicit invariance during feature "
      + "extraction, ICML 2011",
    summary:
      "A sigmoid layer with tied weights that pays for the squared derivatives of its code by its input, so that the "
      + "code holds only what reconstruction needs.")

  /// Weight of the squared derivatives of the code, lambda in the paper.
  public var contraction = 0.1
  /// Number of latent units, k.
  public var latents = 200
  /// What the decoder's outputs say of the data: auto, gaussian, bernoulli, continuous-bernoulli or logistic.
  public var likelihood = LikelihoodFamily.auto
  public var training = Training()

  public init() {}

  public struct Network: Module {
    /// The code's layer; its weights, transposed, are the decoder's.
    let code: Linear
    /// The decoder's bias, `[d]`.
    let bias: Parameter
    let likelihood: Likelihood
    public let latents: Int
    let shape: [Int]
  }

  public func validate(for domain: Domain) throws {
    try AutoencoderSettings.validate(domain, latents, EncoderDecoder(), likelihood)
    try AutoencoderSettings.validate(weights: [("contraction", contraction)])
    try require(contraction.isFinite, "--contraction \(contraction): must be a finite weight")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    Network(
      code: Linear(domain.size, latents, random, initialiser: .xavierUniform),
      bias: Parameter(Tensor.zeros([domain.size], device: random.device)),
      likelihood: Likelihood(likelihood, isUnit: domain.isUnit, device: random.device),
      latents: latents, shape: domain.shape)
  }

  public func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let h = network.encode(batch.x)  // [n, k]
    let p = network.likelihood(network.outputs(h))  // p(x|h)
    return Loss(
      .term("reconstruction", -p.logProbability(of: batch.x)),  // nats
      .term("contraction", network.squaredDerivatives(h), weight: contraction))
  }
}

extension ContractiveAutoencoder.Network: Encoding, Decoding {
  /// Codes in `[0, 1]`, `[n]` + shape to `[n, k]`.
  public func encode(_ x: Tensor) -> Tensor { code(x.flattened(from: 1)).sigmoid() }
  /// Expected examples, `[n, k]` to `[n]` + shape.
  public func decode(_ z: Tensor) -> Tensor { likelihood(outputs(z)).mean }

  /// What the likelihood is made of, `[n, k]` to `[n]` + shape.
  func outputs(_ h: Tensor) -> Tensor {
    (h.matmul(code.weight.tensor) + bias.tensor.unsqueezed(0)).reshaped([-1] + shape)
  }

  /// The squared derivatives of the code by the input, summed, at codes `[n, k]`: `[n]`.
  ///
  /// The slope of a sigmoid follows from its value: equation 6.
  func squaredDerivatives(_ h: Tensor) -> Tensor {
    (h * (1 - h)).squared().matmul(code.weight.tensor.squared().sum(over: 1))
  }
}
