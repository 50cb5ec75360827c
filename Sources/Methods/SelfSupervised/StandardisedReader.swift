import Datasets
import Networks
import Torch

/// A vector for each patch, `[n]` + shape to `[n, p, width]`, of grey levels that are moved and scaled first, by a
/// transformer whose positions start near 0: what patches show outweighs where they lie.
///
/// - Source: Caron et al., *Emerging properties in self-supervised vision transformers*, ICCV 2021, the authors' program:
///   channels are standardised, and positions start with a deviation of 0.02.
public struct StandardisedReader: Module {
  public let reader: PatchFeatures
  private let middle: Double
  private let deviation: Double

  /// A transformer of `size` over patches of `side` pixels; levels of data that are no shares from 0 to 1 stay as they are.
  init(
    _ domain: Domain, side: Int, _ size: (width: Int, blocks: Int),
    levels: (middle: Double, deviation: Double), _ random: RandomStream
  ) {
    reader = PatchFeatures(
      .fitting(domain.shape, side: side), width: size.width, blocks: size.blocks,
      heads: BackboneSettings.heads(size.width), random)
    (middle, deviation) = domain.support == .unit ? levels : (0, 1)
    let positions = reader.positions.tensor
    // Of two tensors of one shape nothing can fail here.
    try? positions.assign(positions.detached() * (0.02 * Double(size.width).squareRoot()))
  }

  func callAsFunction(_ x: Tensor) -> Tensor { reader((x - middle) / deviation) }
}
