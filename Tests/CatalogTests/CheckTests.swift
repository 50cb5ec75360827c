import Datasets
import Foundation
import Learning
import Networks
import Probability
import Testing
import Torch

@testable import Autoencoding
@testable import Variational

/// x = a z + b + deviation · noise with one latent unit: the posterior of `z` and the likelihood of `x` are known.
private struct LinearWorld {
  let weight: [Float] = [1, -0.5, 0.8]
  let bias: [Float] = [0.2, 0, -0.3]
  let deviation = 0.7
  let x = Tensor([0.9, -0.6, 0.4, -1, 0.8, -1.2] as [Float], shape: [2, 3])

  private var precision: Double {
    1 + weight.reduce(0) { $0 + Double($1 * $1) } / (deviation * deviation)
  }
  var posteriorVariance: Double { 1 / precision }

  /// How far a coordinate of `x` moves the posterior's mean.
  private var gains: [Float] {
    weight.map { Float(Double($0) / (deviation * deviation) * posteriorVariance) }
  }

  /// An autoencoder whose encoder is the true posterior, moved by `error`.
  func network(error: Float = 0) throws -> GaussianAutoencoder {
    var vae = VAE()
    (vae.latents, vae.likelihood) = (1, .gaussian)
    (vae.networks.hidden, vae.networks.architecture) = ([], .mlp)
    let network = vae.makeNetwork(Domain(shape: [3], support: .real), RandomStream(0))
    let offset = zip(gains, bias).reduce(0) { $0 - $1.0 * $1.1 }
    let logVariance = Float(log(posteriorVariance))
    try network.load([
      "head.linear.weight": Tensor(gains + [0, 0, 0], shape: [2, 3]),
      "head.linear.bias": Tensor([offset + error, logVariance - error]),
      "decoder.layers.0.weight": Tensor(weight, shape: [3, 1]),
      "decoder.layers.0.bias": Tensor(bias),
      "likelihood.logScale": Tensor([Float(log(deviation))]),
    ])
    return network
  }
}

/// Means and their standard errors over many draws of a gradient.
private func meanGradient(
  of parameters: [Tensor], draws: Int = 40, _ loss: (Step) -> Tensor
) throws -> (mean: [Double], error: [Double]) {
  let rows = try (0..<draws).map { draw in
    let step = Step(index: draw, progress: 0, seed: Seed(7).child(draw))
    return Tensor.concatenate(
      try loss(step).gradients(for: parameters).map { $0.flattened().to(.float64) })
  }
  let all = Tensor.stack(rows)
  return (
    try all.mean(over: 0).values(),
    try (all.standardDeviation(over: 0) * (1 / Double(draws).squareRoot())).values()
  )
}

@Suite struct CheckTests {
  private let world = LinearWorld()

  private func batch(_ times: Int) -> Batch {
    Batch(x: world.x.repeated(times), indices: Array(0..<2 * times))
  }

  @Test func scoreFunctionHasTheGradientOfTheReparameterisedBound() throws {
    let network = try world.network(error: 0.3)
    let many = batch(2000)
    let wanted = try meanGradient(of: network.parameters) {
      VAE().loss(network, many, $0).total
    }
    var settled = ScoreFunction.Network(network, many.x.shape.dropFirst() + [], RandomStream(1))
    settled.baseline.mean = Buffer(Tensor([Float(-3)]))
    let found = try meanGradient(of: network.parameters) {
      ScoreFunction().loss(settled, many, $0).total
    }
    for index in wanted.mean.indices {
      let error = hypot(wanted.error[index], found.error[index])
      #expect(abs(wanted.mean[index] - found.mean[index]) < 5 * error + 1e-5, "\(index)")
    }
  }

  @Test func wakeFollowsTheBoundInTheDecoderOnly() throws {
    let network = try world.network(error: 0.3)
    let wake = WakeSleep().phases(network)[0]
    let step = Step(index: 0, progress: 0, seed: Seed(3))
    let wanted = try VAE().loss(network, batch(5), step).total.gradients(for: wake.parameters)
    let found = try wake.loss(batch(5), step).total.gradients(for: wake.parameters)
    for (one, other) in zip(wanted, found) { #expect(try one.values() == other.values()) }
    let encoder = try wake.loss(batch(5), step).total.gradients(for: network.recognition)
    #expect(try encoder.allSatisfy { try $0.values().allSatisfy { $0 == 0 } })
  }

  @Test func sleepRestsAtTheTruePosteriorAndNowhereElse() throws {
    func slopes(error: Float) throws -> [Double] {
      let network = try world.network(error: error)
      let sleep = WakeSleep().phases(network)[1]
      let (mean, deviation) = try meanGradient(of: sleep.parameters) {
        sleep.loss(batch(2000), $0).total
      }
      return zip(mean, deviation).map { abs($0) / $1 }
    }
    #expect(try slopes(error: 0).allSatisfy { $0 < 5 })
    #expect(try slopes(error: 0.3).contains { $0 > 50 })
  }

  @Test func hamiltonianMonteCarloDrawsFromTheKnownPosterior() throws {
    let network = try world.network()
    let x = world.x.repeated(2000)
    var z = Tensor.zeros([4000, 1])
    let stepSize = Tensor([Float(0.01)])
    for move in 0..<200 {
      z = HamiltonianMonteCarlo().move(z, stepSize: stepSize, RandomStream(1).child(move)) { z in
        network.likelihood(network.decoder(z)).logProbability(of: x)
          + Normal.standardLogProbability(of: z)
      }
    }
    let draws = z.reshaped(2000, 2).to(.float64)
    let means = try draws.mean(over: 0).values(as: Double.self)
    let variances = try draws.variance(over: 0).values(as: Double.self)
    let wanted = try network.posterior(world.x).mean.values(as: Double.self)
    let variance = world.posteriorVariance
    for index in 0..<2 {
      #expect(abs(means[index] - wanted[index]) < 5 * (variance / 2000).squareRoot())
      #expect(abs(variances[index] / variance - 1) < 5 * (2.0 / 2000).squareRoot())
    }
    // The step size has grown until about nine moves in ten are accepted.
    #expect(try stepSize.value() > 0.1)
  }

  @Test func marginalLikelihoodIsThatOfAGrid() throws {
    let random = RandomStream(5)
    let layer = Linear(2, 6, random)
    let logits = { (z: Tensor) in layer(z) * 3 }
    let x = random.bernoulli(Tensor.full([4, 6], 0.5))
    let line = Tensor.linspace(-6, 6, count: 241)
    let z = Tensor.stack(
      [line.repeatingEach(241, along: 0), line.tiled(241)], along: 1)  // [241², 2]
    let cell = 2 * log(12.0 / 240)
    let prior = Normal.standardLogProbability(of: z) + cell
    let wanted = try (0..<4).map { row in
      let fit = Bernoulli(logits: logits(z)).logProbability(
        of: x[row].unsqueezed(0).expanded([241 * 241, 6]))
      return try (fit + prior).logSumExp(over: 0).value()
    }
    let found = try MarginalLikelihood(draws: 2000, logits: logits)(x, latents: 2, random)
      .values(as: Double.self)
    for (one, other) in zip(wanted, found) { #expect(abs(one - other) < 0.02) }
  }

  @Test func gradientVarianceIsThatOfTheNoise() throws {
    let parameter = Tensor([1, 1] as [Float]).requiringGradient()
    let noise = (0..<500).map { RandomStream(2).child($0).normal([2]) * 3 + 100 }
    let found = try GradientVariance.total(for: [parameter], draws: 500) {
      (parameter * noise[$0]).sum()
    }
    #expect(abs(found / 18 - 1) < 0.3)
    let wanted = try Tensor.stack(noise).to(.float64).variance(over: 0).sum().value()
    #expect(abs(found / wanted - 1) < 1e-6)
  }

  @Test func chainsOfTrainingExamplesGoOnAndThoseOfOthersAreNotKept() throws {
    var em = MonteCarloEM(examples: 4)
    (em.vae.latents, em.vae.networks.hidden) = (2, [3])
    let network = em.makeNetwork(Domain(shape: [3], support: .binary), RandomStream(0))
    let start = try network.chains.tensor.values()
    let batch = Batch(x: Tensor([1, 0, 1, 0, 0, 1] as [Float], shape: [2, 3]), indices: [0, 2])
    let step = Step(index: 0, progress: 0, seed: Seed(1))
    _ = em.loss(network, batch, step)
    #expect(try network.chains.tensor.values() == start)
    _ = Runtime.training(true) { em.loss(network, batch, step) }
    let after = try network.chains.tensor.values()
    #expect(after[2...3] == start[2...3] && after[6...7] == start[6...7])
    #expect(after[0...1] != start[0...1] && after[4...5] != start[4...5])
  }

  @Test func aBoundOfManySamplesHasTheGradientOfOne() throws {
    let network = try world.network(error: 0.3)
    var many = VAE()
    many.samples = 8
    let wanted = try meanGradient(of: network.parameters) {
      VAE().loss(network, batch(1000), $0).total
    }
    let found = try meanGradient(of: network.parameters) {
      many.loss(network, batch(1000), $0).total
    }
    for index in wanted.mean.indices {
      let error = hypot(wanted.error[index], found.error[index])
      #expect(abs(wanted.mean[index] - found.mean[index]) < 5 * error + 1e-5, "\(index)")
    }
  }
}
