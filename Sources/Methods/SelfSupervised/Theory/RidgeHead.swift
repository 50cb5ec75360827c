import Foundation
import Torch

/// A linear head with an intercept, by least squares with the penalty under which leaving one row out costs least.
struct RidgeHead: Sendable {
  /// Means of features, `[1, d]`, and of targets, `[1, q]`.
  private let centre: (x: Tensor, y: Tensor)
  /// `[d, q]`.
  let weights: Tensor

  /// Of features `x`, `[n, d]`, and targets `y`, `[n, q]`, in double precision; penalties are tried as multiples of the
  /// features' mean squared singular value.
  ///
  /// - Throws: `TensorError`.
  init(
    _ x: Tensor, _ y: Tensor, penalties: [Double] = [1e-8, 1e-6, 1e-4, 1e-3, 1e-2, 0.1, 1, 10]
  ) throws {
    centre = (x.mean(over: 0, keep: true), y.mean(over: 0, keep: true))
    let (u, s, vt) = (x - centre.x).svd()
    let turned = u.transposed().matmul(y - centre.y)  // [r, q]
    let squares = s.squared()
    let unit = try max(squares.mean().value(), 1e-300)
    var best: (cost: Double, weights: Tensor)?
    for penalty in penalties {
      let shrunk = squares / (squares + penalty * unit)  // [r]
      let fitted = u.matmul(turned * shrunk.unsqueezed(1))
      let leverage = (u.squared() * shrunk).sum(over: 1, keep: true) + 1 / Double(x.size(0))
      // With fewer rows than features both sides of the quotient shrink with the penalty: a floor that is larger would let
      // the smallest penalty win.
      let left = (y - centre.y - fitted) / (1 - leverage).clamped(atLeast: 1e-12)
      let cost = try left.squared().mean().value()
      if best.map({ cost < $0.cost }) ?? true {
        let gains = s / (squares + penalty * unit)
        best = (cost, vt.transposed().matmul(turned * gains.unsqueezed(1)))
      }
    }
    weights = best?.weights ?? Tensor(.nan)
  }

  /// What is told of the rows of `x`, `[n, q]`.
  func callAsFunction(_ x: Tensor) -> Tensor { (x - centre.x).matmul(weights) + centre.y }
}

/// Rectified random features of rows, scaled so that all have mean square about 1.
struct RandomFeatures: Sendable {
  private let weights: Tensor  // [d, m]
  private let offsets: Tensor  // [1, m]

  /// `count` features of `inputs` numbers whose deviation is about `scale`.
  init(_ inputs: Int, _ count: Int, scale: Double, _ random: RandomStream) {
    let spread = scale * Double(inputs).squareRoot()
    weights = random.child("weights").normal([inputs, count], type: .float64) / spread
    offsets = random.child("offsets").normal([1, count], type: .float64)
  }

  /// `[n, d]` to `[n, m]`.
  func callAsFunction(_ x: Tensor) -> Tensor { (x.matmul(weights) + offsets).relu() }
}
