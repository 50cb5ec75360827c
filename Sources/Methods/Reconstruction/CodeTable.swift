import Autoencoding
import Datasets
import Evaluation
import Learning
import Networks
import Synchronization
import Torch

/// A code for each training example, in the unit ball, which training moves.
struct CodeTable: Module {
  /// `[examples, k]`.
  let codes: Buffer

  /// Draws from the standard normal, projected onto the ball.
  init(examples: Int, latents: Int, _ random: RandomStream) {
    codes = Buffer(random.normal([examples, latents]).projectedOntoBall())
  }

  /// Whitened principal components of the training examples of `run`, projected onto the ball; where there are fewer
  /// components than units, the rest are draws.
  ///
  /// - Throws: what reading throws.
  init(principalComponents run: FitRun, latents: Int, _ random: RandomStream) throws {
    let found = try PrincipalAxes(run)
    let k = min(latents, found.variances.count)
    let scales = found.variances.sliced(0, 0, k).clamped(atLeast: 1e-8).squareRoot()
    let axes = (found.axes.sliced(1, 0, k) / scales.unsqueezed(0)).to(.float32)
    let mean = found.mean.to(.float32).unsqueezed(0)
    var scores = Scores(run.source.train, seed: run.seed)
    scores.device = run.device
    let parts = try scores.map { batch, random in
      let white = (batch.x.flattened(from: 1) - mean).matmul(axes)
      let rest = random.normal([batch.x.size(0), latents - k])
      return [Tensor.concatenate([white, rest], along: 1).projectedOntoBall()]
    }
    codes = Buffer(try Tensor.concatenate(parts).checked())
  }

  /// The codes of the examples at `indices`, as a leaf of a graph, `[n, k]`.
  func leaf(_ indices: [Int]) -> Tensor {
    codes.tensor.indexSelect(0, places(indices)).requiringGradient()
  }

  /// Moves codes `[n, k]` of the examples at `indices` against `slope`, and back into the ball.
  ///
  /// - Throws: `TensorError` that they carry.
  func move(_ leaf: Tensor, of indices: [Int], against slope: Tensor, rate: Double) throws {
    try withoutGradients {
      let moved = (leaf.detached() - slope * rate).projectedOntoBall()
      try codes.tensor.assign(moved, at: places(indices))
    }
  }

  private func places(_ indices: [Int]) -> Tensor {
    Tensor(indices.map(Int64.init), shape: [indices.count]).to(codes.tensor.device)
  }
}

extension Tensor {
  /// The nearest points of the unit ball, row by row, `[n, k]`.
  func projectedOntoBall() -> Tensor {
    self / squared().sum(over: 1, keep: true).squareRoot().clamped(atLeast: 1)
  }
}

/// Descends in a network by the optimiser, and in the codes of the batch by a plain step of their own.
struct CodeDescent: Descent {
  /// The codes that the last loss was of.
  final class Batch: Sendable {
    private let last = Mutex<(leaf: Tensor, indices: [Int])?>(nil)

    /// Remembers the codes of a loss.
    func note(_ leaf: Tensor, _ indices: [Int]) { last.withLock { $0 = (leaf, indices) } }

    /// The codes of the last loss, once.
    func take() -> (leaf: Tensor, indices: [Int])? {
      last.withLock { kept in
        defer { kept = nil }
        return kept
      }
    }
  }

  let table: CodeTable
  /// Size of a code's step, against the gradient of its example's own loss.
  let rate: Double
  let batch: Batch

  func gradients(
    of loss: Loss, for parameters: [Tensor], again: () -> Loss
  ) throws -> [Tensor] {
    guard let (leaf, indices) = batch.take() else {
      return try loss.total.gradients(for: parameters)
    }
    let all = try loss.total.gradients(for: parameters + [leaf])
    if let slope = all.last {
      // The loss is a mean over the batch.
      try table.move(leaf, of: indices, against: slope * Double(indices.count), rate: rate)
    }
    return Array(all.dropLast())
  }
}
