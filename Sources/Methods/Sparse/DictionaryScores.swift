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
    var tally = Tally(units: network.latents)
    try withoutGradients {
      for chunk in examples.chunks(of: 1000) {
        let x = try examples.batch(chunk).x, z = network.encode(x)
        try tally.add(x, codes: z, written: network.decode(z))
      }
    }
    self = try tally.scores()
  }

  private init(error: Double, active: Double, dead: Double) {
    (self.error, self.active, self.dead) = (error, active, dead)
  }

  /// Sums of what was seen so far, for examples that come some at a time.
  public struct Tally {
    private var uses: Tensor
    private var sum = Tensor(0, type: .float64)
    private var (squared, squares, count) = (0.0, 0.0, 0.0)

    /// Nothing seen of so many units.
    public init(units: Int) { uses = Tensor.zeros([units], type: .float64) }

    /// Adds examples `[n]` + shape, their codes `[n, m]`, and what these decode to.
    ///
    /// - Throws: `TensorError`.
    public mutating func add(_ x: Tensor, codes z: Tensor, written: Tensor) throws {
      let (given, made) = (x.flattened(from: 1), written.flattened(from: 1))
      squared += try (given - made).squared().sum().value()
      squares += try given.squared().sum().value()
      sum = sum + given.to(.float64).sum(over: 0)
      uses = uses + z.uses.to(.float64)
      count += Double(x.size(0))
    }

    /// The scores of all that was added.
    ///
    /// - Throws: `TensorError`.
    public func scores() throws -> DictionaryScores {
      let variance = try squares - sum.squared().sum().value() / count
      return DictionaryScores(
        error: squared / variance, active: try uses.sum().value() / count,
        dead: try (uses .<= 0).to(.float32).mean().value())
    }
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
