import Datasets
import Files
import Learning
import Networks
import Testing
import Torch

@testable import Disentanglement

@Suite struct QLAETests {
  init() { Runtime.threads = 1 }

  let domain = Domain(shape: [6], support: .unit)
  let batch = Batch(x: RandomStream(3).uniform([16, 6]), indices: Array(0..<16))
  let step = Step(index: 0, progress: 0, examples: 16, seed: Seed(2))

  @Test func valuesBeginEvenlyAndTheNearestIsTaken() throws {
    let books = ScalarCodebooks(2, values: 3)  // −1/2, 0, 1/2
    let (values, places) = books.nearest(Tensor([-0.9, 0.2, 0.3, -0.24], shape: [2, 2]))
    #expect(try values.values(as: Double.self) == [-0.5, 0, 0.5, 0])
    #expect(try places.places() == [0, 1, 2, 1])
    #expect(try books.values(at: places).values(as: Double.self) == [-0.5, 0, 0.5, 0])
  }

  @Test func eachUnitHasValuesOfItsOwn() throws {
    let books = ScalarCodebooks(2, values: 2)
    try books.values.tensor.assign(Tensor([1, 2, 10, 20], shape: [2, 2]).to(.float32))
    let found = books.nearest(Tensor([1.6, 1.6], shape: [1, 2])).values
    #expect(try found.values(as: Double.self) == [2, 10])
  }

  /// With values at ±1/2 and z = 0.3, values are drawn to z by 2 (q − z) / k and z to values by 2 (z − q) / k.
  @Test func quantisationMovesValuesAndCommitmentTheCode() throws {
    var method = QLAE()
    (method.latents, method.values, method.quantisation, method.commitment) = (2, 2, 1, 1)
    let network = method.makeNetwork(domain, RandomStream(1))
    let loss = method.loss(network, batch, step)
    let books = network.codebooks.values.tensor
    let values = try loss.terms[1].mean.gradients(for: [books], keepGraph: true)[0]
    let z = network.head(network.encoder(batch.x))
    let (q, places) = network.codebooks.nearest(z)
    let pull = (q - z).detached() / 16  // 2 / (n · k) with n = 16 and k = 2
    for unit in 0..<2 {
      for place in 0..<2 {
        let mine = places.selected(1, unit).oneHot(2).selected(1, place).to(.float32)
        let expected = try (pull.selected(1, unit) * mine).sum().value()
        let found = try values.selected(0, unit).selected(0, place).value()
        #expect(abs(found - expected) < 1e-6)
      }
    }
    let bias = network.head.bias?.tensor ?? Tensor(0)
    let slope = try loss.terms[2].mean.gradients(for: [bias])[0]
    let gap = try (slope + pull.sum(over: 0)).abs().max().value()
    #expect(gap < 1e-6)
  }

  @Test func theReconstructionPassesStraightThroughToTheEncoder() throws {
    var method = QLAE()
    (method.quantisation, method.commitment) = (0, 0)
    let network = method.makeNetwork(domain, RandomStream(1))
    let loss = method.loss(network, batch, step)
    let q = network.encode(batch.x).detached().requiringGradient()
    let p = network.likelihood(network.decoder(q))
    let atCode = try (-p.logProbability(of: batch.x) / 6).mean().gradients(for: [q])[0]
    let bias = network.head.bias?.tensor ?? Tensor(0)
    let slope = try loss.total.gradients(for: [bias])[0]
    let gap = try (slope - atCode.sum(over: 0)).abs().max().value()
    #expect(gap < 1e-6)
  }

  @Test func weightsDecayAndBiasesAndValuesDoNot() throws {
    let method = QLAE()
    let network = method.makeNetwork(domain, RandomStream(1))
    let groups = method.groups(network)
    #expect(groups.map(\.weightDecay) == [nil, 0])
    #expect(groups[0].parameters.allSatisfy { $0.rank > 1 })
    #expect(groups.reduce(0) { $0 + $1.parameters.count } == network.parameters.count)
    #expect(groups[1].parameters.contains { $0.shape == [10, 10] })
    #expect(method.training.optimiser == .adamw && method.training.weightDecay == 0.1)
  }

  @Test func tokensAreThePlacesOfTheCode() throws {
    let network = QLAE().makeNetwork(domain, RandomStream(1))
    let tokens = network.tokens(batch.x)
    #expect(tokens.shape == [16, 10] && network.codebookSize == 10)
    let direct = network.decode(network.encode(batch.x))
    let gap = try (network.decode(tokens: tokens) - direct).abs().max().value()
    #expect(gap == 0)
  }

  @Test func senselessNumbersOfValuesAreRefused() {
    var method = QLAE()
    method.values = 1
    #expect(
      throws: UserError("--values 1: a unit needs from 2 to 10000 values to take")
    ) { try method.validate(for: domain) }
  }
}
