import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Probability
import Torch

/// A tokeniser that is trained under latent perturbation, and whose decoder is trained once more, after the generator,
/// on tokens some of which the generator drew.
///
/// - Source: Qiu et al., *Image Tokenizer Needs Post-Training*, 2025, arXiv:2509.12474.
/// - Departs: as ``RobustTokenizer``; the post-training has the likelihood alone, without perceptual and adversarial
///   losses, and the generator draws each token given the true ones before it, by which the picture to be decoded is
///   known.
public struct RobusTok: PerturbingRecipe {
  public static let card = Card(
    id: "robustok", title: "Tokeniser with post-training of its decoder",
    source: "Qiu et al., Image Tokenizer Needs Post-Training, 2025, arXiv:2509.12474",
    system: "S438",
    summary:
      "After a tokeniser that was trained under latent perturbation and a generator of its tokens, the decoder "
      + "alone learns again, to read rows in which tokens that the generator drew stand among the true ones."
  )

  /// Passes over the training examples for the decoder after the generator; 0 leaves it.
  public var postEpochs = 5
  /// Share of tokens that stay as the encoder chose them in the post-training.
  public var preserved = 0.7
  public var perturbation = LatentPerturbation()
  /// Number of vectors in the codebook, K.
  public var codebook = 512
  /// Numbers in a vector of the codebook.
  public var codeWidth = 16
  /// Number of tokens in the row of an example; with convolutions the grid they leave says how many.
  public var tokens = 16
  /// Weight of the encoder's distance to the vectors it chose.
  public var commitment = 0.25
  /// Share of the past in the moving averages of the codebook.
  public var decay = 0.99
  /// Use, in units of even use, below which a vector is moved onto an encoding; 0 moves none.
  public var revival = 0.2
  public var networks = EncoderDecoder()
  /// What the decoder's outputs say of the data: auto, gaussian, bernoulli, continuous-bernoulli or logistic.
  public var likelihood = LikelihoodFamily.auto
  public var prior = TokenPriorSettings()
  public var training = Training()

  public init() {}

  public func validate(for domain: Domain) throws {
    try validatePerturbed(domain)
    try require(postEpochs >= 0, "--post-epochs \(postEpochs): must be at least 0")
    try require(0...1 ~= preserved, "--preserved \(preserved): must be a share from 0 to 1")
  }

  /// Trains the tokeniser, the prior on its tokens, and then the decoder on tokens of the prior.
  public func fit(
    _ network: TokenAutoencoder<VectorQuantiser>, _ run: FitRun
  ) throws -> FitResult {
    var result = try train(network, in: phases(network), run)
    result.seconds += try fitPrior(network, run, after: result.steps)
    result.seconds += try fitDecoder(network, run, after: result.steps)
    return result
  }

  /// Trains the decoder alone on tokens some of which the prior draws; the seconds that it took.
  ///
  /// - Throws: `UserError` or `TrainingError`.
  func fitDecoder(
    _ network: TokenAutoencoder<VectorQuantiser>, _ run: FitRun, after steps: Int
  ) throws -> Double {
    guard postEpochs > 0 else { return 0 }
    let part = run.part("decoder-\(steps)-\(prior.priorEpochs)")
    return try fit(network.decoder, epochs: postEpochs, part) { batch, step in
      let read = withoutGradients {
        drawn(network.tokens(batch.x), network, step.random("generator"))
      }
      let vectors = network.codes.vectors(read).detached()
      return .term("reconstruction", network.reconstruction(of: batch.x, from: vectors))
    }
  }

  /// The tokens `[n, t]` with all but a share of them drawn by the prior, each given the true ones before it.
  func drawn(
    _ tokens: Tensor, _ network: TokenAutoencoder<VectorQuantiser>, _ random: RandomStream
  ) -> Tensor {
    let logits = network.prior.base.logits(tokens)  // [n, t, K]
    let generated = (logits + random.gumbel(like: logits)).argmax(over: 2)
    return (random.uniform(tokens.shape) .< preserved).choose(tokens, generated)
  }
}
