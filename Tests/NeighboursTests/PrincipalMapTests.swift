import Foundation
import Neighbours
import Testing
import Torch

@Suite struct PrincipalMapTests {
  @Test func pointsOnALineLieOnTheFirstAxis() throws {
    // Along (3, 4) / 5, at 5 apart.
    let points: Tensor = [[3, 4], [6, 8], [0, 0], [9, 12]]
    let map = try PrincipalMap(points)
    #expect(abs(map.share - 1) < 1e-9)
    let wanted = [-2.5, 0, 2.5, 0, -7.5, 0, 7.5, 0]
    for (value, wanted) in zip(try map.places.values(as: Double.self), wanted) {
      #expect(abs(value - wanted) < 1e-5)
    }
  }

  @Test func itHoldsWhatTheTwoLargestEigenvaluesDo() throws {
    let points = RandomStream(4).normal([300, 6]) * ([[1, 4, 2, 1, 3, 1]] as Tensor)
    let centred = (points - points.mean(over: 0, keep: true)).to(.float64)
    let values = try (centred.transposed().matmul(centred) / 299).symmetricEigenvalues()
      .values(as: Double.self)
    let map = try PrincipalMap(points)
    let spread = try map.places.to(.float64).variance(over: 0).values(as: Double.self)
    #expect(abs(spread[0] - values[5]) < 1e-4 && abs(spread[1] - values[4]) < 1e-4)
    #expect(abs(map.share - (values[5] + values[4]) / values.reduce(0, +)) < 1e-6)
  }

  @Test func wideAndNarrowPointsAreTreatedAlike() throws {
    // 2,100 columns of which three vary much: by subspace iteration, as by covariances of those alone.
    let random = RandomStream(2)
    let narrow = random.normal([200, 3]) * ([[5, 3, 1]] as Tensor)
    let wide = Tensor.concatenate([narrow, random.normal([200, 2097]) * 1e-3], along: 1)
    let (a, b) = (try PrincipalMap(narrow).places, try PrincipalMap(wide).places)
    #expect(try (a - b).abs().max().value() < 0.01)
  }

  @Test func theBitsDoNotDependOnThreads() throws {
    let before = Runtime.threads
    defer { Runtime.threads = before }
    for width in [5, 150, 2060] {
      let points = RandomStream(9).normal([500, width])
      Runtime.threads = 1
      let one = try PrincipalMap(points).places.bytes()
      Runtime.threads = 2
      #expect(try PrincipalMap(points).places.bytes() == one, "\(width) columns")
    }
  }
}
