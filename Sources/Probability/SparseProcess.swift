import Foundation
import Networks
import Torch

/// Gaussian processes over shared inputs, one for each of k outputs, known through their values at inducing inputs.
///
/// The kernel is the squared exponential with a length for each input; values at the inducing inputs are whitened.
///
/// - Source: Snelson & Ghahramani, *Sparse Gaussian processes using pseudo-inputs*, NeurIPS 2005, whose conditional it
///   is; whitening as in Hensman et al., *MCMC for variationally sparse Gaussian processes*, NeurIPS 2015.
public struct SparseProcess: Module {
  /// Inducing inputs, `[m, a]`.
  public let inputs: Parameter
  /// Whitened values there, `[m, k]`.
  public let values: Parameter
  /// Logarithms of the kernel's lengths, `[a]`.
  public let logLengths: Parameter
  /// Logarithm of the kernel's variance, `[1]`.
  public let logVariance: Parameter
  /// Logarithm of the variance of noise around the process, `[1]`.
  public let logNoise: Parameter

  /// Processes that are 0 at `inducing` normal places in `a` inputs.
  public init(
    inputs a: Int, outputs: Int, inducing: Int, length: Double = 1, variance: Double = 1,
    noise: Double = 0.05, _ random: RandomStream
  ) {
    let device = random.device
    inputs = Parameter(random.normal([inducing, a]))
    values = Parameter(Tensor.zeros([inducing, outputs], device: device))
    logLengths = Parameter(Tensor.full([a], log(length), device: device))
    logVariance = Parameter(Tensor.full([1], log(variance), device: device))
    logNoise = Parameter(Tensor.full([1], log(noise), device: device))
  }

  /// Covariances between inputs `[n, a]` and `[m, a]`, `[n, m]`.
  public func kernel(_ x: Tensor, _ y: Tensor) -> Tensor {
    let lengths = logLengths.tensor.to(x.dtype).exp()
    let (u, v) = (x / lengths, y / lengths)
    let squares =
      u.squared().sum(over: 1, keep: true) + v.squared().sum(over: 1)
      - u.matmul(v.transposed()) * 2
    return (squares.clamped(atLeast: 0) * -0.5).exp() * logVariance.tensor.to(x.dtype).exp()
  }

  /// What the processes are at inputs `[n, a]` given their values at the inducing inputs, noise included, over `[n, k]`.
  public func conditional(at x: Tensor) -> Normal {
    let (weights, left) = projection(at: x)
    let mean = weights.transposed().matmul(values.tensor.to(.float64))
    let spread = (left + logNoise.tensor.to(.float64).exp()).log().unsqueezed(1)
    let type = values.tensor.dtype
    return Normal(mean: mean.to(type), logVariance: spread.expanded(mean.shape).to(type))
  }

  /// What the whitened values weigh in the processes at inputs `[n, a]`, `[m, n]`, and the variance that they leave
  /// there, noise apart, `[n]`; in double precision, since close inducing inputs leave a nearly singular matrix.
  public func projection(at x: Tensor) -> (weights: Tensor, left: Tensor) {
    let (x, z) = (x.to(.float64), inputs.tensor.to(.float64))
    let variance = logVariance.tensor.to(.float64).exp()
    let jitter = Tensor.identity(z.size(0), type: .float64, device: z.device) * 1e-6
    let root = (kernel(z, z) + jitter * variance).cholesky()
    let weights = root.solveTriangular(kernel(z, x), upper: false)
    return (weights, (variance - weights.squared().sum(over: 0)).clamped(atLeast: 0))
  }

  /// log prior density of values, inducing inputs and the logarithms of lengths, variance and noise, up to a constant,
  /// a scalar: all normal with unit variance, the last three around `length`, `variance` and `noise`.
  public func logPrior(length: Double, variance: Double, noise: Double) -> Tensor {
    let gaps = [
      values.tensor, inputs.tensor, logLengths.tensor - log(length),
      logVariance.tensor - log(variance), logNoise.tensor - log(noise),
    ]
    return gaps.map { $0.squared().sum() * -0.5 }.reduce(Tensor(0, device: values.tensor.device), +)
  }
}
