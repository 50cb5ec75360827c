import Foundation
import Torch

/// Views of a noisy matrix with a planted cluster structure, stacked to a noisy tensor:
/// T = β_T (β_M x yᵀ + Z / √n_M) ⊗ z + W / √n_T, with n_M = n1 + n2 and n_T = n1 + n2 + n3.
///
/// - Source: Lebeau, Seddik & Goulart, *Performance Gaps in Multi-view Clustering under the Nested
///   Matrix-Tensor Model*, ICLR 2024, arXiv:2402.10677.
struct NestedModel: Equatable, Sendable {
  /// Features (x), items (y, whose signs are the clusters), and views (z).
  let features: Int, items: Int, views: Int
  /// ρ_T = β_T² n_T / √(n1 n2 n3): the strength of the views in the scale of the unfolding's threshold.
  var strength: Double
  /// β_M: the strength of the clusters in the matrix.
  var separation: Double

  private var n1: Double { Double(features) }
  private var n2: Double { Double(items) }
  private var matrixSize: Double { n1 + n2 }
  private var tensorSize: Double { n1 + n2 + Double(views) }
  /// β_T.
  var tensorSignal: Double {
    (strength * (n1 * n2 * Double(views)).squareRoot() / tensorSize).squareRoot()
  }
  /// Shares of the features and of the items in n_M.
  private var shares: (Double, Double) { (n1 / matrixSize, n2 / matrixSize) }

  /// ⟨u, y⟩² in the limit, u being the unfolding's top left singular vector; 0 below the threshold.
  ///
  /// The centred Gram matrix of the unfolding tends to X + ρ MᵀM with X from the semicircle law. MᵀM has an
  /// outlier a = (s + c1)(s + c2) / s for s = β_M², whose vector has (s² − c1 c2) / (s (s + c2)) of y; adding X
  /// keeps 1 − ∫ μ(dt) / (a − t)² / ρ² of that, with ∫ = s² / ((s + c2)² (s² − c1 c2)) by Marchenko and
  /// Pastur's law.
  var unfoldingAlignment: Double {
    let (c1, c2) = shares
    let s = separation * separation
    let gap = s * s - c1 * c2
    guard gap > 0, strength > 0 else { return 0 }
    return max(0, (gap - pow(s / (strength * (s + c2)), 2)) / (s * (s + c2)))
  }

  /// The strength above which the unfolding's top singular vector holds something of the clusters;
  /// infinite where the matrix itself does not show them.
  var unfoldingThreshold: Double {
    let (c1, c2) = shares
    let s = separation * separation
    let gap = s * s - c1 * c2
    return gap > 0 ? s / ((s + c2) * gap.squareRoot()) : .infinity
  }

  /// The same of a rank-one tensor whose z is known, a bound on what tensor iteration can reach.
  ///
  /// Contracted with z the tensor is a spiked matrix with noise β_T² / n_M + 1 / n_T.
  var knownViewsAlignment: Double {
    let (c1, c2) = shares
    let signal = tensorSignal * tensorSignal
    let s = separation * separation * signal / (signal + matrixSize / tensorSize)
    return s * s > c1 * c2 ? (s * s - c1 * c2) / (s * (s + c2)) : 0
  }

  /// The prediction that takes the tensor for one spike in white noise, with nothing nested: of strength
  /// ρ β_M², for comparison.
  var plainAlignment: Double {
    let spike = strength * separation * separation
    return spike > 1 ? 1 - 1 / (spike * spike) : 0
  }

  /// The share of items put into the right cluster by the signs of a vector with this squared alignment.
  static func accuracy(_ alignment: Double) -> Double {
    guard alignment < 1 else { return 1 }
    return 0.5 * erfc(-(alignment / (2 * (1 - alignment))).squareRoot())
  }

  /// A tensor of the model, `[items, features, views]` in single precision, with its clusters ±1.
  func sample(_ random: RandomStream) -> (tensor: Tensor, clusters: Tensor) {
    let clusters = random.bernoulli(Tensor.full([items], 0.5)) * 2 - 1
    let y = clusters * (1 / n2.squareRoot())
    let x = Self.unit(random.normal([features]))
    let z = Self.unit(random.normal([views]))
    let noise = random.normal([items, features]) * (1 / matrixSize.squareRoot())
    let matrix = y.outer(x) * separation + noise
    let signal = matrix.unsqueezed(2) * (z * tensorSignal)
    let white = random.normal([items, features, views]) * (1 / tensorSize.squareRoot())
    return (signal + white, clusters)
  }

  static func unit(_ vector: Tensor) -> Tensor { vector / vector.norm() }
}

/// Estimates of the items' vector from `[items, features, views]`.
struct ItemVectors {
  let tensor: Tensor
  private let flat: Tensor

  init(_ tensor: Tensor) {
    self.tensor = tensor
    flat = tensor.flattened(from: 1)
  }

  /// The top left singular vector of the unfolding along the items.
  func unfolding() -> Tensor {
    // The Gram matrix is near a large multiple of one: its eigenvectors need double precision.
    let gram = flat.matmul(flat.transposed()).to(.float64)
    return gram.symmetricEigen().vectors.selected(1, tensor.size(0) - 1).to(.float32)
  }

  /// The items' vector of the rank-one tensor that power iteration finds from `start`.
  ///
  /// - Throws: `TensorError`.
  func iterated(from start: Tensor, steps: Int) throws -> Tensor {
    let (n1, n3) = (tensor.size(1), tensor.size(2))
    var y = start
    let first = y.unsqueezed(0).matmul(flat).reshaped(n1, n3).svd()
    var x = first.u.selected(1, 0)
    var z = first.vt.selected(0, 0)
    for _ in 0..<steps {
      let contracted = tensor.matmul(z)  // [items, features]
      let next = NestedModel.unit(contracted.matmul(x))
      x = NestedModel.unit(contracted.transposed().matmul(next))
      let views = next.unsqueezed(0).matmul(flat).reshaped(n1, n3)
      z = NestedModel.unit(views.transposed().matmul(x))
      let agreement = try abs(next.dot(y).value())
      y = next
      if agreement > 1 - 1e-7 { break }
    }
    return y
  }
}

/// How near an estimated vector is to the clusters.
struct ClusterScore {
  /// Squared alignment with the true vector.
  let alignment: Double
  /// Share of items in the right cluster, up to a swap of the two.
  let accuracy: Double

  /// - Throws: `TensorError`.
  init(_ vector: Tensor, _ clusters: Tensor) throws {
    let y = clusters * (1 / Double(clusters.count).squareRoot())
    alignment = try pow(vector.dot(y).value(), 2)
    let right = try (vector.sign() .== clusters).to(.float32).mean().value()
    accuracy = max(right, 1 - right)
  }
}
