import Datasets
import Evaluation
import Files
import Learning
import Networks
import Testing
import Torch

@testable import Discrete

@Suite struct TitokTests {
  init() { Runtime.threads = 1 }

  let domain = Domain(shape: [1, 8, 8], support: .unit)
  let batch = Batch(x: RandomStream(3).uniform([20, 1, 8, 8]), indices: Array(0..<20))
  let step = Step(index: 0, progress: 0, examples: 20, seed: Seed(2))

  /// A row of 6 learned tokens and a grid of 2 × 2.
  var methods: [Titok] {
    var row = Titok()
    (row.tokens, row.codebook, row.codeWidth) = (6, 32, 4)
    var grid = row
    grid.grid = [2, 2]
    return [row, grid]
  }

  @Test func tokensDecodeToWhatTheirVectorsDo() throws {
    for (method, tokens) in zip(methods, [6, 4]) {
      let network = method.makeNetwork(domain, RandomStream(1))
      #expect(network.tokens(batch.x).shape == [20, tokens])
      let gap =
        network.decode(tokens: network.tokens(batch.x))
        - network.decode(network.encode(batch.x))
      #expect(try gap.abs().max().value() == 0)
    }
  }

  /// Encodings and codebook have length 1 at the start and after a step.
  @Test func everyVectorLiesOnTheUnitSphere() throws {
    for method in methods {
      let network = method.makeNetwork(domain, RandomStream(1))
      _ = Runtime.training(true) { method.loss(network, batch, step) }
      func check() throws {
        for vectors in [network.read(batch.x), network.codes.codebook] {
          #expect(try (vectors.norm(over: -1) - 1).abs().max().value() < 1e-5)
        }
      }
      try check()
      try method.didStep(network, step)
      try check()
    }
  }

  @Test func samplesAreDrawnInAnyNumberOfSteps() throws {
    for method in methods {
      let network = method.makeNetwork(domain, RandomStream(1))
      for steps in [1, 3, 6, 100] {
        let drawn = network.drawing(in: steps).samplePrior(5, temperature: 1, RandomStream(2))
        #expect(drawn.shape == [5, network.latents])
        #expect(try drawn.isFinite().all(over: 0).all(over: 0).value() == 1)
      }
    }
  }

  /// With the steps that it was fitted with, a network draws what it draws unasked.
  @Test func theStepsOfTheSettingsAreThoseOfTheSamples() throws {
    let network = methods[0].makeNetwork(domain, RandomStream(1))
    let own = network.samplePrior(5, temperature: 1, RandomStream(2))
    let asked = network.drawing(in: 8).samplePrior(5, temperature: 1, RandomStream(2))
    let other = network.drawing(in: 1).samplePrior(5, temperature: 1, RandomStream(2))
    #expect(try (own - asked).abs().max().value() == 0)
    #expect(try (own - other).abs().max().value() > 0)
  }

  @Test func anIndexOutsideTheCodebookCarriesAnError() {
    let network = methods[0].makeNetwork(domain, RandomStream(1))
    let wrong = network.decode(tokens: Tensor.full([1, 6], 32, type: .int64))
    #expect(wrong.error != nil)
  }

  @Test func settingsThatMakeNoTokeniserAreRefused() throws {
    for (flag, wrong) in [
      ("tokens", "0"), ("grid", "3,1"), ("grid", "2"), ("grid", "0,1"), ("patch", "0"),
      ("trunk-heads", "3"), ("trunk-blocks", "0"), ("codebook", "1"), ("generation-steps", "0"),
      ("choice-noise", "-1"), ("prior-heads", "3"),
    ] {
      let method = try Titok().setting(flag, to: wrong)
      #expect(throws: UserError.self) { try method.validate(for: domain) }
    }
    let wide = Domain(shape: [1, 512, 512], support: .unit)
    #expect(throws: UserError.self) { try Titok().validate(for: wide) }
  }
}
