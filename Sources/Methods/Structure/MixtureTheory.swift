import Foundation
import Torch

extension MixturePretraining {
  /// The risks in first order, by averages over draws of the true mixture.
  ///
  /// Maximum likelihood has the inverse of the information as its covariance. With r the true responsibilities, f the
  /// best prediction and β the values, a mean's part outside the span of all means has the score r x and moves the
  /// prediction by r (β − f) x, the same in each of the d − k directions; what lies in the span, and the weights, is
  /// taken together. The head takes up what is a combination of r. Least squares on r loses tr(E[rr']⁻¹ E[rr'τ²]) / n.
  /// By symmetry all values of variance 1 have the same constants.
  func prediction() throws -> PretrainingPrediction {
    let theory = self.theory(draws: 50_000, Seed(83))
    return PretrainingPrediction(
      representation: try theory.representation.value(), head: try theory.head.value(),
      slopes: components)
  }

  /// The least squared error that any prediction can have.
  ///
  /// - Throws: `TensorError`.
  func bayesRisk() throws -> Double { try theory(draws: 50_000, Seed(83)).bayes.value() }

  private func theory(
    draws count: Int, _ seed: Seed
  ) -> (representation: Tensor, head: Tensor, bayes: Tensor) {
    let (random, k) = (RandomStream(seed), components)
    let z = random.integers(0..<k, [count]).oneHot(k).to(.float64)
    let x = z * length + random.normal([count, k], type: .float64)  // coordinates along the means
    let r = (x * length).softmax(along: 1)
    let ramp = Tensor.range(0, Double(k), type: .float64) - Double(k - 1) / 2
    let values = (ramp / ramp.squared().mean().squareRoot()).unsqueezed(1)
    let best = r.matmul(values)
    let gains = r * (values.transposed() - best)
    let average = 1 / Double(count)
    let moments = r.transposed().matmul(r) * average
    let outside = moments.solve(gains.transposed().matmul(gains) * average).trace()

    let centred = x.unsqueezed(1) - Tensor.identity(k, type: .float64).unsqueezed(0) * length
    func inSpan(_ weights: Tensor, _ level: Double) -> Tensor {
      let means = (weights.unsqueezed(2) * centred).reshaped(count, k * k)
      // The weights sum to 1, so that one is not free.
      return Tensor.concatenate([means, weights.sliced(1, 0, k - 1) - level], along: 1)
    }
    let (scores, slopes) = (inSpan(r, 1 / Double(k)), inSpan(gains, 0))
    let taken = r.matmul(moments.solve(r.transposed().matmul(slopes) * average))
    let left = slopes - taken
    let information = scores.transposed().matmul(scores)
    let inside = information.solve(left.transposed().matmul(left)).trace()

    let residual = r.matmul(values.squared()) - best.squared() + noise * noise  // [count, 1]
    let noisy = r.transposed().matmul(r * residual) * average
    return (
      inside + outside * Double(dimensions - k), moments.solve(noisy).trace(), residual.mean()
    )
  }
}
