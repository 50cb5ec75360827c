import Evaluation
import Foundation
import Torch

/// A linear map of paired views under the loss ‖W Γ Wᵀ − 1‖², where Γ are the symmetric cross moments of the views.
///
/// It is Barlow Twins without scaling. From a small start it takes in one eigenvector of Γ after another.
///
/// - Source: Simon, Knutins, Ziyin, Geisz, Fetterman & Albrecht, *On the Stepwise Nature of Self-Supervised Learning*, ICML
///   2023, arXiv:2303.15438, section 4.
struct StagedFlow: Sendable {
  /// Γ, `[d, d]`.
  let gamma: Tensor
  /// Its eigenvalues, descending.
  let eigenvalues: [Double]
  /// Its eigenvectors in the same order, columns of `[d, d]`.
  let vectors: Tensor
  /// Dimensions of what is mapped to, m.
  let outputs: Int

  /// - Throws: `TensorError`.
  init(_ gamma: Tensor, outputs: Int) throws {
    self.gamma = gamma
    self.outputs = outputs
    let (values, vectors) = gamma.symmetricEigen()
    eigenvalues = try values.values(as: Double.self).reversed()
    self.vectors = vectors.flipped(1)
  }

  /// A first map with normal entries, of deviation `size` over √d, `[m, d]`.
  func start(size: Double, _ random: RandomStream) -> Tensor {
    let d = gamma.size(0)
    return random.normal([outputs, d], type: .float64) * (size / Double(d).squareRoot())
  }

  /// The gradient, `[m, d]`.
  func slope(_ map: Tensor) -> Tensor {
    let image = map.matmul(gamma)
    let excess =
      image.matmul(map.transposed()) - Tensor.identity(outputs, type: map.dtype)
    return excess.matmul(image) * 4
  }

  /// Eigenvalues of W Γ Wᵀ, descending.
  ///
  /// - Throws: `TensorError`.
  func embedded(_ map: Tensor) throws -> [Double] {
    let product = map.matmul(gamma).matmul(map.transposed())
    return try product.symmetricEigenvalues().values(as: Double.self).reversed()
  }

  /// When each of the m dimensions is half learned, from the map `start`, ascending.
  ///
  /// What a direction starts with is what the start has of it beyond the directions before, which are taken by then.
  /// Its share γs² of the last covariance grows as a logistic curve in 8γt.
  /// - Throws: `TensorError`.
  func stepTimes(from start: Tensor) throws -> [Double] {
    let (_, r) = start.matmul(vectors.sliced(1, 0, outputs)).qr()
    let sizes = try r.diagonal().values(as: Double.self)
    return zip(sizes, eigenvalues).map { size, eigenvalue in
      log(max(1 / (eigenvalue * size * size) - 1, 1e-12)) / (8 * eigenvalue)
    }.sorted()
  }

  /// The share of the map's rows that lies in the span of the columns `axes`, `[d, m]`, from 0 to 1.
  ///
  /// - Throws: `TensorError`.
  func alignment(_ map: Tensor, with axes: Tensor) throws -> Double {
    let (rows, _) = map.transposed().qr()
    return try rows.transposed().matmul(axes).squared().sum().value() / Double(outputs)
  }

  /// The first m eigenvectors, `[d, m]`: what the last map spans.
  var leading: Tensor { vectors.sliced(1, 0, outputs) }
}

/// One course of ``StagedFlow``, measured and predicted.
struct StagedCourse: Sendable {
  /// When each dimension is half learned.
  let predicted: [Double]
  let measured: [Double]
  /// Eigenvalues of the embedded covariance over time.
  let course: LearningCourse
  /// The last map.
  let map: Tensor

  /// Follows the flow from a start until all dimensions are there, or for three times as long as predicted.
  ///
  /// - Throws: `TensorError`, or `UserError` where it is told to stop.
  init(
    _ flow: StagedFlow, size: Double, _ random: RandomStream,
    shouldStop: @escaping () -> Bool
  ) throws {
    let start = flow.start(size: size, random)
    let predicted = try flow.stepTimes(from: start)
    let horizon = 3 * (predicted.last ?? 0)
    var (course, map) = (LearningCourse(), start)
    try GradientFlow(shouldStop: shouldStop).follow([start]) {
      [flow.slope($0[0])]
    } goesOn: {
      course.add($0, try flow.embedded($1[0]))
      map = $1[0]
      return $0 < horizon && !course.hasReached(predicted.map { _ in 0.99 })
    }
    measured = course.times(reaching: predicted.map { _ in 0.5 })
    (self.predicted, self.course, self.map) = (predicted, course, map)
  }

  /// The mean distance of the logs of measured times from predicted ones.
  var error: Double { zip(measured, predicted).map { abs(log($0 / $1)) }.mean }

  /// How much of the next dimension is there when one is half learned, mean over the dimensions but the last.
  var overlap: Double { course.overlap }
}

extension LearningCourse {
  /// How much of the next feature is there, as a share of what it has in the end, when one has half of what it has in the
  /// end: the mean over features but the last.
  var overlap: Double {
    guard let last = strengths.last, last.count > 1 else { return .nan }
    return (1..<last.count).map { next in
      let half = time(of: next - 1, reaching: last[next - 1] / 2)
      let there = times.lastIndex { $0 <= half } ?? 0
      return strengths[there][next] / last[next]
    }.mean
  }
}
