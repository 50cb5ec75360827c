import Probability
import Torch

extension UnscentedAutoencoder.Network {
  /// Length of the gradient of all outputs' sum at the posterior mean, times the posterior's largest variance, at most
  /// 100: what the decoder does within reach of the sigma points, `[n]`.
  func slope(_ q: Normal) -> Tensor {
    withGradients {
      let mean = q.mean.requiresGradient ? q.mean : q.mean.requiringGradient()
      do {
        let rise = try decode(mean).sum().gradient(of: mean, createGraph: true)
        // A slope of 0 has no direction: the root is kept away from it.
        let length = (rise.squared().sum(over: 1) + 1e-12).squareRoot()
        let variance = q.logVariance.exp().max(over: 1).clamped(atMost: 100)
        return length * variance
      } catch {
        return (error as? TensorError).map { Tensor(error: $0) } ?? Tensor(.nan)
      }
    }
  }
}
