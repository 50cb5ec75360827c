import Foundation
import Torch

/// First- and second-order scores of a density at examples: s(x) = −∇ log p(x) and T(x) = ∇²p(x) / p(x), which
/// by Stein's identity turn cross-moments with a response into its mean derivatives.
struct SteinScore {
  /// A part of T: wᵢ vᵢ vᵢᵀ − cᵢ P for example i.
  struct Part {
    /// v, `[n, p]`.
    let vectors: Tensor
    /// w, `[n]`.
    let weights: Tensor
    /// c, `[n]`.
    let shifts: Tensor
    /// P, `[p, p]`.
    let precision: Tensor
  }

  /// s, `[n, p]`.
  let first: Tensor
  let parts: [Part]
  /// From directions in the coordinates of the scores to those of the inputs, `[p, p]`.
  let back: Tensor

  /// Mean of y T(x), `[p, p]`, for a response of mean zero.
  func secondMoment(_ y: Tensor) -> Tensor {
    let n = Double(first.size(0))
    var sum: Tensor?
    for part in parts {
      let outer = part.vectors.transposed().matmul(part.vectors * (y * part.weights).unsqueezed(1))
      let term = outer - part.precision * (y * part.shifts).sum()
      sum = sum.map { $0 + term } ?? term
    }
    return (sum ?? first.transposed().matmul(first)) * (1 / n)
  }

  /// Mean of y s(x)ᵀ, `[q, p]`, for responses `[n, q]` of mean zero.
  func firstMoments(_ y: Tensor) -> Tensor {
    y.transposed().matmul(first) * (1 / Double(first.size(0)))
  }

  /// The scores of the examples at `rows` alone.
  func selected(_ rows: Tensor) -> SteinScore {
    SteinScore(
      first: first.indexSelect(0, rows),
      parts: parts.map {
        Part(
          vectors: $0.vectors.indexSelect(0, rows), weights: $0.weights.indexSelect(0, rows),
          shifts: $0.shifts.indexSelect(0, rows), precision: $0.precision)
      }, back: back)
  }
}

/// A density whose scores have a closed form: one normal, a multivariate Student t, or a mixture of normals.
struct ScoredDensity {
  /// One normal component, or the t where `degrees` are finite.
  struct Component {
    var weight: Double
    var mean: Tensor  // [1, p]
    var covariance: Tensor  // [p, p]
  }

  var components: [Component]
  /// Degrees of freedom of the t; infinite for normals.
  var degrees = Double.infinity

  /// What the density is called.
  var name: String {
    if degrees.isFinite { return String(format: "Student t with %g degrees", degrees) }
    return components.count == 1 ? "normal" : "mixture of \(components.count) normals"
  }

  private func distances(_ x: Tensor, _ component: Component) -> (Tensor, logDeterminant: Tensor) {
    let root = component.covariance.cholesky()
    let white = root.solveTriangular((x - component.mean).transposed(), upper: false)
    return (white.squared().sum(over: 0), root.diagonal().log().sum() * 2)
  }

  /// Log-density of each component with its weight, `[n, k]`.
  func componentLogs(_ x: Tensor) -> Tensor {
    let p = Double(x.size(1))
    return Tensor.stack(
      components.map { component in
        let (distance, determinant) = distances(x, component)
        guard degrees.isFinite else {
          return (distance + determinant + p * log(2 * Double.pi)) * -0.5 + log(component.weight)
        }
        let v = degrees
        let constant = lgamma((v + p) / 2) - lgamma(v / 2) - p / 2 * log(v * Double.pi)
        return (distance * (1 / v)).log1p() * (-(v + p) / 2) - determinant * 0.5 + constant
      }, along: 1)
  }

  /// Log-densities `[n]`.
  func logDensity(_ x: Tensor) -> Tensor { componentLogs(x).logSumExp(over: 1) }

  /// Scores at the rows of `x`, in coordinates where the covariance of `x` is the identity.
  ///
  /// - Throws: `TensorError` where columns are collinear.
  func score(_ x: Tensor) throws -> SteinScore {
    let centred = x - x.mean(over: 0, keep: true)
    let covariance = centred.transposed().matmul(centred) * (1 / Double(x.size(0)))
    let eigen = covariance.symmetricEigen()
    let roots = eigen.values.squareRoot()
    let back = (eigen.vectors / roots).matmul(eigen.vectors.transposed())  // Σ^-½
    let forth = (eigen.vectors * roots).matmul(eigen.vectors.transposed())  // Σ^½
    let p = Double(x.size(1))
    let shares = componentLogs(x).softmax(along: 1)
    var first: Tensor?
    var parts: [SteinScore.Part] = []
    for (place, component) in components.enumerated() {
      // In whitened coordinates u = Σ^-½ x a precision P becomes Σ^½ P Σ^½.
      let inverse = component.covariance.cholesky().choleskyInverse()
      let precision = forth.matmul(inverse).matmul(forth)
      let vectors = (x - component.mean).matmul(inverse).matmul(forth)  // [n, p]
      let share = shares.selected(1, place)
      var (weights, shifts) = (share, share)
      var gain = share
      if degrees.isFinite {
        let a = degrees + p
        let scale = (distances(x, component).0 + degrees).reciprocal()
        gain = scale * a
        weights = scale.squared() * (a * a + 2 * a)
        shifts = gain
      }
      let term = vectors * gain.unsqueezed(1)
      first = first.map { $0 + term } ?? term
      parts.append(.init(vectors: vectors, weights: weights, shifts: shifts, precision: precision))
    }
    return SteinScore(first: try (first ?? x).checked(), parts: parts, back: back)
  }
}
