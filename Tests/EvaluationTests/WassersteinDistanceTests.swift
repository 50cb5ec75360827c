import Evaluation
import Files
import TestSupport
import Testing
import Torch

@Suite struct WassersteinDistanceTests {
  init() { Runtime.threads = 1 }

  /// The least mean length over all pairings, by going through them.
  private func enumerated(_ costs: [[Double]], _ left: [Int]) -> Double {
    guard let row = costs.first else { return 0 }
    return left.map { column in
      row[column] + enumerated(Array(costs.dropFirst()), left.filter { $0 != column })
    }.min() ?? 0
  }

  @Test func itIsTheLeastOverAllPairings() throws {
    for trial in 0..<5 {
      let random = RandomStream(3).child(trial)
      let one = random.normal([6, 3], type: .float64)
      let other = random.child("other").normal([6, 3], type: .float64)
      let costs = try one.distances(to: other).values(as: Double.self)
      let rows = (0..<6).map { Array(costs[6 * $0..<6 * $0 + 6]) }
      let least = enumerated(rows, Array(0..<6)) / 6
      #expect(near(try WassersteinDistance.exact(one, other), least))
    }
  }

  @Test func aShiftCostsItsLengthAndAnOrderNothing() throws {
    let x = RandomStream(1).normal([50, 2], type: .float64)
    let shift = Tensor([3.0, 4.0], shape: [1, 2])
    #expect(near(try WassersteinDistance.exact(x, x.flipped(0) + shift), 5, 1e-6))
    // Lengths of zero come out of squares, to half the digits.
    #expect(near(try WassersteinDistance.exact(x, x.flipped(0)), 0, 1e-6))
  }

  @Test func onALineSlicedAndExactAgree() throws {
    let one = RandomStream(1).normal([40, 1], type: .float64)
    let other = RandomStream(2).uniform([40, 1], type: .float64)
    let sliced = try WassersteinDistance.sliced(one, other, directions: 3, RandomStream(3))
    #expect(near(sliced, try WassersteinDistance.exact(one, other)))
  }

  /// Along a random direction of the plane a shift counts |cos|, whose mean is 2 / π.
  @Test func aShiftCountsItsShareOfTheDirections() throws {
    let x = RandomStream(1).normal([10, 2], type: .float64)
    let sliced = try WassersteinDistance.sliced(
      x, x + Tensor([1.0, 0.0], shape: [1, 2]), directions: 20_000, RandomStream(3))
    #expect(abs(sliced - 2 / .pi) < 0.01)
  }

  @Test func cloudsOfOtherSizesAreRefused() {
    #expect(throws: UserError.self) {
      try WassersteinDistance.exact(Tensor.zeros([3, 2]), Tensor.zeros([4, 2]))
    }
  }
}
