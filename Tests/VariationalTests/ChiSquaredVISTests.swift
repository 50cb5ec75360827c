import Autoencoding
import Datasets
import Files
import Foundation
import Learning
import Probability
import TestSupport
import Testing
import Torch

@testable import Variational

@Suite struct ChiSquaredVISTests {
  init() { Runtime.threads = 1 }

  let domain = Domain(shape: [6], support: .unit)
  let batch = Batch(x: RandomStream(3).uniform([16, 6]), indices: Array(0..<16))
  let step = Step(index: 0, progress: 0, examples: 16, seed: Seed(2))

  /// With p standard normal and q of mean a and variance v above 1/2, ∫ p² / q has a closed form.
  private func logSecondMoment(_ a: Double, _ v: Double) -> Double {
    a * a / (2 * v - 1) + log(v / (2 * v - 1).squareRoot())
  }

  private func logWeights(_ mean: Tensor, _ logVariance: Tensor, moves: Bool) -> Tensor {
    let q = Normal(
      mean: mean.expanded([200_000, 1]), logVariance: logVariance.expanded([200_000, 1]))
    let drawn = q.sample(RandomStream(5))
    let z = moves ? drawn : drawn.detached()
    return (Normal.standardLogProbability(of: z) - q.logProbability(of: z)).reshaped(200_000, 1)
  }

  @Test(arguments: [false, true]) func theSecondMomentAndItsGradientAreThoseOfNormals(
    moves: Bool
  ) throws {
    let mean = Tensor([Float(0.5)], shape: [1, 1]).requiringGradient()
    let logVariance = Tensor([Float(log(1.8))], shape: [1, 1]).requiringGradient()
    let found = ChiSquaredVIS.logSecondMoment(
      logWeights(mean, logVariance, moves: moves), moves: moves)
    #expect(abs(try found.sum().value() - logSecondMoment(0.5, 1.8)) < 0.01)
    let slopes = try found.sum().gradients(for: [mean, logVariance]).map { try $0.sum().value() }
    let h = 1e-5
    let wanted = [
      (logSecondMoment(0.5 + h, 1.8) - logSecondMoment(0.5 - h, 1.8)) / (2 * h),
      (logSecondMoment(0.5, 1.8 * exp(h)) - logSecondMoment(0.5, 1.8 * exp(-h))) / (2 * h),
    ]
    for (slope, exact) in zip(slopes, wanted) { #expect(abs(slope - exact) < 0.02) }
  }

  @Test func theDecoderClimbsTheImportanceWeightedBound() throws {
    var (method, plain) = (ChiSquaredVIS(), IWAE())
    (method.samples, plain.samples) = (5, 5)
    let network = method.makeNetwork(domain, RandomStream(1))
    let first = try #require(method.phases(network).first)
    let mine = first.loss(batch, step).total
    let other = plain.loss(network, batch, step).total
    #expect(near(try mine.value(), try other.value(), 1e-6))
    let slopes = try zip(
      mine.gradients(for: first.parameters), other.gradients(for: first.parameters))
    for (a, b) in slopes { #expect(try (a - b).abs().max().value() < 1e-6) }
  }

  @Test func underTheReverseDivergenceTheEncoderDescendsTheBoundsMean() throws {
    var method = ChiSquaredVIS()
    (method.samples, method.divergence) = (5, .reverseKL)
    let network = method.makeNetwork(domain, RandomStream(1))
    let weights = network.logWeights(batch.x, draws: 5, step.random("noise"))
    let loss = try method.proposalLoss(network, batch, step).total.value()
    #expect(near(loss, -(try weights.mean().value()), 1e-6))
  }

  @Test func noPhaseMovesWhatTheOtherTrains() {
    let method = ChiSquaredVIS()
    let network = method.makeNetwork(domain, RandomStream(1))
    #expect(method.phases(network).map(\.parameters.count).reduce(0, +) == network.parameters.count)
  }

  @Test func theEvidenceOfTheToySumsToOneOverAllBits() throws {
    let rows = (0..<32).flatMap { row in (0..<5).map { Float(row >> $0 & 1) } }
    let evidence = ToyMixture.truth.evidence(Tensor(rows, shape: [32, 5]))
    #expect(abs(try evidence.exp().sum().value() - 1) < 1e-5)
  }

  @Test func theToysDrawsHaveTheOddsOfItsEvidence() throws {
    let draws = ToyMixture.truth.draws(20_000, RandomStream(1))
    let all = Tensor([Float](repeating: 1, count: 5), shape: [1, 5])
    let share = try (draws.sum(over: 1) .== 5).to(.float64).mean().value()
    #expect(abs(share - exp(try ToyMixture.truth.evidence(all).sum().value())) < 0.01)
  }

  @Test func oneDrawIsRefused() {
    var method = ChiSquaredVIS()
    method.samples = 1
    #expect(throws: UserError.self) { try method.validate(for: domain) }
  }
}
