import Autoencoding
import Datasets
import Learning
import Networks
import Probability
import Torch

/// An autoencoder whose decoder is told the attributes, and whose encoder is trained against a network that looks for them
/// in the codes: the adversarial way that matrix subspace projection is held against.
///
/// - Source: Lample et al., *Fader networks: manipulating images by sliding attributes*, NeurIPS 2017, eqs. 3–4, with a
///   binary cross-entropy for each number of the condition and its negation for the encoder.
struct FaderAutoencoder: GradientRecipe {
  static let card = Card(
    id: "fader-autoencoder", title: "Fader network",
    source: "Lample et al., Fader networks, NeurIPS 2017",
    summary: "An autoencoder whose decoder is told attributes that an adversary finds in no code.")

  var latents = 32
  var networks = EncoderDecoder()
  /// Weight of the adversary's confusion, reached evenly over the first half of the training.
  var confusion = 1.0
  /// Widths of the adversary's layers.
  var adversaryHidden = [64]
  var training = Training()

  struct Network: Module {
    let known: Conditions
    let encoder: Encoder
    let code: Linear
    let decoder: Decoder
    let adversary: MLP

    /// Codes, `[n]` + shape to `[n, k]`.
    func encode(_ x: Tensor) -> Tensor { code(encoder(x)) }
    /// Logits of examples in 0…1.
    func logits(_ z: Tensor, given condition: Tensor) -> Tensor {
      decoder(Tensor.concatenate([z, condition], along: 1))
    }
  }

  func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    let known = Conditions(domain, .auto, random)
    let encoder = networks.encoder(domain, random)
    return Network(
      known: known, encoder: encoder, code: Linear(encoder.features, latents, random),
      decoder: networks.decoder(domain, latents: latents + known.width, random),
      adversary: MLP([latents] + adversaryHidden + [known.width], random))
  }

  func phases(_ network: Network) -> [Phase] {
    let own = [network.encoder.parameters, network.code.parameters, network.decoder.parameters]
    return [
      Phase("adversary", network.adversary.parameters) { batch, _ in
        let z = withoutGradients { network.encode(batch.x) }
        return Loss(.term("search", found(network, z, network.known(batch))))
      },
      Phase("autoencoder", own.flatMap { $0 }) { batch, step in
        let u = network.known(batch)
        let z = network.encode(batch.x)
        let p = Bernoulli(logits: network.logits(z, given: u))  // p(x|z, u)
        return Loss(
          .term("reconstruction", -p.logProbability(of: batch.x)),  // nats
          .term("confusion", found(network, z, 1 - u), weight: confusion * step.warmth(over: 0.5)))
      },
    ]
  }

  func fit(_ network: Network, _ run: FitRun) throws -> FitResult {
    try network.known.learn(from: run.source.train, run.seed)
    return try train(network, in: phases(network), run)
  }

  /// How little of `condition` the adversary finds in codes, nats, `[n]`.
  private func found(_ network: Network, _ z: Tensor, _ condition: Tensor) -> Tensor {
    -Bernoulli(logits: network.adversary(z)).logProbability(of: condition)
  }
}
