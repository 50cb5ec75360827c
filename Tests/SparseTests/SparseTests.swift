import Datasets
import Learning
import Networks
import Testing
import Torch

@testable import Sparse

@Suite struct SparseTests {
  private func trained<Arm: SparseRecipe>(_ arm: Arm) throws -> (Arm.Network, Superposition) {
    let world = Superposition(inputs: 16, groups: 8, groupSize: 2, seed: Seed(3))
    let source = try Source.made(
      "world", train: MadeExamples(world.examples(2000, part: "train")),
      test: MadeExamples(world.examples(200, part: "test")))
    var arm = arm
    arm.dictionary.latents = 24
    (arm.training.epochs, arm.training.batch, arm.training.learningRate) = (12, 50, 0.01)
    return (try Space.fitted(arm, FitRun(source, seed: Seed(1))).network, world)
  }

  @Test func directionsKeepLengthOneAndComeNearTheKnownOnes() throws {
    var arm = TopKSAE()
    arm.active = 3
    let (network, world) = try trained(arm)
    let lengths = try network.dictionary.decoder.tensor.norm(over: 1).values()
    #expect(lengths.allSatisfy { abs($0 - 1) < 1e-5 })
    #expect(
      try DictionaryScores.recovery(of: world.directions, by: network.dictionary.decoder.tensor)
        > 0.8)
    let z = network.encode(world.examples(50, part: "more"))
    #expect(try (z .> 0).to(.float32).sum(over: 1).max(over: 0).value() <= 3)
  }

  @Test func aBatchSharesItsActiveUnits() throws {
    let part = BatchTopK(units: 4, active: 1, RandomStream(Seed(1)))
    let read = Tensor([3, 2, 0, 0, 0, 0, 1, -1] as [Float], shape: [2, 4])
    let z = Runtime.training(true) { part(read) }
    #expect(try z.values() == [3, 2, 0, 0, 0, 0, 0, 0])
    #expect(try part.threshold.tensor.value() == 2)
  }

  @Test func thresholdsLearnFromNumbersNearThem() throws {
    let part = JumpReLUSAE.Activation(
      bias: Parameter([0, 0]), logThreshold: Parameter(Tensor([1, 1] as [Float]).log()),
      bandwidth: 0.5)
    let (z, isActive) = part.parts([[1.1, 3]])
    #expect(try z.values() == ([1.1, 3] as [Float]))
    let threshold = part.logThreshold.tensor
    // −θ / ε of the step, times θ for the value and 1 for the count, and θ again for its logarithm.
    #expect(try z.sum().gradients(for: [threshold], keepGraph: true)[0].values() == [-2, 0])
    #expect(try isActive.sum().gradients(for: [threshold])[0].values() == [-2, 0])
  }

  @Test func deadUnitsExplainWhatIsLeft() throws {
    let domain = Domain(shape: [2], support: .real)
    let network = TopKSAE().makeNetwork(domain, RandomStream(Seed(1)))
    let parts = network.dictionary
    let x = Tensor([1, 2] as [Float], shape: [1, 2])
    var dead = DeadUnits()
    dead.deadAfter = 10
    func value() throws -> Double {
      try dead.terms(parts, bias: network.activation.bias.tensor, x, x * 0)[0].value.mean().value()
    }
    #expect(try value() == 0)
    Runtime.training(true) { parts.note(Tensor.zeros([512]), of: 10) }
    #expect(try value() > 0)
  }
}
