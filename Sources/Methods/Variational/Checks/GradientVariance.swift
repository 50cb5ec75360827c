import Torch

/// How much a stochastic gradient scatters.
enum GradientVariance {
  /// The variance of the gradient of `loss` over `draws` streams of noise, summed over all `parameters`.
  ///
  /// - Throws: `TensorError` that a loss carries.
  static func total(
    for parameters: [Tensor], draws: Int, _ loss: (_ draw: Int) -> Tensor
  ) throws -> Double {
    var sum: Tensor?
    var squares = 0.0
    for draw in 0..<draws {
      let parts = try loss(draw).gradients(for: parameters).map { $0.flattened().to(.float64) }
      let gradient = Tensor.concatenate(parts)
      squares += try gradient.squared().sum().value()
      sum = sum.map { $0 + gradient } ?? gradient
    }
    let mean = (sum ?? Tensor(0)) * (1 / Double(draws))
    let centre = try mean.squared().sum().value() * Double(draws)
    return (squares - centre) / Double(draws - 1)
  }
}
