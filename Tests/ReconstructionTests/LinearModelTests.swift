import Autoencoding
import Datasets
import Foundation
import Learning
import Probability
import TestSupport
import Testing
import Torch

@testable import Reconstruction

/// The closed forms against what defines them.
@Suite struct LinearModelTests {
  init() { Runtime.threads = 1 }

  /// Rows of five columns with two common causes, opened as a person's table is.
  func source(rows: Int = 400) throws -> Source {
    let random = RandomStream(5)
    let mixing = random.child("w").normal([2, 5])
    let x =
      random.child("z").normal([rows, 2]).matmul(mixing) + random.child("e").normal([rows, 5])
      * Tensor([0.3, 0.5, 0.7, 0.9, 1.1].map { Float($0) }, shape: [1, 5])
    let values = try x.values(as: Double.self)
    let path = NSTemporaryDirectory() + "linear-\(UUID().uuidString).csv"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try CSV.write(
      header: ["a", "b", "c", "d", "e"],
      rows: (0..<rows).map { row in (0..<5).map { "\(values[row * 5 + $0])" } }, to: path)
    return try Source.open(path)
  }

  func run(_ source: Source) -> FitRun { FitRun(source, seed: Seed(1)) }
  func rows(_ source: Source) throws -> Tensor {
    try source.train.batch(Array(0..<source.train.count)).x.to(.float64)
  }

  /// W Wᵀ + Ψ, `[d, d]`.
  func implied(_ network: LinearGaussian) -> Tensor {
    let w = network.loadings.tensor.to(.float64)
    return w.matmul(w.transposed()) + network.noise.tensor.to(.float64).asDiagonal()
  }

  @Test func momentsAreThoseOfTheRows() throws {
    let source = try source()
    let (x, moments) = (try rows(source), try ExampleMoments(run(source)))
    let centred = x - x.mean(over: 0, keep: true)
    let covariance = centred.transposed().matmul(centred) / Double(x.size(0))
    #expect(try (moments.mean - x.mean(over: 0)).abs().max().value() < 1e-12)
    #expect(try (moments.covariance - covariance).abs().max().value() < 1e-12)
  }

  @Test func thePCAsErrorIsTheSumOfTheVariancesLeftOut() throws {
    let source = try source()
    let axes = try PrincipalAxes(run(source))
    var method = PCA()
    method.latents = 2
    let network = try Space.fitted(method, run(source)).network
    let x = try rows(source).to(.float32)
    let error = try (network.decode(network.encode(x)) - x).squared().sum(over: 1).mean().value()
    let left = try axes.variances.sliced(0, 2, 5).sum().value()
    #expect(near(error, left, 1e-5))
    let gram = network.axes.tensor.transposed().matmul(network.axes.tensor)
    #expect(try (gram - Tensor.identity(2)).abs().max().value() < 1e-5)
    let spread = network.encode(x).to(.float64).variance(over: 0, correction: 0)
    #expect(try (spread - axes.variances.sliced(0, 0, 2)).abs().max().value() < 1e-5)
  }

  @Test func fewerRowsThanInputsHaveTheSameAxesByTheOtherWay() throws {
    let source = try source()
    let small = source.learning(from: source.train.prefix(4))
    let dual = try PrincipalAxes(run(small))
    let moments = try ExampleMoments(run(small))
    #expect(dual.variances.count == 4)
    let (values, _) = moments.covariance.symmetricEigen()
    #expect(try (values.flipped(0).sliced(0, 0, 4) - dual.variances).abs().max().value() < 1e-12)
    let again = dual.axes.matmul(dual.variances.asDiagonal()).matmul(dual.axes.transposed())
    #expect(try (again - moments.covariance).abs().max().value() < 1e-12)
  }

  @Test func thePPCAsCovarianceKeepsTheLargeVariancesAndAveragesTheRest() throws {
    let source = try source()
    let axes = try PrincipalAxes(run(source))
    var method = PPCA()
    method.latents = 2
    let network = try Space.fitted(method, run(source)).network
    let found = implied(network).symmetricEigenvalues().flipped(0)
    let left = try axes.variances.sliced(0, 2, 5).mean().value()
    let expected = Tensor.concatenate([
      axes.variances.sliced(0, 0, 2), .full([3], left, type: .float64),
    ])
    #expect(try (found - expected).abs().max().value() < 1e-5)
    // Tipping & Bishop's maximum of the likelihood, eq. 3.14 with the trace worked out.
    let logs = try axes.variances.sliced(0, 0, 2).log().sum().value() + 3 * log(left)
    let best = -0.5 * (5 * log(2 * Double.pi) + logs + 5)
    let mean = try network.logProbability(of: rows(source).to(.float32)).mean().value()
    #expect(near(mean, best, 1e-5))
  }

  @Test func factorAnalysisEndsWhereTheLikelihoodIsFlat() throws {
    let source = try source()
    var method = FactorAnalysis()
    // One factor, since two of them leave a variable without noise, where a bound holds.
    (method.latents, method.iterations, method.gain) = (1, 20_000, 1e-12)
    let network = try Space.fitted(method, run(source)).network
    let moments = try ExampleMoments(run(source))
    let inverse = implied(network).inverse()
    let pull = inverse.matmul(implied(network) - moments.covariance).matmul(inverse)
    #expect(try pull.diagonal().abs().max().value() < 2e-3, "no gain from the noise")
    let slope = pull.matmul(network.loadings.tensor.to(.float64))
    #expect(try slope.abs().max().value() < 2e-3, "no gain from the loadings")
    var plain = PPCA()
    plain.latents = 1
    let equal = try Space.fitted(plain, run(source)).network
    let x = try rows(source).to(.float32)
    #expect(
      try network.logProbability(of: x).mean().value() > equal.logProbability(of: x).mean().value())
  }

  @Test(arguments: [true, false])
  func aLinearGaussiansDensityAndPosteriorAreBayess(_ equal: Bool) throws {
    let source = try source()
    var (plain, factors) = (PPCA(), FactorAnalysis())
    (plain.latents, factors.latents) = (2, 2)
    let network =
      equal
      ? try Space.fitted(plain, run(source)).network
      : try Space.fitted(factors, run(source)).network
    let x = try rows(source).sliced(0, 0, 6).to(.float32)
    let z = RandomStream(2).normal([6, 2])
    // log p(x) = log p(x|z) + log p(z) − log p(z|x) at any z.
    let given = Normal(
      mean: network.decode(z),
      logVariance: network.noise.tensor.log().unsqueezed(0).expanded([6, 5]))
    let joint = given.logProbability(of: x) + Normal.standardLogProbability(of: z)
    let marginal = joint - network.posterior(x).logProbability(of: z)
    #expect(try (marginal - network.elbo(x, RandomStream(1))).abs().max().value() < 1e-4)
    let root = implied(network).cholesky()
    let white = root.solveTriangular(
      (x.to(.float64) - network.mean.tensor.to(.float64).unsqueezed(0)).transposed(), upper: false)
    let volume = root.diagonal().log().sum() * 2 + 5 * log(2 * Double.pi)
    let dense = (white.squared().sum(over: 0) + volume) * -0.5
    #expect(
      try (dense - network.logProbability(of: x).to(.float64)).abs().max().value() < 1e-4)
  }
}
