import Datasets
import Files
import Foundation
import Learning
import Networks
import Torch

/// Latent masked image modelling: from a few patches, those vectors are predicted that a slow average of the network gives
/// to the hidden ones, each of which must be told from the others of its image.
///
/// - Source: Wei, Gupta & Morgado, *Towards latent masked image modeling for self-supervised visual representation
///   learning*, ECCV 2024, arXiv:2407.15837, and the authors' program for the weights.
/// - Departs: no class token and no projection; learned positions in the encoder; a patch may lie at any place of its cell;
///   no crops and flips; Adam.
public struct LatentMIM: LossRecipe {
  public static let card = Card(
    id: "latent-mim", title: "Latent masked image modelling",
    source:
      "Wei, Gupta & Morgado, Towards Latent Masked Image Modeling for Self-Supervised Visual Representation Learning, "
      + "ECCV 2024, arXiv:2407.15837",
    system: "S133",
    summary:
      "From a tenth of the patches the vectors of all others are predicted, as a slow average of the network sees them; "
      + "contrast among patches, gaps between them and cues of what is visible keep the solution from being trivial."
  )

  /// Where the vectors that are predicted come from.
  public enum Targets: String, Codable, CaseIterable, Sendable {
    /// From a slow average of the network.
    case average
    /// From the network itself, which learns through them too.
    case joint
  }

  /// Pixels along a side of the patches.
  public var patch = 4
  /// Width of the transformer, which is that of the features.
  public var width = 64
  /// Blocks of the transformer.
  public var depth = 3
  /// Width of the decoder.
  public var decoderWidth = 32
  /// Blocks of the decoder.
  public var decoderDepth = 2
  /// Share of the patches that is not shown.
  public var masked = 0.9
  /// Pixels that an image is enlarged by for each patch, so that patches do not touch; 0 leaves no gaps.
  public var gap = 1
  /// Whether a patch must be told from the others of its image; else its vector is met by squared error.
  public var contrasts = true
  /// Temperature of the contrast between patches.
  public var temperature = 0.2
  /// Whether a hidden patch is asked for by the visible patches near it, and not by its place alone.
  public var cues = true
  /// Weight of the pull that the mean likeness of an image's patches has towards a value that falls from 0.75 to 0.25.
  public var likeness = 0.1
  /// Where the vectors that are predicted come from: average or joint, which collapses.
  public var targets = Targets.average
  /// How much of the average survives a step at the start of training; rises to 1.
  public var targetDecay = 0.99
  /// Spread of the features below which a training stops; 0 never stops it.
  public var collapse = 0.01
  public var training = Training()

  public init() {}

  /// What reads patches, its average, and what predicts hidden ones.
  public struct Network: Module, Encoding {
    let reader: PatchFeatures
    let target: MovingAverage<PatchFeatures>
    let decoder: CueDecoder
    let gaps: GappedPatches
    let watch: CollapseWatch

    /// The mean of the vectors of all patches, `[n]` + shape to `[n, k]`.
    public func encode(_ x: Tensor) -> Tensor { reader.pooled(x) }
  }

  public func validate(for domain: Domain) throws {
    try BackboneSettings.validate(patch: patch, width: width, depth: depth, for: domain)
    try require(
      4...8192 ~= decoderWidth && decoderWidth % 4 == 0
        && decoderWidth % BackboneSettings.heads(decoderWidth) == 0,
      "--decoder-width \(decoderWidth): must be 4, 8 or 12, or a multiple of 16 up to 8192")
    try require(1...100 ~= decoderDepth, "--decoder-depth \(decoderDepth): must be 1 to 100 blocks")
    try require(0..<1 ~= masked && masked > 0, "--masked \(masked): must be between 0 and 1")
    try require(0...1024 ~= gap, "--gap \(gap): must be 0 to 1024 pixels")
    try require(temperature > 0, "--temperature \(temperature): must be above 0")
    try require(likeness >= 0, "--likeness \(likeness): a weight must be at least 0")
    for (flag, share) in [("target-decay", targetDecay), ("collapse", collapse)] {
      try require(0..<1 ~= share, "--\(flag) \(share): must be at least 0 and below 1")
    }
    try require(
      PatchGrid.fitting(domain.shape, side: patch).count >= 2,
      "examples of shape \(domain.shape) have one patch of --patch \(patch), and masking needs two")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    let grid = PatchGrid.fitting(domain.shape, side: patch)
    func reader() -> PatchFeatures {
      PatchFeatures(
        grid, width: width, blocks: depth, heads: BackboneSettings.heads(width),
        random.child("reader"))
    }
    // Made of the same stream, the average starts as the reader does.
    return Network(
      reader: reader(), target: MovingAverage(reader()),
      decoder: CueDecoder(
        grid, of: width, width: decoderWidth, blocks: decoderDepth, cues: cues, random),
      gaps: GappedPatches(domain.shape, side: patch, gap: gap),
      watch: CollapseWatch(device: random.device))
  }

  public func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let reader = network.reader
    let patches = network.gaps(batch.x, step.random("gaps"))  // [n, p, numbers]
    let (n, p) = (patches.size(0), patches.size(1))
    let (kept, lost) = step.random("masks").order(n, p).parted(masked: masked, least: 2)
    let read = reader.vectors(of: patches, at: kept)  // [n, shown, width]
    let found = network.decoder(read, kept, asked: lost)  // [n, p − shown, width]
    let wanted =
      targets == .joint
      ? reader.vectors(of: patches, at: lost)
      : withoutGradients { network.target.base.vectors(of: patches, at: lost) }
    let error =
      contrasts
      ? found.discrimination(of: wanted, temperature: temperature)
      : (found - wanted.layerNormalised([width], nil, nil)).squared().mean(over: 1, 2)
    let wish = 0.5 + 0.25 * cos(.pi * step.progress)
    let pull = [found, read].map { ($0.meanLikeness.mean() - wish).squared() }
    return Loss(
      [.term("prediction", error), .term("likeness", pull[0] + pull[1], weight: likeness)]
        + network.watch.terms(read.mean(over: 1), wanted.mean(over: 1)))
  }

  public func didStep(_ network: Network, _ step: Step) throws {
    try network.target.follow(network.reader, keeping: step.decay(risingFrom: targetDecay))
    try network.watch.check(limit: collapse, after: step)
  }
}
