/// The rows of a batch that one of several processes computes.
public struct BatchShare: Equatable, Sendable {
  /// Its rows.
  public let rows: Range<Int>
  /// Examples of the whole batch.
  public let whole: Int

  /// The share of `rank` where `ranks` processes have as equal shares as can be of `whole` examples.
  public init(of whole: Int, rank: Int, ranks: Int) {
    rows = whole * rank / ranks..<whole * (rank + 1) / ranks
    self.whole = whole
  }

  /// The axis of `shape` that counts this share's examples, and how many times over it does, draw by draw; nothing for
  /// numbers that belong to no example.
  func axis(of shape: [Int]) -> (axis: Int, times: Int)? {
    let own = rows.count
    guard own > 0, let first = shape.first else { return nil }
    if first > 0, first % own == 0 { return (0, first / own) }
    return shape.count > 1 && shape[1] == own ? (1, 1) : nil
  }

  /// This share's part of what `draw` draws for the whole batch, so that all processes together have the numbers that
  /// one would have.
  func part(_ shape: [Int], _ draw: ([Int]) -> Tensor) -> Tensor {
    guard let (axis, times) = axis(of: shape) else { return draw(shape) }
    let (before, after) = (Array(shape[..<axis]), Array(shape[(axis + 1)...]))
    let all = draw(before + [times * whole] + after)
    return all.reshaped(before + [times, whole] + after)
      .sliced(axis + 1, rows.lowerBound, rows.upperBound).reshaped(shape)
  }

  /// `own` among rows of one half, at the place that it has in the whole batch: for draws that follow numbers of their
  /// own.
  func padded(_ own: Tensor) -> Tensor {
    let shape = own.shape
    guard let (axis, times) = axis(of: shape) else { return own }
    let (before, after) = (Array(shape[..<axis]), Array(shape[(axis + 1)...]))
    func rest(_ count: Int) -> Tensor {
      .full(before + [times, count] + after, 0.5, type: own.dtype, device: own.device)
    }
    let middle = own.detached().reshaped(before + [times, rows.count] + after)
    return Tensor.concatenate(
      [rest(rows.lowerBound), middle, rest(whole - rows.upperBound)], along: axis + 1
    ).reshaped(before + [times * whole] + after)
  }
}
