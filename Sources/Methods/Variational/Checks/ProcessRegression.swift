import Foundation
import Probability
import Torch

/// Exact regression by Gaussian processes with a squared exponential, whose length and noise are the likeliest of a
/// grid: what a two-stage method does with codes that are there already.
///
/// - Source: Rasmussen & Williams, *Gaussian processes for machine learning*, 2006, algorithm 2.1.
struct ProcessRegression {
  private let x: Tensor
  private let root: Tensor
  private let weights: Tensor
  private let centre: Tensor
  private let spread: Tensor
  private let length: Double
  private let noise: Double

  /// From inputs `[n, a]`, standardised, and targets `[n, k]`.
  ///
  /// - Throws: `TensorError`.
  init(_ x: Tensor, _ y: Tensor) throws {
    (self.x, centre) = (x, y.mean(over: 0))
    spread = y.standardDeviation(over: 0) + 1e-6
    let targets = (y - centre) / spread
    var best: (score: Double, length: Double, noise: Double) = (-.infinity, 1, 0.1)
    for length in [0.05, 0.1, 0.2, 0.5, 1, 2, 4] {
      for noise in [0.01, 0.1, 0.3, 1] {
        let root = Self.root(x, length, noise)
        let fit = (targets * root.choleskySolve(targets)).sum() * -0.5
        let score = try (fit - root.diagonal().log().sum() * Double(y.size(1))).value()
        if score > best.score { best = (score, length, noise) }
      }
    }
    (length, noise) = (best.length, best.noise)
    root = Self.root(x, length, noise)
    weights = root.choleskySolve(targets)
  }

  private static func kernel(_ a: Tensor, _ b: Tensor, _ length: Double) -> Tensor {
    (a.distances(to: b).squared() * (-0.5 / (length * length))).exp()
  }

  private static func root(_ x: Tensor, _ length: Double, _ noise: Double) -> Tensor {
    let eye = Tensor.identity(x.size(0), type: x.dtype)
    return (kernel(x, x, length) + eye * noise).cholesky()
  }

  /// At inputs `[m, a]`, noise included, over `[m, k]`.
  func callAsFunction(_ places: Tensor) -> Normal {
    let cross = Self.kernel(places, x, length)
    let white = root.solveTriangular(cross.transposed(), upper: false)
    let left = (1 + noise - white.squared().sum(over: 0)).clamped(atLeast: 1e-6).unsqueezed(1)
    return Normal(
      mean: cross.matmul(weights) * spread + centre, logVariance: (left * spread.squared()).log())
  }
}
