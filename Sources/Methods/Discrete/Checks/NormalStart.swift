import Autoencoding
import Datasets
import Evaluation
import Learning
import Networks
import Probability
import Torch

/// A VQ-VAE whose codebook starts standard normal, as that of the transport does: what the start alone brings.
struct NormalStart: CodebookArm {
  static let card = VQVAE.card

  /// What makes the network; its transport is not used.
  var base = VQWAE()

  typealias Codes = VQWAE.Codes

  var codebook: Int {
    get { base.codebook }
    set { base.codebook = newValue }
  }
  var codeWidth: Int {
    get { base.codeWidth }
    set { base.codeWidth = newValue }
  }
  var tokens: Int {
    get { base.tokens }
    set { base.tokens = newValue }
  }
  var networks: EncoderDecoder {
    get { base.networks }
    set { base.networks = newValue }
  }
  var prior: TokenPriorSettings {
    get { base.prior }
    set { base.prior = newValue }
  }
  var training: Training {
    get { base.training }
    set { base.training = newValue }
  }
  var likelihood: LikelihoodFamily { base.likelihood }

  func makeNetwork(_ domain: Domain, _ random: RandomStream) -> TokenAutoencoder<Codes> {
    base.makeNetwork(domain, random)
  }

  func groups(_ network: TokenAutoencoder<Codes>) -> [ParameterGroup] {
    let parameters = network.namedParameters.filter { !$0.name.hasSuffix("shares") }
    return [ParameterGroup(parameters.map(\.parameter.tensor))]
  }

  func loss(_ network: TokenAutoencoder<Codes>, _ batch: Batch, _ step: Step) -> Loss {
    let z = network.encoder(batch.x)  // [n, t, w]
    let vectors = network.codes.vectors(network.codes.indices(z))
    return Loss(
      .term(
        "reconstruction", network.reconstruction(of: batch.x, from: z.straightThrough(to: vectors))),
      .term("codebook", z.detached().gap(to: vectors)),
      .term("commitment", z.gap(to: vectors.detached()), weight: VQVAE().commitment))
  }
}

/// What the arms of the check have in common.
protocol CodebookArm: TokenRecipe {
  var codebook: Int { get set }
  var codeWidth: Int { get set }
  var tokens: Int { get set }
  var networks: EncoderDecoder { get set }
  var prior: TokenPriorSettings { get set }
}

extension VQVAE: CodebookArm {}
extension VQWAE: CodebookArm {}
