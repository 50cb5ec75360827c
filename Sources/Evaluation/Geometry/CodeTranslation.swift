import Files
import Torch

/// A map from codes of one space to codes of another, learned from codes of the same examples in both.
///
/// - Source: Maiorca, Moschella, Norelli, Fumero, Locatello & Rodolà, *Latent space translation via semantic alignment*,
///   NeurIPS 2023, arXiv:2311.00664, §3.
public struct CodeTranslation: Sendable {
  /// What the map may do.
  public enum Freedom: String, Codable, CaseIterable, Sendable {
    /// A shift, a rotation or reflection, and one scale; the narrower codes are filled up with zeros.
    case orthogonal
    /// A shift and any linear map, by least squares with a trace of ridge.
    case affine
  }

  private let origin: Tensor
  private let matrix: Tensor
  private let target: Tensor

  /// The map that brings rows of `one`, `[m, a]`, nearest to those of `other`, `[m, b]`.
  ///
  /// - Throws: `UserError` where the numbers of rows differ or there are fewer than two, `TensorError`.
  public init(from one: Tensor, to other: Tensor, _ freedom: Freedom) throws {
    try require(
      one.rank == 2 && other.rank == 2 && one.size(0) == other.size(0),
      "anchors' codes of shapes \(one.shape) and \(other.shape): a row of each for every anchor is wanted"
    )
    try require(one.size(0) >= 2, "\(one.size(0)) anchors: at least 2 are needed to align spaces")
    let (a, b) = (one.to(.float64), other.to(.float64))
    origin = a.mean(over: 0, keep: true)
    target = b.mean(over: 0, keep: true)
    let (x, y) = (a - origin, b - target)
    switch freedom {
    case .orthogonal:
      let (u, s, vt) = x.transposed().matmul(y).svd()  // [a, r], [r], [r, b]
      let size = try x.squared().sum().value()
      try require(size > 0, "the anchors have all the same code; there is nothing to align")
      matrix = try (u.matmul(vt) * (s.sum() / size)).checked()
    case .affine:
      let gram = x.transposed().matmul(x)
      let scale = try max(gram.trace().value() / Double(x.size(1)), 1e-300)
      let ridge = Tensor.identity(x.size(1), type: .float64) * (1e-6 * scale)
      matrix = try (gram + ridge).solve(x.transposed().matmul(y)).checked()
    }
  }

  /// Codes of the other space, `[n, a]` to `[n, b]`.
  public func callAsFunction(_ codes: Tensor) -> Tensor {
    ((codes.to(.float64) - origin).matmul(matrix) + target).to(codes.dtype)
  }
}
