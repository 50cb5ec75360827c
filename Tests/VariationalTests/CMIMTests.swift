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

@Suite struct CMIMTests {
  init() { Runtime.threads = 1 }

  let domain = Domain(shape: [6], support: .unit)
  let batch = Batch(x: RandomStream(3).uniform([16, 6]), indices: Array(0..<16))
  let step = Step(index: 0, progress: 0, examples: 16, seed: Seed(2))

  /// −log e^{1/t} / (e^{1/t} + mean of e^{cosine/t}) of codes at right angles, in a line and opposite.
  @Test func theContrastOfKnownAnglesIsTheFormulas() throws {
    let z = Tensor([Float](arrayLiteral: 2, 0, 0, 3, -1, 0), shape: [3, 2])
    let found = try CMIM.contrast(z, temperature: 0.5).values(as: Double.self)
    func loss(_ cosines: [Double], _ count: Double) -> Double {
      log(1 + cosines.reduce(0) { $0 + exp($1 / 0.5) } / count / exp(2))
    }
    let wanted = [loss([0, -1], 2), loss([0, 0], 2), loss([-1, 0], 2)]
    for (value, exact) in zip(found, wanted) { #expect(near(value, exact, 1e-5)) }
    let sums = try CMIM.contrast(z, temperature: 0.5, sums: true).values(as: Double.self)
    #expect(near(sums[1], loss([0, 0], 1), 1e-5))
  }

  @Test func moreNegativesOfOneKindChangeNothing() throws {
    let z = RandomStream(1).normal([8, 3])
    let one = try CMIM.contrast(.concatenate([z[0..<1], z[1..<8]]), temperature: 0.3)
      .values(as: Double.self)[0]
    let two = try CMIM.contrast(.concatenate([z[0..<1], z[1..<8], z[1..<8]]), temperature: 0.3)
      .values(as: Double.self)[0]
    #expect(near(one, two, 1e-5))
  }

  @Test func aCodeAloneHasNoContrast() throws {
    #expect(
      try CMIM.contrast(Tensor([Float(1)], shape: [1, 1]), temperature: 0.1).sum().value() == 0)
  }

  /// With half the reconstruction and the whole of both densities' difference it would be the bound.
  @Test func withoutContrastItIsTheMutualInformationMachine() throws {
    var method = CMIM()
    method.contrast = 0
    let network = method.makeNetwork(domain, RandomStream(1))
    let loss = method.loss(network, batch, step)
    let q = network.posterior(batch.x)
    let z = q.sample(step.random("noise"))
    let p = network.autoencoder.likelihood(network.autoencoder.decoder(z))
    let densities = q.logProbability(of: z) + Normal.standardLogProbability(of: z)
    let wanted = try -(p.logProbability(of: batch.x) + densities * 0.5).mean().value()
    #expect(near(try loss.total.value(), wanted, 1e-6))
    #expect(loss.terms.map(\.name) == ["reconstruction", "encoding", "prior"])
  }

  @Test func theDecodersEmbeddingsAreWhatItsLastLayerReads() throws {
    let network = CMIM().makeNetwork(domain, RandomStream(1))
    let hidden = network.decoderEmbeddings(batch.x)
    #expect(hidden.shape == [16, 400])
    let last = try #require(network.autoencoder.decoder.layers.last)
    let back = network.autoencoder.likelihood(last(hidden)).mean
    #expect(try (back - network.decode(network.encode(batch.x))).abs().max().value() < 1e-6)
  }

  @Test func aTemperatureOfZeroIsRefused() {
    var method = CMIM()
    method.temperature = 0
    #expect(throws: UserError("--temperature 0.0: must be above 0")) {
      try method.validate(for: domain)
    }
  }
}
