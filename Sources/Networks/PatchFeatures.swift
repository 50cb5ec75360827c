import Torch

/// A vector for each patch of an example, `[n]` + shape to `[n, p, width]`, by a transformer that may read some of the
/// patches only.
///
/// - Source: Dosovitskiy et al., *An Image is Worth 16x16 Words: Transformers for Image Recognition at Scale*, ICLR 2021,
///   without a class token.
public struct PatchFeatures: Module {
  public let embedding: Linear
  /// Of the patches, `[p, width]`.
  public let positions: Parameter
  public let trunk: TransformerTrunk
  /// How examples are cut.
  public let patches: PatchGrid
  /// Width of a patch's vector.
  public let width: Int

  public init(
    _ patches: PatchGrid, width: Int, blocks: Int, heads: Int, _ random: RandomStream
  ) {
    self.patches = patches
    self.width = width
    embedding = Linear(patches.numbers, width, random)
    positions = Parameter(
      random.normal([patches.count, width]) * (1 / Double(width).squareRoot()))
    trunk = TransformerTrunk(.init(width: width, blocks: blocks, heads: heads), random)
  }

  /// What the patches are before the transformer reads them, `[n]` + shape to `[n, p, width]`.
  public func embedded(_ x: Tensor) -> Tensor {
    embedding(patches.patches(x)) + positions.tensor
  }

  /// Vectors of all patches.
  public func callAsFunction(_ x: Tensor) -> Tensor { trunk(embedded(x)) }

  /// The mean over the patches, `[n]` + shape to `[n, width]`.
  public func pooled(_ x: Tensor) -> Tensor { self(x).mean(over: 1) }
}

extension PatchGrid {
  /// The patches of examples of shape `shape` for a transformer: `side` pixels high and wide in an image, else at most
  /// 64 equal runs of numbers.
  public static func fitting(_ shape: [Int], side: Int) -> PatchGrid {
    let numbers = shape.reduce(1, *)
    return PatchGrid(shape, side: shape.count == 3 ? side : (numbers + 63) / 64)
  }
}
