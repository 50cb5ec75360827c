import Networks
import Torch

/// Hamiltonian Monte Carlo on many independent chains at once, with one step size that follows a rate of acceptance.
///
/// - Source: Duane, Kennedy, Pendleton & Roweth, *Hybrid Monte Carlo*, Physics Letters B 1987; Neal, *MCMC using
///   Hamiltonian dynamics*, 2011, §5.3.
struct HamiltonianMonteCarlo {
  /// Steps of the simulated dynamics in one move.
  var leapfrogs = 10
  /// The rate of acceptance that the step size is tuned to.
  var acceptance = 0.9

  /// One move of every chain.
  ///
  /// - Parameters:
  ///   - z: Where the chains are, `[n, k]`.
  ///   - stepSize: Size of a leapfrog step, `[1]`; moves by 2 % towards the wanted acceptance.
  ///   - logDensity: log p(z) of each chain up to a constant, `[n]`.
  func move(
    _ z: Tensor, stepSize: Tensor, _ random: RandomStream, _ logDensity: (Tensor) -> Tensor
  ) -> Tensor {
    withoutGradients {
      var place = z
      var momentum = random.normal(z.shape, type: z.dtype)
      var (density, slope) = valueAndSlope(at: place, logDensity)
      let before = density - momentum.squared().sumPerExample() * 0.5
      for _ in 0..<leapfrogs {
        momentum += slope * stepSize * 0.5
        place += momentum * stepSize
        (density, slope) = valueAndSlope(at: place, logDensity)
        momentum += slope * stepSize * 0.5
      }
      let gain = density - momentum.squared().sumPerExample() * 0.5 - before
      tune(stepSize, gain)
      let isAccepted = random.uniform([z.size(0)], type: z.dtype).log() .< gain
      return isAccepted.unsqueezed(1).choose(place, z)
    }
  }

  private func tune(_ stepSize: Tensor, _ gain: Tensor) {
    let rate = gain.clamped(atMost: 0).exp().replacingNonFinite(high: 1, low: 0).mean()
    let factor = (rate - acceptance).sign() * 0.02 + 1
    // What can fail here has failed in the move, which carries it.
    try? stepSize.assign(stepSize * factor)
  }

  private func valueAndSlope(
    at z: Tensor, _ logDensity: (Tensor) -> Tensor
  ) -> (value: Tensor, slope: Tensor) {
    withGradients {
      let leaf = z.requiringGradient()
      let value = logDensity(leaf)
      do {
        return (value.detached(), try value.sum().gradient(of: leaf))
      } catch {
        // Carried as every failure of a tensor is.
        let failed = (error as? TensorError).map { Tensor(error: $0) } ?? Tensor(.nan)
        return (failed, failed)
      }
    }
  }
}
