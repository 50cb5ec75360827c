import Datasets
import Files
import Torch

/// Rows of a table that was measured, with one column to predict from the others.
public struct MeasuredTable {
  /// Names of the columns of `x`.
  public let names: [String]
  /// `[n, d]`, in double precision.
  public let x: Tensor
  /// `[n]`, in double precision.
  public let y: Tensor

  /// `count` training examples of `source`, in an order of them all.
  ///
  /// - Throws: ``UserError`` where there is no column `target`, or there are fewer rows.
  public init(
    _ source: Source, target: String, _ count: Int, inOrder order: (Int) throws -> [Int]
  ) throws {
    var columns = source.domain.columns
    guard let place = columns.firstIndex(of: target) else {
      throw UserError("\(source.name) has no column \(target)")
    }
    let rows = source.train.count
    try require(
      rows >= count, "\(source.name) has \(rows) rows to learn from, and \(count) are needed")
    let all = try source.train.batch(Array(order(rows).prefix(count))).x.to(.float64)
    columns.remove(at: place)
    names = columns
    x = all.indexSelect(1, Tensor((0..<all.size(1)).filter { $0 != place }))
    y = all.selected(1, place)
  }
}
