import Autoencoding
import Datasets
import Files
import Learning
import TestSupport
import Testing
import Torch

@testable import Variational

@Suite struct DFCVAETests {
  init() { Runtime.threads = 1 }

  let domain = Domain(shape: [1, 8, 8], support: .unit)
  let batch = Batch(x: RandomStream(3).uniform([16, 1, 8, 8]), indices: Array(0..<16))
  let step = Step(index: 0, progress: 0, examples: 16, seed: Seed(2))

  @Test func aPictureIsAtNoDistanceFromItselfAndAtSomeFromItsNegative() throws {
    let network = DFCVAE().makeNetwork(domain, RandomStream(1)).features.base
    #expect(try DFCVAE.distance(network, batch.x, batch.x).abs().max().value() == 0)
    #expect(try DFCVAE.distance(network, batch.x, 1 - batch.x).min().value() > 0)
  }

  @Test func theDistanceIsHalfTheMeanSquareOfEachLayerSummed() throws {
    let network = DFCVAE().makeNetwork(domain, RandomStream(1)).features.base
    let (one, other) = (network.activations(batch.x), network.activations(batch.x * 0.5))
    var wanted = 0.0
    for (a, b) in zip(one, other) { wanted += try (a - b).squared().mean().value() / 2 }
    let found = try DFCVAE.distance(network, batch.x, batch.x * 0.5).mean().value()
    #expect(near(found, wanted, 1e-5))
    #expect(one.map(\.shape) == [[16, 8, 4, 4], [16, 16, 2, 2], [16, 32, 1, 1]])
  }

  @Test func fourQuarterTurnsBringAPictureBack() throws {
    let views = ViewTask.views(of: batch.x)
    let twice = ViewTask.views(of: views[1])[1]
    #expect(try (twice - views[2]).abs().max().value() == 0)
    #expect(try (ViewTask.views(of: views[1])[3] - batch.x).abs().max().value() == 0)
    let rows = RandomStream(1).normal([5, 8])
    let shifts = try ViewTask.views(of: rows).map { try $0.bytes() }
    #expect(Set(shifts).count == 4)
  }

  @Test func noGradientReachesTheFrozenFeatures() throws {
    let method = DFCVAE()
    let network = method.makeNetwork(domain, RandomStream(1))
    #expect(network.parameters.count == network.autoencoder.parameters.count)
    #expect(
      network.state.count == network.parameters.count + network.features.base.parameters.count)
  }

  @Test func withPixelsAloneItIsTheVariationalAutoencoder() throws {
    var method = DFCVAE()
    (method.featureWeight, method.pixelWeight) = (0, 1)
    let network = method.makeNetwork(domain, RandomStream(1))
    let bound = try VAE().loss(network.autoencoder, batch, step).total.value()
    #expect(near(try method.loss(network, batch, step).total.value(), bound, 1e-6))
  }

  @Test func nothingToReconstructIsRefused() {
    var method = DFCVAE()
    method.featureWeight = 0
    #expect(
      throws: UserError("--feature-weight 0: with --pixel-weight 0 too nothing is reconstructed")
    ) { try method.validate(for: domain) }
  }
}
