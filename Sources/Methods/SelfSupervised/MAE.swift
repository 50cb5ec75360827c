import Datasets
import Files
import Learning
import Networks
import Torch

/// Masked autoencoding: a transformer reads a quarter of an example's patches, and a small one after it fills in the rest.
///
/// - Source: He, Chen, Xie, Li, Dollár & Girshick, *Masked autoencoders are scalable vision learners*, CVPR 2022,
///   arXiv:2111.06377, section 3.
/// - Departs: learned positions instead of sines; no class token; Adam; crops and flips are off unless asked for.
public struct MAE: LossRecipe {
  public static let card = Card(
    id: "mae", title: "Masked autoencoder",
    source:
      "He, Chen, Xie, Li, Dollár & Girshick, Masked autoencoders are scalable vision learners, CVPR "
      + "2022, arXiv:2111.06377",
    summary:
      "A transformer reads some patches of an example, and a smaller one after it fills in those it did not see."
  )

  /// Pixels along a side of the patches.
  public var patch = 4
  /// Width of the transformer, which is that of the features.
  public var width = 64
  /// Blocks of the transformer.
  public var depth = 3
  /// Width of the transformer that fills in.
  public var decoderWidth = 32
  /// Blocks of the transformer that fills in.
  public var decoderDepth = 1
  /// Share of the patches that is not shown.
  public var masked = 0.75
  /// Whether each patch is to be filled in up to its mean and deviation.
  public var normalised = true
  public var training = Training()

  public init() {}

  /// What reads the patches that are shown, and what fills in the others.
  public struct Network: Module, Encoding {
    let reader: PatchFeatures
    let filler: PatchFiller
    let output: Linear

    /// The mean of the vectors of all patches, `[n]` + shape to `[n, k]`.
    public func encode(_ x: Tensor) -> Tensor { reader.pooled(x) }
  }

  public func validate(for domain: Domain) throws {
    try BackboneSettings.validate(patch: patch, width: width, depth: depth, for: domain)
    try PatchFiller.validate(width: decoderWidth, depth: decoderDepth, masked: masked)
    try require(
      PatchGrid.fitting(domain.shape, side: patch).count >= 2,
      "examples of shape \(domain.shape) have one patch of --patch \(patch), and masking needs two")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    let grid = PatchGrid.fitting(domain.shape, side: patch)
    let reader = PatchFeatures(
      grid, width: width, blocks: depth, heads: BackboneSettings.heads(width), random)
    return Network(
      reader: reader,
      filler: PatchFiller(reader, width: decoderWidth, depth: decoderDepth, random),
      output: Linear(decoderWidth, grid.numbers, random))
  }

  public func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let reader = network.reader
    let patches = reader.patches.patches(batch.x)  // [n, p, numbers]
    let order = step.random("masks").order(patches.size(0), patches.size(1))
    let (kept, lost) = order.parted(masked: masked)
    let read = reader.trunk(reader.embedded(batch.x).picked(kept))  // [n, shown, width]
    let found = network.output(network.filler(read, at: kept))
    let wanted = normalised ? patches.layerNormalised([patches.size(2)], nil, nil) : patches
    let error = (found.picked(lost) - wanted.picked(lost)).squared().mean(over: 1, 2)
    return Loss(.term("reconstruction", error))
  }
}
