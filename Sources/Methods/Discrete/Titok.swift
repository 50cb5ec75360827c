import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Probability
import Torch

/// TiTok: an image becomes a short row of tokens, each of which may speak of all of it.
///
/// A transformer reads the patches and learned tokens beside them, only the outputs of the learned ones are kept and
/// quantised, and a second transformer rebuilds the patches from mask tokens and the codes. A masked generator then
/// learns the rows.
///
/// - Source: Yu, Weber, Deng, Shen, Cremers & Chen, *An Image is Worth 32 Tokens for Reconstruction and Generation*,
///   NeurIPS 2024, arXiv:2406.07550, section 3, with the authors' code at github.com/bytedance/1d-tokenizer.
/// - Departs: one stage of training on the pixels themselves, as in the authors' later TA-TiTok, in place of a warm-up
///   on another tokeniser's codes and a finetuned decoder; a likelihood, without perceptual and adversarial losses; the
///   codebook is put back onto the unit sphere after each step instead of read through a division, and vectors out of
///   use are moved onto encodings of the batch unless --revival 0; no class token; the generator has no classes and
///   guidance, pre-norm blocks, no label smoothing, a loss of masked tokens alone, and MaskGIT's cosine and draws at
///   temperature 1, where the code has the arc cosine and a temperature that falls to 0.
public struct Titok: LossRecipe {
  public static let card = Card(
    id: "titok", title: "Transformer-based one-dimensional tokeniser",
    source:
      "Yu, Weber, Deng, Shen, Cremers & Chen, An Image is Worth 32 Tokens for Reconstruction and Generation, "
      + "NeurIPS 2024, arXiv:2406.07550",
    system: "S230",
    summary:
      "A transformer reads an image's patches into a few learned tokens, which are quantised and rebuilt into "
      + "patches by another; a masked generator draws many tokens at once.")

  /// Number of learned tokens in the row of an example, K.
  public var tokens = 16
  /// Rows and columns of tokens, each of which reads its own part of the image, in place of learned ones; empty for none.
  public var grid: [Int] = []
  public var patches = PatchSettings()
  /// Number of vectors in the codebook.
  public var codebook = 512
  /// Numbers in a vector of the codebook.
  public var codeWidth = 12
  /// How the codebook learns: gradient or average.
  public var learning = CodebookLearning.gradient
  /// Weight of the encoder's distance to the vectors it chose.
  public var commitment = 0.25
  /// Share of the past in the moving averages of a codebook that is one, and of its use.
  public var decay = 0.99
  /// Use, in units of even use, below which a vector is moved onto an encoding; 0 moves none.
  public var revival = 0.2
  /// What the decoder's outputs say of the data: auto, gaussian, bernoulli, continuous-bernoulli or logistic.
  public var likelihood = LikelihoodFamily.auto
  public var prior = TokenPriorSettings()
  public var unmasking = UnmaskingSettings()
  public var training = Training()

  public init() {}

  var layout: TokenLayout { grid.count == 2 ? .grid(grid[0], grid[1]) : .row(tokens) }

  public func validate(for domain: Domain) throws {
    try AutoencoderSettings.validate(domain, 1, EncoderDecoder(), likelihood)
    try require((1...10_000) ~= tokens, "--tokens \(tokens): must be from 1 to 10000")
    try patches.validate(domain)
    let size = PatchGrid(domain.shape, side: patches.patch).size
    let isGrid = grid.count == 2 && zip(grid, size).allSatisfy { (1...$1) ~= $0 }
    try require(
      grid.isEmpty || isGrid,
      "--grid \(grid.map(\.description).joined(separator: ",")): must be rows and columns, at most the "
        + "\(size[0]),\(size[1]) patches that --patch \(patches.patch) makes, or empty")
    try CodebookSettings.validate(codebook, codeWidth)
    try CodebookSettings.validate(decay: decay, revival: revival)
    try AutoencoderSettings.validate(weights: [("commitment", commitment)])
    try prior.validate()
    try unmasking.validate()
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> PatchAutoencoder {
    PatchAutoencoder(domain, self, random)
  }

  public func loss(_ network: PatchAutoencoder, _ batch: Batch, _ step: Step) -> Loss {
    Loss(network.terms(batch, commitment: commitment, step))
  }

  public func didStep(_ network: PatchAutoencoder, _ step: Step) throws {
    try network.codes.follow(decay: decay, reviving: revival)
    try network.codes.normalise()
  }

  /// Trains the tokeniser, then the generator on its tokens.
  public func fit(_ network: PatchAutoencoder, _ run: FitRun) throws -> FitResult {
    var result = try train(network, in: phases(network), run)
    guard prior.priorEpochs > 0 else { return result }
    let generator = network.prior.base
    // A tokeniser that went on has other tokens, and its generator begins anew.
    result.seconds += try fit(
      generator, epochs: prior.priorEpochs, run.part("prior-\(result.steps)")
    ) { batch, step in
      let tokens = withoutGradients { network.tokens(batch.x) }
      return .term("prior", generator.negativeLogProbability(tokens, step.random("masks")))  // nats
    }
    return result
  }
}
