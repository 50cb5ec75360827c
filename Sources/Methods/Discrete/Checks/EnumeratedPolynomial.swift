import Foundation
import Probability
import Torch

/// An expectation over a few categorical variables whose gradient is known, since all draws can be summed over:
/// E[Σ |A y − c|^p] with y the one-hot vectors of 4 variables of 3 classes.
///
/// - Source: Liu et al., NeurIPS 2023, polynomial programming, there with A = 1 and two classes.
struct EnumeratedPolynomial {
  let power: Double
  /// `[1, units, classes]`, double precision.
  let logits: Tensor
  private let map: Tensor
  private let centres: Tensor
  private let units = 4
  private let classes = 3

  init(power: Double, _ random: RandomStream) {
    self.power = power
    let inputs = units * classes
    logits = random.child("logits").normal([1, units, classes], type: .float64)
    map = random.child("map").normal([inputs, 6], type: .float64)
    centres = random.child("centres").normal([6], type: .float64)
  }

  /// All draws, one-hot, `[81, units, classes]`.
  private var draws: Tensor {
    let tokens = (0..<81).flatMap { draw in
      [27, 9, 3, 1].map { Int64(draw / $0 % 3) }
    }
    return Tensor(tokens, shape: [81, units]).oneHot(classes).to(.float64)
  }

  /// The objective of each draw, `[n]`.
  private func value(_ y: Tensor) -> Tensor {
    (y.flattened(from: 1).matmul(map) - centres).abs().power(power).sum(over: 1)
  }

  /// The gradient of the expectation, `[12]`.
  func exact() throws -> Tensor {
    let leaf = logits.requiringGradient()
    let q = OneHotCategorical(logits: leaf.expanded([81, units, classes]))
    let sum = (q.logProbability(of: draws).exp() * value(draws)).sum()
    return try sum.gradient(of: leaf).flattened()
  }

  /// The expected gradient of an estimator that needs only the draw, by summing over all of them, `[12]`.
  func expected(_ estimator: CategoricalEstimator) throws -> Tensor {
    let leaf = logits.requiringGradient()
    let q = OneHotCategorical(logits: leaf.expanded([81, units, classes]))
    let chances = q.logProbability(of: draws).exp().detached()
    let sum = (chances * value(estimator.passing(draws, q))).sum()
    return try sum.gradient(of: leaf).flattened()
  }

  /// The mean gradient of any estimator over `count` draws, `[12]`, and the variance of that mean, summed.
  func sampled(
    _ estimator: CategoricalEstimator, temperature: Double, count: Int, _ random: RandomStream
  ) throws -> (mean: Tensor, variance: Double) {
    let leaf = logits.expanded([count, units, classes]).requiringGradient()
    let q = OneHotCategorical(logits: leaf)
    let y = estimator.draw(q, temperature: temperature, random)
    let slopes = try value(y).sum().gradient(of: leaf).flattened(from: 1)
    let variance = try slopes.variance(over: 0).sum().value() / Double(count)
    return (slopes.mean(over: 0), variance)
  }

  /// The length of the bias over that of the exact gradient, without what sampling adds on average.
  func bias(_ mean: Tensor, variance: Double = 0) throws -> Double {
    let exact = try exact()
    let square = try (mean - exact).squared().sum().value() - variance
    return try max(0, square).squareRoot() / exact.norm().value()
  }
}
