import Evaluation
import Torch

/// Linear probes of concepts: logistic regressions that tell each from all examples without it.
///
/// - Source: Chanin et al., *A is for absorption*, 2024, arXiv:2409.14507, §3.
public struct ConceptProbes: Sendable {
  /// The direction in which each concept's logit rises, of length 1, `[c, d]`.
  public let directions: Tensor
  /// `[d, c]`, in double precision.
  private let slopes: Tensor
  /// `[1, c]`, in double precision.
  private let offsets: Tensor

  /// The probes of all concepts of `examples`; all directions of space are penalised alike.
  ///
  /// - Throws: as ``LogisticRegression/fit(_:_:classes:from:)``.
  public init(_ examples: LabelledConcepts, penalty: Double = 1) throws {
    let x = examples.x.to(.float64), d = x.size(1)
    let mean = x.mean(over: 0, keep: true)
    // One scale for all inputs, so that the direction is one of the activations' own space.
    let size = (x - mean).squared().mean().squareRoot().clamped(atLeast: 1e-12)
    let scaled = try ((x - mean) / size).checked()
    let regression = LogisticRegression(penalty: penalty)
    let columns = try examples.holds.map { holds in
      let weights = try regression.fit(scaled, holds.map { $0 ? 1 : 0 }, classes: 2).weights
      return weights.selected(1, 1) - weights.selected(1, 0)  // [d + 1]
    }
    let all = Tensor.stack(columns, along: 1)
    slopes = try (all.sliced(0, 0, d) / size).checked()
    offsets = all.sliced(0, d, d + 1) - mean.matmul(slopes)
    let lengths = slopes.norm(over: 0, keep: true).clamped(atLeast: 1e-12)
    directions = (slopes / lengths).transposed().to(.float32).contiguous()
  }

  /// The logit of each concept, `[n, d]` to `[n, c]`; a concept is found where it is above 0.
  public func logits(_ x: Tensor) -> Tensor { x.to(.float64).matmul(slopes) + offsets }
}
