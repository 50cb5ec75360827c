import Autoencoding
import Datasets
import Files
import Learning
import Networks
import Probability
import Testing
import Torch

@testable import Disentanglement
@testable import Reconstruction
@testable import Variational

/// The objectives against the evidence lower bound of the same network on the same noise.
@Suite struct LatentObjectiveTests {
  init() { Runtime.threads = 1 }

  let domain = Domain(shape: [6], support: .unit)
  let batch = Batch(x: RandomStream(3).uniform([16, 6]), indices: Array(0..<16))
  let step = Step(index: 0, progress: 0, examples: 16, seed: Seed(2))

  func terms(_ loss: Loss) throws -> [String: Double] {
    try Dictionary(uniqueKeysWithValues: loss.terms.map { ($0.name, try $0.mean.value()) })
  }

  @Test func anInfoVAEWithoutInformationAndExtraDivergenceIsTheVAE() throws {
    var method = InfoVAE()
    (method.mutualInformation, method.aggregateDivergence) = (0, 1)
    let network = method.makeNetwork(domain, RandomStream(1))
    var plain = VAE()
    plain.latents = method.latents
    // The same stream gives both the same numbers.
    let twin = plain.makeNetwork(domain, RandomStream(1))
    let bound = try plain.loss(twin, batch, step).total.value()
    #expect(try method.loss(network, batch, step).total.value() == bound)
    (method.mutualInformation, method.aggregateDivergence) = (1, 3)
    let parts = try terms(method.loss(network, batch, step))
    let total = try method.loss(network, batch, step).total.value()
    let (fit, discrepancy) = (parts["reconstruction"] ?? 0, parts["discrepancy"] ?? 0)
    let expected: Double = fit + 3 * discrepancy
    #expect(abs(total - expected) < 1e-4)
  }

  @Test func aBetaTCVAEWithEqualWeightsIsTheBoundAtItsDraws() throws {
    var method = BetaTCVAE()
    method.totalCorrelation = 1
    let network = method.makeNetwork(domain, RandomStream(1))
    let q = network.posterior(batch.x)
    let z = q.sample(step.random("noise"))
    let rate = (q.logProbability(of: z) - Normal.standardLogProbability(of: z)).mean()
    for sampling in AggregatePosterior.Sampling.allCases {
      method.sampling = sampling
      let loss = method.loss(network, batch, step)
      let reconstruction = loss.terms[0].mean
      let gap = try (loss.total - reconstruction - rate).value()
      #expect(abs(gap) < 1e-4)
    }
  }

  @Test func theNumberOfExamplesReachesTheStratifiedEstimate() throws {
    var method = BetaTCVAE()
    method.sampling = .stratified
    let network = method.makeNetwork(domain, RandomStream(1))
    let many = Step(index: 0, progress: 0, examples: 10_000, seed: Seed(2))
    let few = try terms(method.loss(network, batch, step))
    let more = try terms(method.loss(network, batch, many))
    #expect(few["reconstruction"] == more["reconstruction"])
    #expect(few["mutual information"] != more["mutual information"])
  }

  @Test(arguments: DIPVAE.Moments.allCases)
  func aDIPVAEAddsItsPenaltiesToTheBound(_ moments: DIPVAE.Moments) throws {
    var method = DIPVAE()
    (method.moments, method.offDiagonal, method.diagonal) = (moments, 0, 0)
    let network = method.makeNetwork(domain, RandomStream(1))
    let bound = try VAE().loss(network, batch, step).total.value()
    #expect(try method.loss(network, batch, step).total.value() == bound)
    (method.offDiagonal, method.diagonal) = (2, 3)
    let q = network.posterior(batch.x)
    let covariance = moments == .means ? q.covarianceOfMeans() : q.covarianceOfMixture()
    let penalty =
      CovariancePenalty.offDiagonal(covariance) * 2 + CovariancePenalty.diagonal(covariance) * 3
    let gap = try method.loss(network, batch, step).total.value() - bound - penalty.value()
    #expect(abs(gap) < 1e-4)
  }

  @Test(arguments: WAE.Coding.allCases)
  func aWAEsCodesAreDrawnOnlyWhereTheyAreGaussian(_ coding: WAE.Coding) throws {
    var method = WAE()
    method.coding = coding
    let network = method.makeNetwork(domain, RandomStream(1))
    let one = network.draw(batch.x, RandomStream(1)), other = network.draw(batch.x, RandomStream(2))
    #expect(one.shape == [16, 8])
    let apart = try (one - other).abs().max().value()
    #expect((apart > 0) == (coding == .gaussian))
    #expect(network.encode(batch.x).shape == [16, 8])
    for slope in try method.loss(network, batch, step).total.gradients(for: network.parameters) {
      #expect(try slope.abs().sum().value() > 0)
    }
  }

  @Test func weightsThatMakeNoSenseAreRefused() {
    var info = InfoVAE()
    info.mutualInformation = 1.5
    #expect(throws: UserError.self) { try info.validate(for: domain) }
    (info.mutualInformation, info.aggregateDivergence) = (0, 0.5)
    #expect(throws: UserError.self) { try info.validate(for: domain) }
    var correlation = BetaTCVAE()
    correlation.totalCorrelation = -1
    #expect(
      throws: UserError("--total-correlation -1.0: a weight must be at least 0")
    ) { try correlation.validate(for: domain) }
    var moments = DIPVAE()
    moments.diagonal = -.infinity
    #expect(throws: UserError.self) { try moments.validate(for: domain) }
    var transport = WAE()
    transport.discrepancy = .nan
    #expect(throws: UserError.self) { try transport.validate(for: domain) }
  }
}
