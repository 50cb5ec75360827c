import Evaluation
import Foundation
import Learning
import Torch

/// The joint-embedding losses under which a network is watched.
enum StagedLoss: String, CaseIterable, Sendable {
  case barlow = "Barlow Twins"
  case vicreg = "VICReg"
  case simclr = "SimCLR"

  /// The loss of embeddings of two views, `[n, m]` each, a scalar: of Barlow Twins the form without scaling.
  func callAsFunction(_ a: Tensor, _ b: Tensor) -> Tensor {
    switch self {
    case .barlow:
      let (x, y) = (a - a.mean(over: 0, keep: true), b - b.mean(over: 0, keep: true))
      let cross = PairMoments(x, y).symmetric
      return (cross - Tensor.identity(a.size(1), type: a.dtype)).squared().sum()
    case .vicreg:
      let spread = a.lackOfVariance + b.lackOfVariance
      let covariance = a.squaredCovariance + b.squaredCovariance
      return (a - b).squared().mean() * 25 + spread * 25 + covariance
    case .simclr: return a.normalisedCrossEntropy(with: b, temperature: 0.5).mean()
    }
  }
}

/// A rectified network of three layers without offsets that embeds two views of the same rows.
struct StagedNetwork {
  let loss: StagedLoss
  /// Views, `[n, d]` each.
  let views: (Tensor, Tensor)
  var hidden = 64
  var outputs = 8

  /// Weights as He and others draw them, times `size`.
  func start(size: Double, _ random: RandomStream) -> [Tensor] {
    let widths = [views.0.size(1), hidden, hidden, outputs]
    return zip(widths, widths.dropFirst()).enumerated().map { layer, ends in
      random.child(layer).normal([ends.1, ends.0]) * (size * (2 / Double(ends.0)).squareRoot())
    }
  }

  private func embed(_ x: Tensor, _ weights: [Tensor]) -> Tensor {
    let top = weights.count - 1
    return weights[..<top].reduce(x) { $0.linear($1).relu() }.linear(weights[top])
  }

  /// The gradient of each of the weights.
  ///
  /// - Throws: `TensorError`.
  func slopes(_ weights: [Tensor]) throws -> [Tensor] {
    let leaves = weights.map { $0.detached().requiringGradient() }
    return try loss(embed(views.0, leaves), embed(views.1, leaves)).gradients(for: leaves)
  }

  /// Eigenvalues of the covariance of the embeddings of both views, descending.
  ///
  /// - Throws: `TensorError`.
  func spectrum(_ weights: [Tensor]) throws -> [Double] {
    let z = Tensor.concatenate([embed(views.0, weights), embed(views.1, weights)]).to(.float64)
    let centred = z - z.mean(over: 0, keep: true)
    let covariance = centred.transposed().matmul(centred) / Double(z.size(0))
    return try covariance.symmetricEigenvalues().values(as: Double.self).reversed()
  }

  /// The eigenvalues over `steps` steps of the flow.
  ///
  /// - Throws: `TensorError`, or `UserError` where it is told to stop.
  func course(
    size: Double, steps: Int, _ random: RandomStream, shouldStop: @escaping () -> Bool
  ) throws -> LearningCourse {
    var course = LearningCourse()
    var flow = GradientFlow(shouldStop: shouldStop)
    (flow.mostSteps, flow.tolerance) = (steps, 0.01)
    try flow.follow(start(size: size, random), slopes: slopes) { time, weights in
      course.add(time, try withoutGradients { try spectrum(weights) })
      return true
    }
    return course
  }
}
