import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Probability
import Torch

/// The vector quantised variational autoencoder: each place of an example is encoded as the nearest vector of a
/// codebook, gradients go straight through the choice, and a prior over the choices is learned afterwards.
///
/// - Source: van den Oord, Vinyals & Kavukcuoglu, *Neural Discrete Representation Learning*, NeurIPS 2017,
///   arXiv:1711.00937, eq. 3 and appendix A.1.
/// - Departs: a convolution has no residual blocks; without convolutions the tokens are a row that fully connected
///   layers read and write; reconstruction in nats per input and squared distances per number, which keeps their
///   balance whatever the size; vectors that fall out of use are moved onto encodings of the batch unless
///   --revival 0; the prior is a causal transformer instead of a PixelCNN.
public struct VQVAE: TokenRecipe {
  public static let card = Card(
    id: "vq-vae", title: "Vector quantised variational autoencoder",
    source:
      "van den Oord, Vinyals & Kavukcuoglu, Neural Discrete Representation Learning, NeurIPS 2017, "
      + "arXiv:1711.00937",
    summary:
      "An encoder's vectors are replaced by the nearest of a codebook, which the decoder reads; the codebook "
      + "follows the encoder, and a transformer learns which choices go together.")

  /// Number of vectors in the codebook, K.
  public var codebook = 512
  /// Numbers in a vector of the codebook.
  public var codeWidth = 16
  /// Number of tokens in the row of an example; with convolutions the grid they leave says how many.
  public var tokens = 16
  /// How the codebook learns: gradient or average.
  public var learning = CodebookLearning.gradient
  /// Weight of the encoder's distance to the vectors it chose.
  public var commitment = 0.25
  /// Share of the past in the moving averages of a codebook that is one, and of its use.
  public var decay = 0.99
  /// Use, in units of even use, below which a vector is moved onto an encoding; 0 moves none.
  public var revival = 0.2
  public var networks = EncoderDecoder()
  /// What the decoder's outputs say of the data: auto, gaussian, bernoulli, continuous-bernoulli or logistic.
  public var likelihood = LikelihoodFamily.auto
  public var prior = TokenPriorSettings()
  public var training = Training()

  public init() {}

  public typealias Codes = VectorQuantiser

  public func validate(for domain: Domain) throws {
    try validateTokens(domain)
    try CodebookSettings.validate(codebook, codeWidth)
    try CodebookSettings.validate(decay: decay, revival: revival)
    try AutoencoderSettings.validate(weights: [("commitment", commitment)])
  }

  public func makeNetwork(
    _ domain: Domain, _ random: RandomStream
  ) -> TokenAutoencoder<VectorQuantiser> {
    TokenAutoencoder(domain, self, random) { _ in
      VectorQuantiser(
        size: codebook, width: codeWidth, learning: learning, random.child("codebook"))
    }
  }

  public func loss(
    _ network: TokenAutoencoder<VectorQuantiser>, _ batch: Batch, _ step: Step
  ) -> Loss {
    Loss(network.terms(batch, commitment: commitment, step))
  }

  public func didStep(_ network: TokenAutoencoder<VectorQuantiser>, _ step: Step) throws {
    try network.codes.follow(decay: decay, reviving: revival)
  }
}

extension Tensor {
  /// The mean squared distance per number to vectors of the same shape, `[n, t, w]` to `[n]`.
  func gap(to other: Tensor) -> Tensor { (self - other).squared().flattened(from: 1).mean(over: 1) }
}

extension VectorQuantiser {
  /// Squared distances per number between encodings and the vectors chosen, both `[n, t, w]`: one that moves the
  /// encodings, and one that moves the codebook where gradients learn it.
  func terms(_ z: Tensor, _ vectors: Tensor, commitment: Double) -> [Loss.Term] {
    let encoder = Loss.Term.term("commitment", z.gap(to: vectors.detached()), weight: commitment)
    return learned == nil ? [encoder] : [.term("codebook", z.detached().gap(to: vectors)), encoder]
  }
}

/// Which codebooks make sense.
enum CodebookSettings {
  /// Refuses a codebook that is none.
  ///
  /// - Throws: `UserError` naming the flag and what it may be.
  static func validate(_ size: Int, _ width: Int) throws {
    try require((2...1_000_000) ~= size, "--codebook \(size): must be from 2 to 1000000 vectors")
    try require((1...10_000) ~= width, "--code-width \(width): must be from 1 to 10000 numbers")
  }

  /// Refuses shares that are none.
  ///
  /// - Throws: `UserError` naming the flag and what it may be.
  static func validate(decay: Double, revival: Double) throws {
    try require((0..<1) ~= decay, "--decay \(decay): must be a share from 0 up to 1")
    try require(
      (0..<1) ~= revival, "--revival \(revival): must be a share of even use, from 0 up to 1")
  }
}
