import Foundation
import Torch

/// Places at equal distances, `[m, q]`, and the volume that they share.
struct Grid {
  let places: Tensor
  let volume: Double

  /// About `count` places over the ranges of `values`, `[n, q]`, each a share `margin` wider at either end.
  ///
  /// - Throws: `TensorError`.
  init(around values: Tensor, count: Int, margin: Double) throws {
    let axes = values.size(1)
    let low = try values.min(over: 0).values(as: Double.self)
    let high = try values.max(over: 0).values(as: Double.self)
    let side = max(2, Int(pow(Double(count), 1 / Double(max(axes, 1))).rounded()))
    var rows: [[Double]] = [[]]
    var volume = 1.0
    for axis in 0..<axes {
      let span = max(high[axis] - low[axis], 1e-6)
      let (start, width) = (low[axis] - margin * span, span * (1 + 2 * margin))
      volume *= width
      let ticks = (0..<side).map { start + width * (Double($0) + 0.5) / Double(side) }
      rows = rows.flatMap { row in ticks.map { row + [$0] } }
    }
    places = Tensor(rows.flatMap { $0 }, shape: [rows.count, axes]).to(.float32)
    self.volume = volume
  }
}
