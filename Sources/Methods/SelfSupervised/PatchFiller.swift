import Files
import Networks
import Torch

/// Vectors for all patches from those of the ones that are shown: one learned vector stands for all others, and a small
/// transformer reads them with their places.
///
/// - Source: He, Chen, Xie, Li, Dollár & Girshick, *Masked autoencoders are scalable vision learners*, CVPR 2022, section 3.
struct PatchFiller: Module {
  let bridge: Linear
  let mask: Parameter
  let positions: Parameter
  let trunk: TransformerTrunk

  /// Fills in for what `reader` reads, by `depth` blocks of this width.
  init(_ reader: PatchFeatures, width: Int, depth: Int, _ random: RandomStream) {
    bridge = Linear(reader.width, width, random)
    mask = Parameter(random.normal([width]) * 0.02)
    positions = Parameter(
      random.normal([reader.patches.count, width]) * (1 / Double(width).squareRoot()))
    trunk = TransformerTrunk(
      .init(width: width, blocks: depth, heads: BackboneSettings.heads(width)), random)
  }

  /// `[n, s, features]`, read at the places `kept`, `[n, s]`, to `[n, p, width]`.
  func callAsFunction(_ read: Tensor, at kept: Tensor) -> Tensor {
    let (p, width) = (positions.tensor.size(0), positions.tensor.size(1))
    let blank = mask.tensor.expanded([read.size(0), p, width])
    let filled = blank.scatter(1, kept.spread(over: width), bridge(read))
    return trunk(filled + positions.tensor)
  }

  /// Refuses a width and a depth that make no decoder, and a share that hides nothing or all.
  ///
  /// - Throws: `UserError`.
  static func validate(width: Int, depth: Int, masked: Double) throws {
    try require(
      1...8192 ~= width && width % BackboneSettings.heads(width) == 0,
      "--decoder-width \(width): must be below 16, or a multiple of 16 up to 8192")
    try require(1...100 ~= depth, "--decoder-depth \(depth): must be 1 to 100 blocks")
    try require(0..<1 ~= masked && masked > 0, "--masked \(masked): must be between 0 and 1")
  }
}

/// What reads the patches that are shown, and fills in a teacher's vectors, or numbers, of the others.
struct MaskedStudent: Module {
  let reader: PatchFeatures
  let filler: PatchFiller
  /// To a teacher's vectors.
  let vectors: Linear
  /// To the numbers of a patch, where a stage predicts them.
  let numbers: Linear?
  /// From features to classes, where a stage is told them.
  let classes: Linear?

  /// What is filled in at the last places of `order`, `[n, p]`, of which the share `masked` is not shown: `[n, q, width]`,
  /// or numbers, with those places, `[n, q]`.
  func callAsFunction(
    _ x: Tensor, _ order: Tensor, masked: Double, asNumbers: Bool
  ) -> (found: Tensor, lost: Tensor) {
    let (kept, lost) = order.parted(masked: masked)
    let read = reader.trunk(reader.embedded(x).picked(kept))  // [n, shown, width]
    let tokens = filler(read, at: kept).picked(lost)
    return ((asNumbers ? numbers ?? vectors : vectors)(tokens), lost)
  }
}
