import Datasets
import Files
import Learning
import Testing
import Torch

@testable import Reconstruction

@Suite struct RegularisedTests {
  init() { Runtime.threads = 1 }

  let domain = Domain(shape: [6], support: .unit)
  let batch = Batch(x: RandomStream(3).uniform([16, 6]), indices: Array(0..<16))
  let step = Step(index: 0, progress: 0, examples: 16, seed: Seed(2))

  @Test func theContractionIsTheSquaredJacobianByFiniteDifferences() throws {
    var method = ContractiveAutoencoder()
    method.latents = 4
    let network = method.makeNetwork(domain, RandomStream(1))
    let exact = try network.squaredDerivatives(network.encode(batch.x)).values(as: Double.self)
    let width = 1e-2
    for row in 0..<3 {
      var sum = 0.0
      for input in 0..<6 {
        let nudge = Tensor.full([1, 1], width).padded([input, 5 - input])
        let x = batch.x.sliced(0, row, row + 1)
        let slope = (network.encode(x + nudge) - network.encode(x - nudge)) / (2 * width)
        sum += try slope.squared().sum().value()
      }
      #expect(abs(sum - exact[row]) < 1e-4)
    }
  }

  @Test func withoutContractionOnlyTheReconstructionIsLeft() throws {
    var method = ContractiveAutoencoder()
    method.contraction = 0
    let network = method.makeNetwork(domain, RandomStream(1))
    let loss = method.loss(network, batch, step)
    #expect(try loss.total.value() == loss.terms[0].mean.value())
    #expect(network.namedParameters.map(\.name) == ["code.weight", "code.bias", "bias"])
  }

  @Test func anUndamagedDenoisingAutoencoderIsAnAutoencoder() throws {
    var method = DenoisingAutoencoder()
    method.level = 0
    let network = method.makeNetwork(domain, RandomStream(1))
    let plain = try Autoencoder().loss(network, batch, step).total.value()
    #expect(try method.loss(network, batch, step).total.value() == plain)
    method.level = 0.5
    #expect(try method.loss(network, batch, step).total.value() != plain)
  }

  @Test func damageIsOfTheKindAndShareAskedFor() throws {
    var method = DenoisingAutoencoder()
    method.level = 0.3
    let x = Tensor.full([400, 50], 0.4)
    let hidden = try method.damaged(x, RandomStream(1)).values(as: Double.self)
    #expect(Set(hidden.map { Float($0) }) == [0, 0.4])
    #expect(abs(Double(hidden.count { $0 == 0 }) / 20_000 - 0.3) < 0.02)
    method.corruption = .saltAndPepper
    let specks = try method.damaged(x, RandomStream(1)).values(as: Double.self)
    for speck in [0.0, 1] {
      #expect(abs(Double(specks.count { $0 == speck }) / 20_000 - 0.15) < 0.02)
    }
    method.corruption = .gaussian
    let noise = try (method.damaged(x, RandomStream(1)) - x).squared().mean().value()
    #expect(abs(noise - 0.09) < 0.005)
  }

  @Test func damageThatMakesNoSenseIsRefused() {
    var method = DenoisingAutoencoder()
    method.level = 1
    #expect(throws: UserError.self) { try method.validate(for: domain) }
    (method.level, method.corruption) = (0.1, .saltAndPepper)
    let real = Domain(shape: [6], support: .real)
    #expect(throws: UserError.self) { try method.validate(for: real) }
  }
}
