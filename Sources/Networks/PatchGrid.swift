import Torch

/// An image cut into patches that lie side by side, or a row of numbers cut into runs.
///
/// - Source: Dosovitskiy et al., *An Image is Worth 16x16 Words: Transformers for Image Recognition at Scale*, ICLR 2021.
public struct PatchGrid: Sendable {
  /// Rows and columns of patches.
  public let size: [Int]
  /// Numbers in a patch: channels · height · width.
  public let numbers: Int
  let shape: [Int]
  let image: [Int]
  let patch: [Int]

  /// The patches of examples of shape `shape`, `side` pixels high and wide; what is no image `[c, h, w]` is one row of
  /// numbers, and what the last patches reach over the border is 0.
  public init(_ shape: [Int], side: Int) {
    self.shape = shape
    let image = shape.count == 3 ? shape : [1, 1, shape.reduce(1, *)]
    let patch = image.dropFirst().map { min(side, $0) }
    self.image = image
    self.patch = patch
    size = zip(image.dropFirst(), patch).map { ($0 + $1 - 1) / $1 }
    numbers = image[0] * patch[0] * patch[1]
  }

  /// Number of patches, p.
  public var count: Int { size[0] * size[1] }

  private var missing: [Int] { (0..<2).map { size[$0] * patch[$0] - image[$0 + 1] } }

  /// Examples as patches, row by row, `[n]` + shape to `[n, p, numbers]`.
  public func patches(_ x: Tensor) -> Tensor {
    var x = x.reshaped([-1] + image)
    if missing != [0, 0] { x = x.padded([0, missing[1], 0, missing[0]]) }
    return x.reshaped(-1, image[0], size[0], patch[0], size[1], patch[1])
      .permuted(0, 2, 4, 1, 3, 5).reshaped(-1, count, numbers)
  }

  /// The examples of patches, `[n, p, numbers]` to `[n]` + shape.
  public func assembled(_ patches: Tensor) -> Tensor {
    patches.reshaped(-1, size[0], size[1], image[0], patch[0], patch[1])
      .permuted(0, 3, 1, 4, 2, 5)
      .reshaped(-1, image[0], size[0] * patch[0], size[1] * patch[1])
      .sliced(2, 0, image[1]).sliced(3, 0, image[2]).reshaped([-1] + shape)
  }

  /// The cell of each patch, numbered row by row, when the patches are shared out among `rows` · `columns` cells as
  /// evenly as they can be.
  public func cells(_ rows: Int, _ columns: Int) -> [Int] {
    (0..<count).map { place in
      let (row, column) = (place / size[1], place % size[1])
      return row * rows / size[0] * columns + column * columns / size[1]
    }
  }
}
