import Autoencoding
import Datasets
import Files
import Learning
import Networks
import Probability
import Testing
import Torch

@testable import Discrete

@Suite struct CplMixVAETests {
  init() { Runtime.threads = 1 }

  let domain = Domain(shape: [6], support: .real)
  let batch = Batch(x: RandomStream(3).normal([16, 6]), indices: Array(0..<16))
  let step = Step(index: 0, progress: 0, seed: Seed(2))

  func terms(_ method: CplMixVAE) throws -> (terms: [Double], total: Double) {
    let loss = method.loss(method.makeNetwork(domain, RandomStream(1)), batch, step)
    return (try loss.terms.map { try $0.mean.value() }, try loss.total.value())
  }

  @Test func theLossIsTheBoundsOfTheArmsForEachPairAndTheCoupling() throws {
    for (arms, pairs) in [(2, 1.0), (4, 3.0)] {
      var method = CplMixVAE()
      (method.arms, method.coupling, method.beta) = (arms, 0.5, 2)
      let (terms, total) = try terms(method)
      let wanted = pairs * (terms[0] + 2 * terms[1] + terms[2]) + 0.5 * terms[3]
      #expect(abs(total - wanted) < 1e-3 * abs(wanted))
    }
  }

  @Test func armsOfTheSameWeightsThatSeeTheSameAgree() throws {
    var method = CplMixVAE()
    (method.augmentation.noise, method.augmentation.dropped) = (0, 0)
    let network = method.makeNetwork(domain, RandomStream(1))
    for (name, tensor) in network.arms[1].state {
      if let mine = network.arms[0].state[name] { try tensor.assign(mine) }
    }
    let loss = method.loss(network, batch, step)
    #expect(try loss.terms[3].mean.value() == 0)
    #expect(try (network.shares(batch.x).sum(over: 1) - 1).abs().max().value() < 1e-6)
  }

  /// Shares near even vary by so little that the coupling outweighs the data by thousands, and no type is found.
  @Test func sharesVaryOverAMinibatchFromTheStart() throws {
    for categories in [10, 40] {
      var method = CplMixVAE()
      method.categories = categories
      let network = method.makeNetwork(domain, RandomStream(1))
      let x = RandomStream(4).normal([500, 6])
      func deviation(_ shares: Tensor) throws -> Double {
        try shares.variance(over: 0, correction: 0, keep: true).squareRoot().mean().value()
      }
      let arm = network.arms[0]
      let sharp = try Runtime.training(true) { try deviation(arm.category(arm.features(x)).mean) }
      let blunt = try deviation(arm.logits(arm.encoder(x)).softmax())
      #expect(sharp * Double(categories) > 0.3)
      #expect(sharp > 4 * blunt)
    }
  }

  @Test func theTemperatureOfTheSharesIsOneOverTheNumberOfCategoriesUnlessGiven() {
    var method = CplMixVAE()
    method.categories = 8
    #expect(method.makeNetwork(domain, RandomStream(1)).arms[0].sharpness == 0.125)
    method.sharpness = 0.5
    #expect(method.makeNetwork(domain, RandomStream(1)).arms[0].sharpness == 0.5)
  }

  @Test func thePenaltyReachesTheCategoriesOfBothArmsAndNoDecoder() throws {
    let method = CplMixVAE()
    let network = method.makeNetwork(domain, RandomStream(1))
    let penalty = method.loss(network, batch, step).terms[3].mean
    let inputs = network.arms.map(\.logits.weight.tensor) + network.arms[0].decoder.parameters
    let slopes = try penalty.gradients(for: inputs)
    for slope in slopes.prefix(2) { #expect(try slope.abs().sum().value() > 0) }
    for slope in slopes.dropFirst(2) { #expect(try slope.abs().sum().value() == 0) }
  }

  @Test func anAugmentationOfNothingIsTheExampleItself() throws {
    var none = Augmentation()
    (none.rotation, none.shift, none.scaling, none.noise, none.dropped) = (0, 0, 0, 0, 0)
    let picture = RandomStream(1).uniform([3, 1, 8, 8])
    #expect(try (none(picture, RandomStream(2)) - picture).abs().max().value() < 1e-5)
    #expect(try none(batch.x, RandomStream(2)).values() == batch.x.values())
  }

  @Test func aTurnedPictureKeepsItsMassAndANoisyRowItsMean() throws {
    var turned = Augmentation()
    (turned.shift, turned.scaling, turned.rotation) = (0, 0, 180)
    let dot = Tensor.zeros([40, 1, 9, 9]).replacing(2, 4, 5, with: Tensor.ones([40, 1, 1, 9]))
    let after = turned(dot, RandomStream(2))
    #expect(try (after - dot).abs().max().value() > 0.5)
    #expect(try (after[0..., 0, 4, 4] - 1).abs().max().value() < 1e-4, "the centre stays")
    let rows = Augmentation()(Tensor.ones([20_000, 1]), RandomStream(3))
    #expect(abs(try rows.mean().value() - 0.9) < 0.01)
    #expect(abs(try (rows .== 0).to(.float32).mean().value() - 0.1) < 0.01)
  }

  @Test func settingsThatMakeNoSenseAreRefused() {
    var alone = CplMixVAE()
    alone.arms = 1
    #expect(throws: UserError.self) { try alone.validate(for: domain) }
    var blunt = CplMixVAE()
    blunt.sharpness = 1.5
    #expect(throws: UserError.self) { try blunt.validate(for: domain) }
    var wild = CplMixVAE()
    wild.augmentation.dropped = 1
    #expect(throws: UserError.self) { try wild.validate(for: domain) }
  }
}
