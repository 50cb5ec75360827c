import Foundation
import Networks
import Probability
import Testing
import Torch

@Suite struct SparseProcessTests {
  init() { Runtime.threads = 1 }

  func process(inducing x: Tensor, values: Tensor, noise: Double) throws -> SparseProcess {
    let process = SparseProcess(
      inputs: 1, outputs: values.size(1), inducing: x.size(0), length: 0.7, variance: 2,
      noise: noise, RandomStream(1))
    try process.inputs.tensor.assign(x.to(.float32))
    try process.values.tensor.assign(values.to(.float32))
    return process
  }

  let inducing = Tensor([-2.0, -1.0, 0.3, 1.2, 2.5], shape: [5, 1])

  @Test func theKernelIsTheSquaredExponential() throws {
    let process = try process(inducing: inducing, values: .zeros([5, 1]), noise: 0.1)
    let found = try process.kernel(Tensor([0.0], shape: [1, 1]), Tensor([0.5], shape: [1, 1]))
      .value()
    #expect(abs(found - 2 * exp(-0.25 / (2 * 0.49))) < 1e-6)
  }

  /// f = L v at the inducing inputs, where nothing is left unknown but the noise.
  @Test func atItsInducingInputsTheProcessIsWhatItsValuesSay() throws {
    let values = RandomStream(2).normal([5, 2], type: .float64)
    let process = try process(inducing: inducing, values: values, noise: 0.01)
    let root = (process.kernel(inducing, inducing) + Tensor.identity(5, type: .float64) * 2e-6)
      .cholesky()
    let there = process.conditional(at: inducing)
    let gap = there.mean.to(.float64) - root.matmul(values)
    #expect(try gap.abs().max().value() < 1e-4)
    #expect(try (there.logVariance.exp() - 0.01).abs().max().value() < 1e-3)
  }

  @Test func farAwayTheProcessIsItsPrior() throws {
    let process = try process(
      inducing: inducing, values: RandomStream(2).normal([5, 1]), noise: 0.1)
    let far = process.conditional(at: Tensor([40.0], shape: [1, 1]))
    #expect(abs(try far.mean.value()) < 1e-6)
    #expect(abs(try far.logVariance.exp().value() - 2.1) < 1e-5)
  }

  /// The conditional of the joint normal, by the textbook's formula with an inverse.
  @Test func theConditionalIsThatOfTheJointNormal() throws {
    let values = RandomStream(2).normal([5, 1], type: .float64)
    let process = try process(inducing: inducing, values: values, noise: 0.05)
    let x = Tensor([-1.4, 0.9], shape: [2, 1])
    let covariance = process.kernel(inducing, inducing) + Tensor.identity(5, type: .float64) * 2e-6
    let cross = process.kernel(x, inducing)
    let f = covariance.cholesky().matmul(values)
    let mean = cross.matmul(covariance.inverse()).matmul(f)
    let left = 2.05 - (cross.matmul(covariance.inverse()) * cross).sum(over: 1)
    let found = process.conditional(at: x)
    #expect(try (found.mean.to(.float64) - mean).abs().max().value() < 1e-4)
    #expect(
      try (found.logVariance.exp().to(.float64).squeezed(1) - left).abs().max().value() < 1e-4)
  }

  @Test func thePriorIsNormalInTheLogarithms() throws {
    let process = try process(inducing: inducing, values: .ones([5, 2]), noise: 0.05)
    let found = try process.logPrior(length: 1, variance: 1, noise: 0.05).value()
    let squares = 10 + 4 + 1 + 0.09 + 1.44 + 6.25 + pow(log(0.7), 2) + pow(log(2.0), 2)
    #expect(abs(found + squares / 2) < 1e-4)
  }
}
