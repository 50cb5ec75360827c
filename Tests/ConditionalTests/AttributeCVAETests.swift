import Autoencoding
import Datasets
import Files
import Foundation
import Learning
import Networks
import Probability
import Testing
import Torch

@testable import Conditional

/// Networks that are told what is known of examples.
@Suite struct AttributeCVAETests {
  init() { Runtime.threads = 1 }

  let domain = Domain(
    shape: [6], support: .unit, classes: ["a", "b", "c"],
    factors: [Factor("size", values: 2), Factor("angle", values: 0)])
  let batch = Batch(
    x: RandomStream(3).uniform([4, 6]), labels: Tensor([0, 2, 1, 2] as [Int64]),
    factors: Tensor([0, 1, 1, 3, 1, 5, 0, 7] as [Float], shape: [4, 2]), indices: [0, 1, 2, 3])

  func examples() throws -> Examples {
    try Examples(given: batch.x, labels: [0, 2, 1, 2], factors: batch.factors)
  }

  @Test func aConditionIsAUnitForEachValueAndTheStandardisedRealFactor() throws {
    let known = Conditions(domain, .auto, RandomStream(1))
    try known.learn(from: examples(), Seed(1))
    #expect(known.width == 6)
    let rows: [Float] = try known(batch).values()
    #expect(Array(rows[0..<5]) == [1, 0, 0, 1, 0])
    #expect(Array(rows[6..<11]) == [0, 0, 1, 0, 1])
    // 1, 3, 5 and 7 have the mean 4 and the deviation √(20/3).
    #expect(abs(Double(rows[5]) + 3 / (20.0 / 3).squareRoot()) < 1e-6)
  }

  @Test func drawnConditionsOccurInTraining() throws {
    let known = Conditions(domain, .auto, RandomStream(1))
    try known.learn(from: examples(), Seed(1))
    let rows: [Float] = try known(batch).values()
    let mine = Set((0..<4).map { Array(rows[$0 * 6..<$0 * 6 + 6]) })
    let drawn: [Float] = try known.draw(500, label: nil, RandomStream(2)).values()
    let found = (0..<500).map { Array(drawn[$0 * 6..<$0 * 6 + 6]) }
    #expect(Set(found) == mine)
    let ofTwo = found.count { $0[2] == 1 }
    #expect((200...300).contains(ofTwo), "half of the examples are of the last class")
    let asked: [Float] = try known.draw(50, label: 1, RandomStream(2)).values()
    #expect((0..<50).allSatisfy { Array(asked[$0 * 6..<$0 * 6 + 6]) == Array(rows[12..<18]) })
  }

  @Test func aCodecTellsTheNetworkWhatIsKnownOfEachExample() throws {
    let network = AttributeCVAE().makeNetwork(domain, RandomStream(1))
    let u = network.condition(batch)
    let codec = try #require(Codec(of: network))
    let z: [Float] = try codec.encode(batch).values()
    #expect(try z == network.encode(batch.x, given: u).values())
    let back: [Float] = try codec.reconstruct(batch).values()
    #expect(try back == network.decode(codec.encode(batch), given: u).values())
    let other = Batch(
      x: batch.x, labels: Tensor([1, 1, 1, 1] as [Int64]), factors: batch.factors,
      indices: batch.indices)
    #expect(try back != codec.reconstruct(other).values())
  }

  @Test func aClassThatIsNotRememberedIsStillToldToTheNetwork() throws {
    let known = Conditions(domain, .classes, RandomStream(1))
    try known.learn(from: Examples(given: batch.x, labels: [0, 0, 2, 2]), Seed(1))
    let asked: [Float] = try known.draw(5, label: 1, RandomStream(2)).values()
    #expect(asked == [0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0])
    #expect(throws: TensorError.self) { try known.draw(5, label: 3, RandomStream(2)).checked() }
  }

  @Test func aConditionalPriorThatIsTheStandardNormalGivesTheStandardLoss() throws {
    var method = AttributeCVAE()
    method.beta = 2.5
    let network = method.makeNetwork(domain, RandomStream(1))
    let prior = try #require(network.prior)
    try prior.head.linear.weight.tensor.assign(prior.head.linear.weight.tensor.zerosLike())
    let bias = try #require(prior.head.linear.bias)
    try bias.tensor.assign(bias.tensor.zerosLike())
    let step = Step(index: 0, progress: 0, seed: Seed(2))
    let conditional = try method.loss(network, batch, step).total.value()
    method.prior = .standard
    #expect(abs(try method.loss(network, batch, step).total.value() - conditional) < 1e-4)
    try bias.tensor.assign(bias.tensor + 0.5)
    method.prior = .conditional
    #expect(try method.loss(network, batch, step).total.value() != conditional)
  }

  @Test func aPlaceIsACodeWithItsCondition() throws {
    let method = AttributeCVAE()
    let network = method.makeNetwork(domain, RandomStream(1))
    try network.known.learn(from: examples(), Seed(1))
    let place = network.samplePlaces(7, label: 2, temperature: 1, RandomStream(4))
    #expect(place.shape == [7, 26] && network.latents == 26)
    let (z, u) = (place.sliced(1, 0, 20), place.sliced(1, 20, 26))
    let apart = try (network.decode(place) - network.decode(z, given: u)).abs().max().value()
    #expect(apart == 0)
    #expect(try u.selected(1, 2).sum().value() == 7)
    let cold = network.samplePrior(given: u, temperature: 0, RandomStream(4))
    #expect(try (cold - network.prior(given: u).mean).abs().max().value() == 0)
  }

  @Test func whatIsAskedForMustBeKnown() {
    var method = AttributeCVAE()
    let bare = Domain(shape: [6], support: .unit)
    #expect(throws: UserError.self) { try method.validate(for: bare) }
    method.attributes = .factors
    let labelled = Domain(shape: [6], support: .unit, classes: ["a", "b"])
    #expect(throws: UserError.self) { try method.validate(for: labelled) }
    method.attributes = .classes
    #expect(throws: Never.self) { try method.validate(for: labelled) }
    #expect(throws: TensorError.self) {
      let network = method.makeNetwork(labelled, RandomStream(1))
      try network.condition(Batch(x: batch.x, indices: [0, 1, 2, 3])).checked()
    }
  }

  @Test func theAttributesOfAPictureAreMadeByKnownChanges() throws {
    let x = Tensor.zeros([1, 1, 9, 9]).replacing(2, 3, 6, with: Tensor.ones([1, 1, 3, 9]))
    func changed(_ values: [Int]) throws -> Double {
      try AttributePictures.changed(x, [[0] + values]).sum().value()
    }
    #expect(abs(try changed([1, 1, 2]) - 27) < 1e-3, "three rows of nine as they were")
    #expect(abs(try changed([0, 1, 2]) - 9) < 1e-3, "one row is left of three")
    #expect(abs(try changed([2, 1, 2]) - 45) < 1e-3, "five rows")
    #expect(abs(try changed([1, 1, 0]) - 0.4 * 27) < 1e-3, "at 40 % of the light")
    let left = AttributePictures.changed(x, [[0, 1, 0, 2]])
    let right = AttributePictures.changed(x, [[0, 1, 2, 2]])
    #expect(try (left - right.flipped(3)).abs().max().value() < 1e-5, "tilts are mirror images")
  }
}
