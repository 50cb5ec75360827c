import Datasets
import Files
import Foundation
import Torch

/// Whether codes point everywhere alike, seen from the origin.
public enum Isotropy {
  /// The mean cosine between different codes `[n, k]`, −1 / (n − 1) to 1: near 0 where they point everywhere alike, near 1
  /// where they all lie in one narrow cone.
  ///
  /// Codes that are all zeros do not count.
  ///
  /// - Source: Ethayarajh, *How contextual are contextualized word representations?*, EMNLP 2019, §4.1, over all pairs.
  /// - Throws: `UserError` where fewer than two codes differ from zero, `TensorError`.
  public static func averageCosine(_ codes: Tensor) throws -> Double {
    let x = codes.to(.float64)
    let lengths = x.norm(over: 1, keep: true)
    let rows = (lengths.squeezed(1) .> 0).nonzero().flattened()
    let unit = x.indexSelect(0, rows) / lengths.indexSelect(0, rows)
    let n = Double(unit.size(0))
    try require(n >= 2, "\(Int(n)) codes differ from zero; a mean cosine needs two")
    // The sum over all pairs is the squared length of the sum.
    let all = try unit.sum(over: 0).squared().sum().value()
    return (all - n) / (n * (n - 1))
  }

  /// The least over the largest of Σ exp(cᵀv) over the eigenvectors c of the second moments of codes `[n, k]` and their
  /// opposites, since an eigenvector has no sign: 1 where codes point everywhere alike.
  ///
  /// - Source: Mu & Viswanath, *All-but-the-top*, ICLR 2018, arXiv:1702.01417, eq. 2.
  /// - Throws: `TensorError` that the codes carry.
  public static func partitionRatio(_ codes: Tensor) throws -> Double {
    let x = codes.to(.float64)
    let vectors = x.transposed().matmul(x).symmetricEigen().vectors  // [k, k], a column each
    let along = x.matmul(vectors)
    let logs = try Tensor.concatenate([along, -along], along: 1).logSumExp(over: 0)
      .values(as: Double.self)
    return exp((logs.min() ?? 0) - (logs.max() ?? 0))
  }
}
