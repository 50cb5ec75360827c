import Probability
import Testing
import Torch

/// A family of distributions as a function of its parameters, with a point of its support.
struct Family: Sendable, CustomStringConvertible {
  let description: String
  /// Parameters in double precision, `[3]` or `[2, 3]` each.
  let parameters: [Tensor]
  let value: Tensor
  /// Whether the density may be differentiated in the value.
  var isSmooth = true
  let make: @Sendable ([Tensor]) -> any Distribution

  static func double(_ values: [Double]) -> Tensor { Tensor(values) }

  static let all: [Family] = [
    Family(
      description: "normal", parameters: [double([0.3, -1, 2]), double([-1, 0.5, 1])],
      value: double([0.1, 2, -3])
    ) { Normal(mean: $0[0], logVariance: $0[1]) },
    Family(
      description: "Bernoulli", parameters: [double([0.3, -4, 2])], value: double([0, 0.25, 1])
    ) { Bernoulli(logits: $0[0]) },
    Family(
      description: "continuous Bernoulli", parameters: [double([0.3, -4, 30])],
      value: double([0.2, 0.25, 0.9])
    ) { ContinuousBernoulli(logits: $0[0]) },
    Family(
      description: "continuous Bernoulli near 0", parameters: [double([0, 1e-4, -0.049])],
      value: double([0.2, 0.25, 0.9])
    ) { ContinuousBernoulli(logits: $0[0]) },
    Family(
      description: "Laplace", parameters: [double([0.3, -1, 2]), double([-1, 0.5, 1])],
      value: double([0.1, 2, -3])
    ) { Laplace(mean: $0[0], logScale: $0[1]) },
    Family(
      description: "logistic", parameters: [double([0.3, -1, 2]), double([-1, 0.5, 1])],
      value: double([0.1, 2, -3])
    ) { Logistic(mean: $0[0], logScale: $0[1]) },
    Family(
      description: "logistic on levels",
      parameters: [double([0.3, 0.5, 1.2]), double([-3, -2, -1])],
      value: double([0, 100.0 / 255, 1])
    ) { Logistic(mean: $0[0], logScale: $0[1], levels: 256) },
    Family(
      description: "Student t",
      parameters: [double([0.3, -1, 2]), double([-1, 0.5, 1]), double([2.5, 4, 30])],
      value: double([0.1, 2, -3])
    ) { StudentT(mean: $0[0], logScale: $0[1], freedom: $0[2]) },
    Family(
      description: "gamma", parameters: [double([0.6, 1, 4]), double([0.5, 2, 3])],
      value: double([0.2, 1, 3])
    ) { Gamma(concentration: $0[0], rate: $0[1]) },
    Family(
      description: "log-normal", parameters: [double([0.3, -1, 0.5]), double([-1, -0.5, -2])],
      value: double([0.2, 1, 3])
    ) { LogNormal(logarithm: Normal(mean: $0[0], logVariance: $0[1])) },
    Family(
      description: "beta", parameters: [double([1.6, 3, 4]), double([1.5, 2, 1.2])],
      value: double([0.2, 0.5, 0.9])
    ) { Beta(alpha: $0[0], beta: $0[1]) },
    Family(
      description: "Dirichlet",
      parameters: [Tensor([0.6, 1, 2, 3, 1.5, 0.8], shape: [2, 3])],
      value: Tensor([0.2, 0.5, 0.3, 0.1, 0.1, 0.8], shape: [2, 3])
    ) { Dirichlet(concentration: $0[0]) },
    Family(
      description: "Poisson", parameters: [double([0.3, -1, 2])], value: double([0, 1, 7])
    ) { Poisson(logRate: $0[0]) },
    Family(
      description: "negative binomial", parameters: [double([0.6, 2, 5]), double([0.3, -1, 1])],
      value: double([0, 1, 7])
    ) { NegativeBinomial(failures: $0[0], logits: $0[1]) },
    Family(
      description: "categorical",
      parameters: [Tensor([0.6, 1, 2, 3, -1.5, 0.8], shape: [2, 3])], value: Tensor([2, 0]),
      isSmooth: false
    ) { Categorical(logits: $0[0]) },
  ]
}
