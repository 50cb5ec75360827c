import Datasets
import Evaluation
import Learning
import Torch

/// How well and how sparsely a dictionary writes examples.
public struct DictionaryScores: Sendable {
  /// Share of the examples' variance that is left.
  public let error: Double
  /// Active units of an example, on average.
  public let active: Double
  /// Share of the units that are active in none of the examples.
  public let dead: Double

  /// The scores of `network` on `examples`.
  ///
  /// - Throws: what reading throws, or `TensorError`.
  public init<Activation>(
    _ network: SparseNetwork<Activation>, _ examples: Examples
  ) throws {
    var (squared, count, uses) = (0.0, 0.0, Tensor.zeros([network.latents], type: .float64))
    var (sum, squares) = (
      Tensor.zeros([network.dictionary.shape.reduce(1, *)], type: .float64), 0.0
    )
    try withoutGradients {
      for chunk in examples.chunks(of: 1000) {
        let x = try examples.batch(chunk).x
        let z = network.encode(x)
        let (given, made) = (x.flattened(from: 1), network.decode(z).flattened(from: 1))
        squared += try (given - made).squared().sum().value()
        squares += try given.squared().sum().value()
        sum = sum + given.to(.float64).sum(over: 0)
        uses = uses + z.uses.to(.float64)
        count += Double(chunk.count)
      }
    }
    let variance = try squares - sum.squared().sum().value() / count
    error = squared / variance
    active = try uses.sum().value() / count
    dead = try (uses .<= 0).to(.float32).mean().value()
  }

  /// Mean over known directions, `[f, d]`, of the largest cosine that one of the directions found, `[m, d]`, has with each.
  ///
  /// - Throws: `TensorError`.
  public static func recovery(of known: Tensor, by found: Tensor) throws -> Double {
    try withoutGradients {
      let lengths = found.norm(over: 1, keep: true).clamped(atLeast: 1e-12)
      let cosines = known.matmul((found / lengths).transposed())  // [f, m]
      return try (cosines.max(over: 1) / known.norm(over: 1)).mean().value()
    }
  }
}
