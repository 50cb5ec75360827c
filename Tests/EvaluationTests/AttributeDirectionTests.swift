import Evaluation
import Files
import TestSupport
import Testing
import Torch

@Suite struct AttributeDirectionTests {
  @Test func theDirectionOfAClassIsTheDifferenceOfMeans() throws {
    let codes = Tensor([0, 0, 2, 4, 4, 4, 6, 8] as [Double], shape: [4, 2])
    let direction = try AttributeDirection(codes: codes, labels: [0, 0, 1, 2], toward: 1)
    let vector = try direction.vector.values(as: Double.self)
    #expect(near(vector[0], 4 - 8.0 / 3) && near(vector[1], 4 - 4))
    #expect(throws: UserError.self) {
      try AttributeDirection(codes: codes, labels: [1, 1, 1, 1], toward: 1)
    }
  }

  @Test func theDirectionOfAFactorLeavesOutWhatGoesWithOthers() throws {
    // Two factors that go together: codes are 3 f₀ in the first unit and −2 f₁ in the second.
    let noise = RandomStream(2).normal([500, 2], type: .float64)
    let f0 = noise.selected(1, 0), f1 = f0 * 0.8 + noise.selected(1, 1) * 0.6
    let factors = Tensor.stack([f0, f1], along: 1)
    let codes = Tensor.stack([f0 * 3, f1 * -2], along: 1)
    let direction = try AttributeDirection(codes: codes, factors: factors, along: 0)
    let vector = try direction.vector.values(as: Double.self)
    let deviation = try f0.standardDeviation(over: 0, correction: 0).value()
    #expect(near(vector[0], 3 * deviation, 1e-4))
    #expect(abs(vector[1]) < 1e-4)
    let still = Tensor.stack([f0, f1.zerosLike()], along: 1)
    #expect(throws: UserError.self) {
      try AttributeDirection(codes: codes, factors: still, along: 1)
    }
  }

  @Test func aTraversalMovesOneUnitByItsDeviations() throws {
    let start = Tensor([1, 2, 3] as [Float], shape: [1, 3])
    let ways = try Traversal.through(start, activity: [0.25, 0, 4], most: 2, reach: 2, steps: 3)
    #expect(ways.map(\.unit) == [2, 0])
    let codes = try ways[1].codes.values(as: Double.self)
    #expect(codes == [0, 2, 3, 1, 2, 3, 2, 2, 3])
    #expect(throws: UserError("unit 7: the space has units 0 to 2")) {
      try Traversal.through(start, activity: [0.25, 0, 4], units: [7])
    }
  }
}
