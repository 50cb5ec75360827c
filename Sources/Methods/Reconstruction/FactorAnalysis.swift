import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Probability
import Torch

/// Factor analysis: normal codes, a linear decoder and noise of its own size for each input, at maximum likelihood.
///
/// - Source: Rubin & Thayer, *EM algorithms for ML factor analysis*, Psychometrika 47, 1982; Liu, Rubin & Wu,
///   *Parameter expansion to accelerate EM*, Biometrika 85, 1998.
/// - Departs: an input's noise is at least 0.005 of its variance, against solutions where an input is a factor.
public struct FactorAnalysis: Recipe {
  public static let card = Card(
    id: "factor-analysis", title: "Factor analysis",
    source: "Rubin & Thayer, EM algorithms for ML factor analysis, Psychometrika 47, 1982",
    summary:
      "Normal codes that explain what inputs have in common, and noise of its own size for each input; the likelihood "
      + "of an example is exact, and the units of the inputs do not matter.")

  /// Number of latent units, k; never more than there are inputs.
  public var latents = 20
  /// Most steps of expectation–maximisation.
  public var iterations = 500
  /// The gain in log-likelihood for an example, nats, at which it ends.
  public var gain = 1e-5

  public init() {}

  public func validate(for domain: Domain) throws {
    try LinearSettings.validate(domain, latents)
    try require(iterations >= 1, "--iterations \(iterations): at least 1 step is needed")
    try require(gain >= 0, "--gain \(gain): must be at least 0 nats")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> LinearGaussian {
    LinearGaussian(domain, max(1, min(latents, domain.size)), device: random.device)
  }

  public func fit(_ network: LinearGaussian, _ run: FitRun) throws -> FitResult {
    try run.timed {
      let moments = try ExampleMoments(run)
      let (d, k) = (run.source.domain.size, network.latents)
      // An input that never varies is uncorrelated with all others.
      let variances = moments.covariance.diagonal()
      let scales = variances.clamped(atLeast: 1e-12).squareRoot()
      let correlations =
        moments.covariance / scales.unsqueezed(1) / scales.unsqueezed(0)
        + (variances .< 1e-12).to(.float64).asDiagonal()
      let everywhere = FactorStructure(
        members: Array(repeating: Array(0..<d), count: k), variables: d)
      let em = FactorEM(data: Correlations(matrix: correlations.to(.cpu), rows: moments.count))
      let start = FactorModel(everywhere, loadings: try Self.start(correlations, k))
      let model = try em.fit(start, steps: iterations, gain: gain * Double(moments.count))
      // Correlated factors and their loadings are uncorrelated ones with other loadings.
      let loadings = Tensor(model.loadings, shape: [d, k]).matmul(model.correlations.cholesky())
      let noise = Tensor(model.uniquenesses).to(run.device) * scales.squared()
      try network.assign(
        mean: moments.mean, loadings: loadings.to(run.device) * scales.unsqueezed(1),
        noise: noise.clamped(atLeast: 1e-6))
    }
  }

  /// Loadings to start from, row-major `[d, k]`: the principal axes, scaled so that every input keeps some noise.
  private static func start(_ correlations: Tensor, _ k: Int) throws -> [Double] {
    let (values, vectors) = correlations.symmetricEigen()
    let lengths = values.flipped(0).sliced(0, 0, k).clamped(atLeast: 1e-6).squareRoot()
    return try (vectors.flipped(1).sliced(1, 0, k) * lengths.unsqueezed(0) * 0.9)
      .values(as: Double.self)
  }
}
