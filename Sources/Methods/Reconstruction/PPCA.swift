import Autoencoding
import Datasets
import Evaluation
import Learning
import Networks
import Torch

/// Probabilistic principal component analysis: normal codes, a linear decoder and noise of one size for all inputs, at
/// maximum likelihood.
///
/// - Source: Tipping & Bishop, *Probabilistic principal component analysis*, Journal of the Royal Statistical Society B
///   61, 1999, eqs. 3.12, 3.13.
/// - Departs: the noise is at least a millionth of the mean variance of an input, so that data on a plane have a
///   density.
public struct PPCA: Recipe {
  public static let card = Card(
    id: "ppca", title: "Probabilistic principal component analysis",
    source:
      "Tipping & Bishop, Probabilistic principal component analysis, Journal of the Royal Statistical Society B 61, "
      + "1999",
    summary:
      "Principal components with a density: normal codes, a linear decoder and equal noise, fitted in closed form; the "
      + "likelihood of an example is exact.")

  /// Number of latent units, k; never more than one less than there are inputs.
  public var latents = 20

  public init() {}

  public func validate(for domain: Domain) throws {
    try LinearSettings.validate(domain, latents, leastInputs: 2)
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> LinearGaussian {
    LinearGaussian(domain, max(1, min(latents, domain.size - 1)), device: random.device)
  }

  public func fit(_ network: LinearGaussian, _ run: FitRun) throws -> FitResult {
    try run.timed {
      let (d, k) = (run.source.domain.size, network.latents)
      let found = try PrincipalAxes(run)
      let missing = k - min(k, found.variances.count)
      let variances = found.variances.sliced(0, 0, k).padded([0, missing])  // [k]
      let axes = found.axes.sliced(1, 0, k).padded([0, missing])  // [d, k]
      // Eq. 3.13: the mean of the variances that are left out.
      let floor = 1e-6 * max(try found.total.value() / Double(d), 1e-6)
      let noise = max(try (found.total - variances.sum()).value() / Double(d - k), floor)
      let lengths = (variances - noise).clamped(atLeast: 0).squareRoot()
      try network.assign(
        mean: found.mean, loadings: axes * lengths.unsqueezed(0),
        noise: found.mean.filled(with: noise))
    }
  }
}
