import Foundation
import Probability
import Testing
import Torch

@Suite struct SimplexDistanceTests {
  init() { Runtime.threads = 1 }

  @Test func coordinatesAreLogarithmsOverTheDeviationOfTheSharesInTheBatch() throws {
    let one = [[0.7, 0.3], [0.2, 0.8]], other = [[0.5, 0.5], [0.1, 0.9]]
    func tensor(_ rows: [[Double]]) -> Tensor { Tensor(rows.flatMap(\.self), shape: [2, 2]) }
    func deviation(_ rows: [[Double]], _ k: Int) -> Double { abs(rows[0][k] - rows[1][k]) / 2 }
    let wanted = (0..<2).map { row in
      (0..<2).reduce(0.0) { sum, k in
        let gap =
          log(one[row][k]) / deviation(one, k) - log(other[row][k]) / deviation(other, k)
        return sum + gap * gap
      }
    }
    let found = try SimplexDistance.squared(tensor(one), tensor(other), floor: 0)
      .values(as: Double.self)
    for (a, b) in zip(found, wanted) { #expect(abs(a - b) < 1e-9 * b) }
  }

  @Test func equalSharesAreNotApartAndOneRowOrAnEmptyCategoryStaysFinite() throws {
    let p = RandomStream(1).normal([8, 5]).softmax()
    #expect(try SimplexDistance.squared(p, p).abs().max().value() == 0)
    let corners = Tensor([1, 0, 1, 0] as [Float], shape: [2, 2])
    let even = Tensor([0.5, 0.5, 0.5, 0.5] as [Float], shape: [2, 2]).requiringGradient()
    let distance = SimplexDistance.squared(even, corners)
    #expect(try distance.values().allSatisfy(\.isFinite))
    #expect(try distance.sum().gradient(of: even).values().allSatisfy(\.isFinite))
    #expect(
      try SimplexDistance.squared(p.sliced(0, 0, 1), p.sliced(0, 1, 2)).sum().value().isFinite)
  }
}
