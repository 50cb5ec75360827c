import Torch

/// Inputs and targets of the same rows, for trainings that need no trainer.
public struct PairedRows {
  /// Inputs, `[n, d]`.
  public let x: Tensor
  /// Targets, `[n]` or `[n, q]`.
  public let y: Tensor

  /// How many rows there are.
  public var count: Int { x.size(0) }

  /// The rows of `x` with their targets.
  public init(x: Tensor, y: Tensor) {
    self.x = x
    self.y = y
  }

  /// The rows at `index`: of the shape `[b]`, or of `[members, b]` for networks that each have rows of their own,
  /// which gives inputs `[members, b, d]`.
  public func rows(_ index: Tensor) -> Self {
    let flat = index.flattened()
    func picked(_ tensor: Tensor) -> Tensor {
      let found = tensor.indexSelect(0, flat)
      return index.shape.count == 1
        ? found : found.reshaped(index.shape + tensor.shape.dropFirst())
    }
    return Self(x: picked(x), y: picked(y))
  }

  /// The rows `range`.
  public func rows(_ range: Range<Int>) -> Self {
    Self(
      x: x.sliced(0, range.lowerBound, range.upperBound),
      y: y.sliced(0, range.lowerBound, range.upperBound))
  }

  /// A small batch: `size` rows, or as many as there are, each drawn from all.
  public func drawn(_ size: Int, _ random: RandomStream) -> Self {
    rows(random.integers(0..<count, [min(size, count)]))
  }
}
