import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Probability
import Torch

/// The quantised latent autoencoder: each unit of the code takes the nearest of a few values of its own, which are
/// learned, and the weights of encoder and decoder decay strongly.
///
/// - Source: Hsu, Dorrell, Whittington, Wu & Finn, *Disentanglement via Latent Quantization*, NeurIPS 2023,
///   arXiv:2305.18378, section 4, with the settings of the authors' program.
/// - Departs: the autoencoder only, not the method on InfoGAN; the usual networks of this package instead of the
///   authors' convolutions and modulated decoder; no limit on single gradients unless --clip sets one on all.
public struct QLAE: LossRecipe {
  public static let card = Card(
    id: "qlae", title: "Quantised latent autoencoder",
    source:
      "Hsu, Dorrell, Whittington, Wu & Finn, Disentanglement via Latent Quantization, NeurIPS 2023, "
      + "arXiv:2305.18378",
    system: "S068",
    summary:
      "Each unit of the code is set to the nearest of a few learned values of its own, gradients passing straight "
      + "through, and a strong weight decay makes encoder and decoder use few values in one consistent way."
  )

  /// Number of latent units; the paper takes twice as many as there are factors.
  public var latents = 10
  /// Values that each unit can take.
  public var values = 10
  /// Weight of the squared distance that draws values to what the encoder says.
  public var quantisation = 0.01
  /// Weight of the squared distance that draws what the encoder says to values.
  public var commitment = 0.01
  public var networks = EncoderDecoder()
  /// What the decoder's outputs say of the data: auto, gaussian, bernoulli, continuous-bernoulli or logistic.
  public var likelihood = LikelihoodFamily.auto
  /// Weight decay is decoupled and strong unless set otherwise, and spares biases and values.
  public var training = Training()

  public init() {
    training.optimiser = .adamw
    training.weightDecay = 0.1
  }

  public struct Network: Module {
    let encoder: Encoder
    let head: Linear
    let codebooks: ScalarCodebooks
    let decoder: Decoder
    let likelihood: Likelihood
    public let latents: Int
  }

  public func validate(for domain: Domain) throws {
    try AutoencoderSettings.validate(domain, latents, networks, likelihood)
    try require(
      2...10_000 ~= values, "--values \(values): a unit needs from 2 to 10000 values to take")
    try AutoencoderSettings.validate(weights: [
      ("quantisation", quantisation), ("commitment", commitment),
    ])
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    let encoder = networks.encoder(domain, random)
    return Network(
      encoder: encoder, head: Linear(encoder.features, latents, random),
      codebooks: ScalarCodebooks(latents, values: values, device: random.device),
      decoder: networks.decoder(domain, latents: latents, random),
      likelihood: Likelihood(likelihood, isUnit: domain.isUnit, device: random.device),
      latents: latents)
  }

  public func groups(_ network: Network) -> [ParameterGroup] {
    ParameterGroup.decayingWeights(of: network, sparing: "codebooks")
  }

  public func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let z = network.head(network.encoder(batch.x))  // [n, k]
    let q = network.codebooks.nearest(z).values  // [n, k]
    // Forward the values, backward as if they were the encoder's own numbers.
    let passed = z + (q - z).detached()
    let p = network.likelihood(network.decoder(passed))  // p(x|z)
    let inputs = Double(batch.x.count / batch.x.size(0))
    return Loss(
      .term("reconstruction", -p.logProbability(of: batch.x) / inputs),  // nats per input
      .term("quantisation", (z.detached() - q).squared().mean(over: 1), weight: quantisation),
      .term("commitment", (z - q.detached()).squared().mean(over: 1), weight: commitment))
  }
}

extension QLAE.Network: Encoding, Decoding, Tokenising {
  /// Codes, `[n]` + shape to `[n, k]`, each one of its unit's values.
  public func encode(_ x: Tensor) -> Tensor { codebooks.nearest(head(encoder(x))).values }
  /// Expected examples, `[n, k]` to `[n]` + shape.
  public func decode(_ z: Tensor) -> Tensor { likelihood(decoder(z)).mean }

  public var codebookSize: Int { codebooks.values.tensor.size(1) }
  public func tokens(_ x: Tensor) -> Tensor { codebooks.nearest(head(encoder(x))).places }
  public func decode(tokens: Tensor) -> Tensor { decode(codebooks.values(at: tokens)) }
}
