import Foundation
import Torch

/// Normal outputs of a chosen spectrum, and a condition that explains a chosen share of each direction.
struct CollapseWorld: Sendable {
  /// Outputs, mean 0, `[n, d]`.
  let outputs: Tensor
  /// A condition that correlates with them, mean 0, `[n, d]`.
  let condition: Tensor

  /// `rows` draws: output i is `deviations[i]` (ρ cᵢ + √(1 − ρ²) eᵢ) with standard normal c and e, turned at random.
  init(rows: Int, deviations: [Double], correlation: Double, _ random: RandomStream) {
    let d = deviations.count
    let condition = random.child("condition").normal([rows, d])
    let rest = random.child("rest").normal([rows, d])
    let (turn, _) = random.child("turn").normal([d, d]).qr()
    let mixed = condition * correlation + rest * (1 - correlation * correlation).squareRoot()
    let scaled = mixed * Tensor(deviations.map(Float.init), shape: [1, d])
    let turned = scaled.matmul(turn)
    outputs = turned - turned.mean(over: 0, keep: true)
    self.condition = condition - condition.mean(over: 0, keep: true)
  }

  /// Deviations of the outputs along their principal directions, descending.
  ///
  /// - Throws: `TensorError`.
  func spectrum() throws -> [Double] { try Self.spectrum(outputs.to(.float64)) }

  /// The same of what a linear map of the condition leaves unexplained.
  ///
  /// - Throws: `TensorError`.
  func unexplainedSpectrum() throws -> [Double] {
    let (c, y) = (condition.to(.float64), outputs.to(.float64))
    let map = c.transposed().matmul(c).solve(c.transposed().matmul(y))
    return try Self.spectrum(y - c.matmul(map))
  }

  private static func spectrum(_ y: Tensor) throws -> [Double] {
    let scale = Double(y.size(0)).squareRoot()
    return try y.singularValues().values(as: Double.self).map { $0 / scale }
  }
}
