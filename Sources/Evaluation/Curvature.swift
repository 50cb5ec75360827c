import Learning
import Torch

/// How sharply a loss rises around parameters.
public struct Curvature {
  private let parameters: [Tensor]
  private let loss: () -> Tensor

  /// The curvature of `loss`, a scalar, at the present numbers of `parameters`.
  public init(of parameters: [Tensor], _ loss: @escaping () -> Tensor) {
    self.parameters = parameters
    self.loss = loss
  }

  /// The Hessian's eigenvalue of largest absolute value, by power iteration on Hessian-vector products.
  ///
  /// - Parameters:
  ///   - iterations: How often the Hessian is multiplied at most; it ends before where the value settles to 0.1 %.
  ///   - random: Draws the vector that the iteration starts from.
  /// - Throws: `TensorError` that the loss carries.
  public func topEigenvalue(iterations: Int = 50, _ random: RandomStream) throws -> Double {
    try withGradients {
      let gradients = try loss().gradients(for: parameters, createGraph: true)
      var vector = try unit(parameters.map { random.normal($0.shape) })
      var value = 0.0
      for _ in 0..<iterations {
        let product = try gradients.inner(vector).gradients(for: parameters, keepGraph: true)
        let next = try product.inner(vector).value()
        vector = try unit(product)
        defer { value = next }
        if abs(next - value) <= 1e-3 * abs(next) { return next }
      }
      return value
    }
  }

  /// How much the loss rises along its gradient at a distance of `radius`, in the loss's unit.
  ///
  /// - Source: Foret et al., *Sharpness-aware minimization*, ICLR 2021, §2, to first order.
  /// - Throws: `TensorError` that the loss carries.
  public func rise(within radius: Double) throws -> Double {
    let here = withGradients { loss() }
    let there = SharpnessAwareDescent(radius: radius)
    var height = Tensor(0)
    _ = try withGradients {
      try there.gradients(of: Loss(.term("loss", here)), for: parameters) {
        let loss = Loss(.term("loss", loss()))
        height = loss.total.detached()
        return loss
      }
    }
    return try height.value() - here.value()
  }

  private func unit(_ vector: [Tensor]) throws -> [Tensor] {
    let length = try vector.jointNorm.value()
    return withoutGradients { vector.map { ($0 / max(length, 1e-30)).detached() } }
  }
}
