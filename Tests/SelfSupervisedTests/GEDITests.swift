import Datasets
import Evaluation
import Foundation
import Learning
import TestSupport
import Testing
import Torch

@testable import SelfSupervised

/// Chains, terms and samples of clusters that are a density at once.
@Suite struct GEDITests {
  init() { Runtime.threads = 1 }

  private func source(_ x: Tensor) throws -> Source {
    let examples = try Examples(given: x)
    return try Source(
      given: "points", Domain(shape: [2], support: .real), train: examples,
      validation: examples.prefix(0), test: examples.prefix(0))
  }

  private func network(_ change: (inout GEDI) -> Void = { _ in }) -> ClusterEnergy {
    var method = GEDI()
    (method.clusters, method.hidden, method.chains) = (3, [8], 10)
    change(&method)
    return method.makeNetwork(Domain(shape: [2], support: .real), RandomStream(3))
  }

  @Test func withoutNoiseAChainClimbsTheSlope() throws {
    let chain = LangevinChain(steps: 2, rate: 0.1, temperature: 0)
    let x = Tensor([1, -2] as [Float], shape: [1, 2])
    // The slope of −x² / 2 is −x, so that a step leaves nine tenths.
    let ends = chain.ends(from: x, RandomStream(1)) { $0.squared().sum(over: 1) * -0.5 }
    let values = try ends.values(as: Double.self)
    #expect(abs(values[0] - 0.81) < 1e-6 && abs(values[1] + 1.62) < 1e-6)
    #expect(!ends.requiresGradient)
  }

  @Test func longChainsHaveTheVarianceOfTheirSteps() throws {
    let chain = LangevinChain(steps: 80, rate: 0.1)
    let ends = chain.ends(from: Tensor.zeros([4000, 2]), RandomStream(2)) {
      $0.squared().sum(over: 1) * -0.5
    }
    // x ← 0.9 x + √0.2 ε comes to rest at 0.2 / (1 − 0.81).
    let variance = try ends.squared().mean().value()
    #expect(abs(variance - 0.2 / 0.19) < 0.06)
  }

  @Test func chainsStayWhereExamplesMayBe() throws {
    let chain = LangevinChain(steps: 20, rate: 0.1, range: 0...1)
    let ends = chain.ends(from: Tensor.zeros([50, 2]), RandomStream(2)) { $0.sum(over: 1) }
    #expect(try ends.min().value() >= 0 && ends.max().value() <= 1)
  }

  @Test func theDensityIsTheSumOverClusters() throws {
    let network = network()
    let x = RandomStream(4).normal([5, 2])
    let logits = try network.logits(x).values(as: Double.self)
    let wanted = (0..<5).map { row in log((0..<3).map { exp(logits[3 * row + $0]) }.reduce(0, +)) }
    let found = try network.logDensity(x).values(as: Double.self)
    for (one, other) in zip(found, wanted) { #expect(abs(one - other) < 1e-5) }
  }

  @Test func unevennessIsTheDivergenceFromUniform() throws {
    let even = Tensor.zeros([4, 3])
    #expect(try abs(even.unevenness.value()) < 1e-6)
    // Each example is sure, and three quarters of them are in the first cluster.
    let sure = Tensor([20, 0, 20, 0, 20, 0, 0, 20] as [Float], shape: [4, 2])
    let wanted = -0.5 * log(0.75 * 0.25) - log(2)
    #expect(try abs(sure.unevenness.value() - wanted) < 1e-5)
  }

  @Test func chainsBeginAtNumbersOfTheBatchAndGoOn() throws {
    let chains = ReplayedChains(6, [2], device: .cpu)
    let x = Tensor([1, 10, 2, 20, 3, 30, 4, 40] as [Float], shape: [4, 2])
    let (numbers, starts) = chains.taken(beside: x, restarts: 0, RandomStream(1))
    #expect(try Set(numbers.places()).count == 4)
    let values = try starts.values(as: Double.self)
    for row in 0..<4 {
      #expect([1, 2, 3, 4].contains(values[2 * row]))
      #expect([10, 20, 30, 40].contains(values[2 * row + 1]))
    }
    chains.leave(Tensor.range(0, 6, type: .int64), at: Tensor.full([6, 2], -7))
    let next = chains.taken(beside: x, restarts: 0, RandomStream(2)).starts
    #expect(try next.values(as: Double.self).allSatisfy { $0 == -7 })
    let anew = chains.taken(beside: x, restarts: 1, RandomStream(2)).starts
    #expect(try anew.values(as: Double.self).allSatisfy { $0 > 0 })
  }

  @Test func theDensityIsHighWhereThePointsAre() throws {
    let random = RandomStream(5)
    let side = (random.child("side").integers(0..<2, [400]).to(.float32) * 2 - 1).unsqueezed(1)
    let points =
      Tensor.concatenate([side, side], along: 1) + random.child("noise").normal([400, 2]) * 0.1
    var method = GEDI()
    (method.clusters, method.hidden, method.chains) = (2, [32, 32], 400)
    (method.rise, method.invariance, method.prior) = (0, 1, 1)
    (method.training.epochs, method.training.batch) = (60, 100)
    method.training.learningRate = 0.003
    let source = try source(points)
    let network = try Space.fitted(method, FitRun(source, seed: Seed(1))).network
    let far = Tensor([1.5, -1.5] as [Float], shape: [1, 2])
    let inside = try network.logDensity(points).mean().value()
    #expect(try inside > network.logDensity(far).mean().value() + 1)
    // Both clusters are used.
    #expect(try Set(network.clusters(points).places()).count == 2)
    let drawn = network.generated(50, temperature: 1, RandomStream(6))
    #expect(drawn.shape == [50, 2])
    #expect(try drawn.abs().mean().value() < 2)
  }

  @Test func withoutADensityNoChainMoves() throws {
    var method = GEDI()
    (method.generative, method.training.epochs) = (0, 1)
    let points = RandomStream(7).normal([64, 2])
    let network = try Space.fitted(method, FitRun(source(points), seed: Seed(1))).network
    #expect(try network.chains.places.tensor.abs().max().value() == 0)
  }

  @Test func codesAreFeaturesOrLogits() throws {
    let x = Tensor.zeros([4, 2])
    #expect(network().encode(x).shape == [4, 8])
    #expect(network { $0.codes = .logits }.encode(x).shape == [4, 3])
  }
}
