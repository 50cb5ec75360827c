import Datasets
import Foundation
import Learning
import Torch

/// Rows on a curved manifold of known dimension in a space of 24 inputs: a random layer of tanh units and a random
/// linear map of places drawn evenly from a cube, with a little noise.
struct ManifoldWorld {
  let dimension: Int
  let rows: Int

  /// The rows, opened as a person's table is.
  ///
  /// - Throws: `UserError` or `TensorError`.
  func source(_ seed: Seed) throws -> Source {
    let random = RandomStream(seed.child("manifold").child(dimension))
    let places = random.child("places").uniform([rows, dimension]) * 2 - 1
    let units = 64
    let slopes = random.child("slopes").normal([dimension, units]) / Double(dimension).squareRoot()
    let offsets = random.child("offsets").normal([1, units]) * 0.5
    let mixing = random.child("mixing").normal([units, 24]) / Double(units).squareRoot()
    let clean = (places.matmul(slopes) + offsets).tanh().matmul(mixing)
    let x = clean + random.child("noise").normal(clean.shape) * 0.01
    let values = try x.values(as: Double.self)
    let path = NSTemporaryDirectory() + "manifold-\(UUID().uuidString).csv"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try CSV.write(
      header: (0..<24).map { "x\($0)" },
      rows: (0..<rows).map { row in (0..<24).map { "\(values[row * 24 + $0])" } }, to: path)
    return try Source.open(path)
  }
}

/// How many directions codes, `[n, k]`, spread over: those whose variance is more than a hundredth of the largest.
///
/// - Throws: `TensorError` that the codes carry.
func spreadDirections(_ codes: Tensor, share: Double = 0.01) throws -> Int {
  let x = codes.to(.float64)
  let centred = x - x.mean(over: 0, keep: true)
  let variances = try (centred.singularValues().squared()).values(as: Double.self)
  let largest = variances.max() ?? 0
  return variances.count { $0 > share * largest }
}
