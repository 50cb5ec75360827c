import Foundation
import Torch

/// Examples of a squared projection, y = (β·x)² / 2, with x normal of variance 1/d and |β|² = d.
///
/// - Source: Kumar, Bordelon, Gershman & Pehlevan, *Grokking as the Transition from Lazy to Rich Training Dynamics*,
///   ICLR 2024, arXiv:2310.06110, §5.
struct QuadraticTask {
  let x: Tensor  // [p, d]
  let y: Tensor  // [p]
  let direction: Tensor  // [d, 1]

  init(dimension d: Int, samples: Int, _ random: RandomStream) {
    let raw = random.child("direction").normal([d, 1], type: .float64)
    direction = raw * Double(d).squareRoot() / raw.squared().sum().squareRoot()
    x = Self.inputs(samples, d, random.child("inputs"))
    y = x.matmul(direction).squeezed(1).squared() * 0.5
  }

  /// New examples of the same target.
  func fresh(_ count: Int, _ random: RandomStream) -> (x: Tensor, y: Tensor) {
    let x = Self.inputs(count, self.x.size(1), random)
    return (x, x.matmul(direction).squeezed(1).squared() * 0.5)
  }

  /// The variance of the target over all inputs, d² / 2d².
  static let variance = 0.5

  private static func inputs(_ count: Int, _ d: Int, _ random: RandomStream) -> Tensor {
    random.normal([count, d], type: .float64) / Double(d).squareRoot()
  }
}

/// What sets one student of a ``QuadraticTask`` apart: f(x) = α · mean over neurons of φ(w·x), φ(h) = h + ε h² / 2.
struct QuadraticStudent: Hashable, Sendable {
  /// α; more is lazier.
  var scale: Double
  /// ε; less leaves the first features less of the target.
  var curvature: Double
}

/// The mean and the second moment of a student's weights, which all that it predicts follows from, and which
/// gradient descent takes to the next mean and second moment without a look at the neurons.
///
/// For neurons without number they start at 0 and the identity: the equations are then those of the mean field.
struct WeightMoments {
  var mean: Tensor  // [d, 1]
  var second: Tensor  // [d, d]

  /// Those of weights `[n, d]`.
  init(_ weights: Tensor) {
    mean = weights.mean(over: 0).unsqueezed(1)
    second = weights.transposed().matmul(weights) / Double(weights.size(0))
  }

  /// Those of infinitely many standard normal neurons.
  init(dimension d: Int) {
    mean = Tensor.zeros([d, 1], type: .float64)
    second = Tensor.identity(d, type: .float64)
  }

  /// α (w̄·x + ε xᵀMx / 2), `[p, d]` to `[p]`.
  func predictions(_ x: Tensor, _ student: QuadraticStudent) -> Tensor {
    let squares = (x.matmul(second) * x).sum(over: 1)
    return (x.matmul(mean).squeezed(1) + squares * (student.curvature / 2)) * student.scale
  }

  /// The moments after one step of gradient descent on the mean of residual² / α², with a step size of `rate` times
  /// the number of neurons; `residuals` are those on `x`.
  func stepped(
    _ x: Tensor, _ residuals: Tensor, _ student: QuadraticStudent, rate: Double
  ) -> WeightMoments {
    let weight = 2 * rate / student.scale / Double(x.size(0))
    let weighted = x * residuals.unsqueezed(1)
    let pull = weighted.sum(over: 0).unsqueezed(1) * weight  // [d, 1]
    let turn =
      Tensor.identity(x.size(1), type: .float64)
      - x.transposed().matmul(weighted) * (weight * student.curvature)
    // Each neuron goes from w to turn · w − pull.
    let moved = turn.matmul(mean)
    let cross = moved.matmul(pull.transposed())
    var next = self
    next.mean = moved - pull
    next.second =
      turn.matmul(second).matmul(turn) - cross - cross.transposed()
      + pull.matmul(pull.transposed())
    return next
  }

  /// The mean squared error over all inputs, in closed form.
  ///
  /// - Source: arXiv:2310.06110, §5: the error follows from |w̄|², |M|², βᵀMβ and tr M.
  /// - Throws: `TensorError`.
  func error(_ task: QuadraticTask, _ student: QuadraticStudent) throws -> Double {
    let d = Double(task.direction.size(0))
    let difference =
      second * (student.scale * student.curvature)
      - task.direction.matmul(task.direction.transposed())
    let linear = try mean.squared().sum().value() * student.scale * student.scale / d
    let trace = try difference.trace().value()
    let squares = try difference.squared().sum().value()
    return linear + (trace * trace + 2 * squares) / (4 * d * d)
  }

  /// The share of the neurons' second moment that lies along the target's direction; 1/d at the start.
  ///
  /// - Throws: `TensorError`.
  func featureAlignment(_ task: QuadraticTask) throws -> Double {
    let along = try (second.matmul(task.direction) * task.direction).sum().value()
    return try along / (second.trace().value() * task.direction.squared().sum().value())
  }

  /// The tangent kernel without its scale, (x·x′)(1 + ε w̄·(x + x′) + ε² xᵀMx′), `[n, d]` and `[m, d]` to `[n, m]`.
  func kernel(_ x: Tensor, _ other: Tensor, _ student: QuadraticStudent) -> Tensor {
    let e = student.curvature
    let sums = x.matmul(mean) + other.matmul(mean).transposed()
    let features = sums * e + x.matmul(second).matmul(other.transposed()) * (e * e) + 1
    return x.matmul(other.transposed()) * features
  }

  /// yᵀKy / (|K| |y|²) with both around their means: how much of the kernel points at the target.
  ///
  /// - Throws: `TensorError`.
  func kernelAlignment(_ x: Tensor, _ y: Tensor, _ student: QuadraticStudent) throws -> Double {
    let kernel = kernel(x, x, student)
    let centred = kernel - kernel.mean(over: 0, keep: true)
    let target = (y - y.mean()).unsqueezed(1)
    let along = try (centred.matmul(target) * target).sum().value()
    return try along
      / (centred.squared().sum().value().squareRoot() * target.squared().sum().value())
  }
}
