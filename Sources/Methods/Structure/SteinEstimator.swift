import Evaluation
import Foundation
import Torch

/// Which moments find the directions.
public enum SteinOrder: String, Codable, CaseIterable, Sendable {
  /// Mean slopes; blind to links that are even about the middle.
  case first
  /// Mean curvatures; blind to links that are odd.
  case second
  /// Both, each in units of what it is by chance.
  case both
}

/// The subspace on which responses depend, from cross-moments with scores: M = Σ mⱼ mⱼᵀ over mean slopes, and
/// over mean curvatures Σ Mⱼ², whose leading eigenvectors span it.
struct SteinEstimator {
  let score: SteinScore
  /// `[n, q]`, every column with mean 0 and variance 1.
  let responses: Tensor
  var order = SteinOrder.both

  /// Eigenvalues, descending, in units of their mean by chance, and eigenvectors as columns.
  struct Spectrum {
    let values: [Double]
    let vectors: Tensor
  }

  /// The matrices of first and second moments, `[p, p]`.
  func matrices() -> (first: Tensor, second: Tensor) {
    matrices(score, responses)
  }

  private func matrices(_ score: SteinScore, _ y: Tensor) -> (first: Tensor, second: Tensor) {
    let slopes = score.firstMoments(y)
    let p = score.first.size(1)
    var curvature = Tensor.zeros([p, p], type: .float64)
    if order != .first {
      for response in 0..<y.size(1) {
        let moment = score.secondMoment(y.selected(1, response))
        curvature = curvature + moment.matmul(moment)
      }
    }
    return (slopes.transposed().matmul(slopes), curvature)
  }

  /// What the moments are where responses have nothing to do with inputs: `count` shuffles.
  func shuffled(
    _ count: Int, _ seed: Seed, progress: (Int) -> Bool = { _ in true }
  ) throws -> [(first: Tensor, second: Tensor)] {
    let n = responses.size(0)
    var all: [(first: Tensor, second: Tensor)] = []
    for place in 0..<count where progress(place) {
      let order = RandomStream(seed.child(place)).permutation(n)
      let found = matrices(score, responses.indexSelect(0, order))
      all.append((try found.first.checked(), try found.second.checked()))
    }
    return all
  }

  /// Mean eigenvalues by chance of the two matrices.
  static func scales(_ null: [(first: Tensor, second: Tensor)]) throws -> (Double, Double) {
    let p = Double(null.first?.first.size(0) ?? 1)
    let firsts = try null.map { try $0.first.trace().value() / p }
    let seconds = try null.map { try $0.second.trace().value() / p }
    return (firsts.mean, seconds.mean)
  }

  /// The spectrum of moments in units of `scales`.
  func spectrum(
    _ moments: (first: Tensor, second: Tensor), scales: (Double, Double)
  ) throws -> Spectrum {
    let p = moments.first.size(0)
    var sum = Tensor.zeros([p, p], type: .float64)
    if order != .second, scales.0 > 0 { sum = sum + moments.first * (1 / scales.0) }
    if order != .first, scales.1 > 0 { sum = sum + moments.second * (1 / scales.1) }
    let eigen = sum.symmetricEigen()
    let values = try eigen.values.values(as: Double.self)
    return Spectrum(values: values.reversed(), vectors: eigen.vectors.flipped(1))
  }

  /// Orthonormal directions in the coordinates of the inputs, `[p, k]`.
  func directions(_ spectrum: Spectrum, count: Int) -> Tensor {
    score.back.matmul(spectrum.vectors.sliced(1, 0, count)).qr().q
  }

  /// The same estimator on the examples at `rows`.
  func selected(_ rows: Tensor) -> SteinEstimator {
    SteinEstimator(
      score: score.selected(rows),
      responses: VariableTable.standardised(responses.indexSelect(0, rows)), order: order)
  }
}

/// How far two subspaces lie apart: ‖P₁ − P₂‖ / √(2k) of their projections, 0 for equal and 1 for orthogonal.
///
/// - Parameters:
///   - a: Orthonormal columns, `[p, k]`.
///   - b: Orthonormal columns, `[p, k]`.
/// - Throws: `TensorError`.
func subspaceDistance(_ a: Tensor, _ b: Tensor) throws -> Double {
  let k = Double(a.size(1))
  let shared = try a.transposed().matmul(b).squared().sum().value()
  return max(0, 1 - shared / k).squareRoot()
}
