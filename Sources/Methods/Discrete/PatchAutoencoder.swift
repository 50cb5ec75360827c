import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Probability
import Torch

/// The transformers that read and write an example by its patches.
public struct PatchSettings: Codable, Equatable, Sendable {
  /// Height and width of a patch in pixels; data that is no image is cut into runs of as many numbers.
  public var patch = 4
  /// Width of the transformers over patches and tokens.
  public var trunkWidth = 64
  /// Blocks of each of the two transformers over patches and tokens.
  public var trunkBlocks = 2
  /// Heads of their attention.
  public var trunkHeads = 4

  public init() {}

  var size: TransformerSize {
    TransformerSize(width: trunkWidth, blocks: trunkBlocks, heads: trunkHeads)
  }

  /// Refuses transformers that are none, and patches that are too many.
  ///
  /// - Throws: `UserError` naming the flag and what it may be.
  func validate(_ domain: Domain) throws {
    try require(patch >= 1, "--patch \(patch): must be at least 1 pixel")
    let count = PatchGrid(domain.shape, side: patch).count
    try require(
      count <= 4096,
      "--patch \(patch): makes \(count) patches of shape \(domain.shape), and at most 4096 can be read; a "
        + "larger patch makes fewer")
    try require(trunkBlocks >= 1, "--trunk-blocks \(trunkBlocks): must be at least 1")
    try require(
      trunkHeads >= 1 && trunkWidth >= 1 && trunkWidth.isMultiple(of: trunkHeads),
      "--trunk-width \(trunkWidth): must be a multiple of --trunk-heads \(trunkHeads)")
  }
}

/// How a generator that draws many tokens at once does so.
public struct UnmaskingSettings: Codable, Equatable, Sendable {
  /// Steps in which the tokens of a sample are drawn; at most as many as tokens.
  public var generationSteps = 8
  /// Spread of the noise in the choice of the drawn tokens that stay; 0 keeps those that are likeliest.
  public var choiceNoise = 4.5

  public init() {}

  /// Refuses less than one step and noise below 0.
  ///
  /// - Throws: `UserError` naming the flag and what it may be.
  func validate() throws {
    try require(
      generationSteps >= 1, "--generation-steps \(generationSteps): must be at least 1")
    try require(choiceNoise >= 0, "--choice-noise \(choiceNoise): must be at least 0")
  }
}

/// Transformers from patches to tokens and back, a codebook on the unit sphere, and a masked generator of tokens.
public struct PatchAutoencoder: Module {
  public let encoder: PatchEncoder
  public let codes: VectorQuantiser
  public let decoder: PatchDecoder
  public let likelihood: Likelihood
  /// Learns after the rest, from the tokens that the rest gives.
  public let prior: Fixed<MaskedTokenTransformer>
  public let places: Int
  public let inputs: Int
  var unmasking: UnmaskingSettings

  /// Networks for examples of `domain`.
  init(_ domain: Domain, _ settings: Titok, _ random: RandomStream) {
    let layout = settings.layout
    let patches = PatchGrid(domain.shape, side: settings.patches.patch)
    let (size, width) = (settings.patches.size, settings.codeWidth)
    encoder = PatchEncoder(patches, layout, width: width, size, random.child("encoder"))
    decoder = PatchDecoder(patches, layout, width: width, size, random.child("decoder"))
    codes = VectorQuantiser(
      size: settings.codebook, width: width, learning: settings.learning,
      random.child("codebook"))
    // Cannot fail: a codebook has the shape of itself.
    try? codes.normalise()
    likelihood = Likelihood(settings.likelihood, isUnit: domain.isUnit, device: random.device)
    let prior = settings.prior
    self.prior = Fixed(
      MaskedTokenTransformer(
        TokenTransformer(
          size: settings.codebook, tokens: layout.count, width: prior.priorWidth,
          blocks: prior.priorBlocks, heads: prior.priorHeads, random.child("prior"))))
    (places, inputs, unmasking) = (layout.count, domain.size, settings.unmasking)
  }
}

extension PatchAutoencoder: TokenNetwork, StepwiseSampling, Perturbing {
  /// Vectors of unit length, `[n]` + shape to `[n, t, w]`.
  public func read(_ x: Tensor) -> Tensor { encoder(x).unit() }
  public func outputs(_ z: Tensor) -> Tensor { decoder(z) }

  public func drawTokens(_ count: Int, temperature: Double, _ random: RandomStream) -> Tensor {
    prior.base.sample(
      count, steps: unmasking.generationSteps, noise: unmasking.choiceNoise,
      temperature: temperature, random)
  }

  public func drawing(in steps: Int) -> any Sampling {
    var other = self
    other.unmasking.generationSteps = steps
    return other
  }
}
