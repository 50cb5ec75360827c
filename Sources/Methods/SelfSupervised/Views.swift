import Datasets
import Files
import Torch

/// Views of examples: images cropped, mirrored, recoloured, blurred and partly erased; of other data, numbers replaced by
/// those of other examples.
///
/// - Source: Chen et al., *A simple framework for contrastive learning of visual representations*, ICML 2020, appendix A;
///   for tables Bahri et al., *SCARF: self-supervised contrastive learning using random feature corruption*, ICLR 2022.
/// - Departs: changes of colour in a fixed order, hues turned in the plane of I and Q; blur and erasing are off at first,
///   as they are for small images.
public struct Views: Codable, Equatable, Sendable {
  /// Smallest share of an image that a view shows.
  public var smallestCrop = 0.2
  /// Share of views that are mirrored.
  public var flipped = 0.5
  /// Share of views whose brightness, contrast and colours are changed.
  public var jittered = 0.8
  /// How far these changes go; 1 is a change of up to 80 percent, and of hue by up to a fifth of a turn.
  public var jitter = 0.5
  /// Share of views in grey.
  public var grey = 0.2
  /// Share of views that are blurred.
  public var blurred = 0.0
  /// Share of views of which a rectangle is erased.
  public var erased = 0.0
  /// Share of the numbers of data that are no images which a view takes from other examples.
  public var corrupted = 0.3

  public init() {}

  /// A view of each example, `[n]` + shape to the same.
  public func callAsFunction(_ x: Tensor, _ random: RandomStream) -> Tensor {
    guard x.rank == 4 else { return corrupted(x, random) }
    return x.changed(by: changes, draws: random.uniform([x.size(0), ImageChanges.draws]))
  }

  /// What is done to images.
  var changes: ImageChanges {
    var changes = ImageChanges()
    changes.crop = smallestCrop...1
    changes.flipped = flipped
    changes.jittered = jittered
    (changes.brightness, changes.contrast) = (0.8 * jitter, 0.8 * jitter)
    (changes.saturation, changes.hue) = (0.8 * jitter, 0.2 * jitter)
    changes.grey = grey
    changes.blurred = blurred
    changes.erased = erased
    changes.range = 0...1
    return changes
  }

  /// Two views of each example, one after the other: `[n]` + shape to `[2 n]` + shape.
  public func two(_ x: Tensor, _ random: (String) -> RandomStream) -> Tensor {
    Tensor.concatenate([self(x, random("first view")), self(x, random("second view"))])
  }

  /// Each number, with the probability `corrupted`, is that of another example of the batch in the same place.
  private func corrupted(_ x: Tensor, _ random: RandomStream) -> Tensor {
    let flat = x.flattened(from: 1)
    let donors = random.child("donors").integers(0..<max(x.size(0), 1), flat.shape)
    let isLost = random.child("lost").uniform(flat.shape) .< corrupted
    return isLost.choose(flat.gather(0, donors), flat).reshaped(x.shape)
  }

  /// Refuses shares that are none.
  ///
  /// - Throws: `UserError`.
  public func validate() throws {
    try require(
      smallestCrop > 0 && smallestCrop <= 1,
      "--smallest-crop \(smallestCrop): must be a share above 0 and at most 1")
    try require(0...1 ~= jitter, "--jitter \(jitter): must be from 0 to 1")
    for (flag, share) in [
      ("flipped", flipped), ("jittered", jittered), ("grey", grey), ("blurred", blurred),
      ("erased", erased),
    ] { try require(0...1 ~= share, "--\(flag) \(share): must be a share from 0 to 1") }
    try require(0..<1 ~= corrupted, "--corrupted \(corrupted): must be at least 0 and below 1")
  }
}
