import Foundation
import Torch

/// Linear functions of white inputs with normal weights of variance 1/d, one of which is the truth, and examples of it.
///
/// A hypothesis that fits the examples differs from the truth within the null space of the examples alone, where it
/// is as random as before. So its test error, the squared distance of the weights, is 1/d times a noncentral χ²
/// of d − n dimensions whose shift is d times the truth's squared length in the null space.
struct LinearHypotheses {
  let inputs: Int
  let examples: Int
  private let x: Tensor  // [n, d]
  private let truth: Tensor  // [d, 1]
  private let inverse: Tensor  // [d, n]

  /// A truth and `examples` of it, fewer than `inputs`.
  init(inputs: Int, examples: Int, _ random: RandomStream) {
    self.inputs = inputs
    self.examples = examples
    x = random.child("examples").normal([examples, inputs], type: .float64)
    truth =
      random.child("truth").normal([inputs, 1], type: .float64) / Double(inputs).squareRoot()
    inverse = x.pseudoInverse()
  }

  /// The distribution of test errors, in closed form.
  ///
  /// - Throws: `TensorError`.
  func distribution() throws -> NoncentralChiSquared {
    let hidden = truth - inverse.matmul(x.matmul(truth))
    let d = Double(inputs)
    return NoncentralChiSquared(
      degrees: Double(inputs - examples), shift: d * (try hidden.squared().sum().value()),
      scale: 1 / d)
  }

  /// Test errors of `count` random hypotheses that fit the examples: draws from before, moved by the least to fit.
  ///
  /// - Throws: `TensorError`.
  func errors(_ count: Int, _ random: RandomStream) throws -> [Double] {
    let free = random.normal([inputs, count], type: .float64) / Double(inputs).squareRoot()
    let fitting = free + inverse.matmul(x.matmul(truth) - x.matmul(free))
    return try (fitting - truth).squared().sum(over: 0).values(as: Double.self)
  }
}
