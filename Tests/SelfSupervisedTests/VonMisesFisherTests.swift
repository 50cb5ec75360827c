import Foundation
import Testing
import Torch

@testable import SelfSupervised

@Suite struct VonMisesFisherTests {
  /// The mean cosine by a sum over the sphere in `m` dimensions.
  private func meanCosine(_ kappa: Double, _ m: Int) -> Double {
    var (total, weight) = (0.0, 0.0)
    for step in 0..<200_000 {
      let angle = (Double(step) + 0.5) * .pi / 200_000
      let density = exp(kappa * (cos(angle) - 1)) * pow(sin(angle), Double(m - 2))
      total += density * cos(angle)
      weight += density
    }
    return total / weight
  }

  @Test(arguments: [(3, 0.5), (3, 20), (4, 10), (10, 50)])
  func drawsHaveTheMeanOfTheDensity(_ m: Int, _ kappa: Double) throws {
    let axis = Tensor([1] + Array(repeating: 0, count: m - 1)).to(.float64).reshaped(1, m)
    let cloud = VonMisesFisher(mean: axis, concentration: Tensor([kappa]).to(.float64))
    let draws = cloud.draws(40_000, RandomStream(1)).squeezed(1)
    let lengths = try draws.norm(over: 1).values(as: Double.self)
    #expect(lengths.allSatisfy { abs($0 - 1) < 1e-6 })
    let mean = try draws.mean(over: 0).values(as: Double.self)
    let spread = 4 / (40_000 * max(kappa / Double(m - 1), 1)).squareRoot()
    #expect(abs(mean[0] - meanCosine(kappa, m)) < spread)
    #expect(mean.dropFirst().allSatisfy { abs($0) < spread })
  }

  @Test func drawsFollowTheConcentrationByTheirGradient() throws {
    let axis = RandomStream(2).normal([3, 5], type: .float64).ofUnitLength
    func cosines(_ kappa: Tensor) -> Tensor {
      let draws = VonMisesFisher(mean: axis, concentration: kappa).draws(6, RandomStream(3))
      return (draws * axis).sum()
    }
    let kappa = Tensor([4, 11, 30]).to(.float64).requiringGradient()
    let slope = try cosines(kappa).gradient(of: kappa).values(as: Double.self)
    for place in 0..<3 {
      let step = Tensor([Int64(place)]).oneHot(3).to(.float64).reshaped(3) * 1e-5
      let change = (cosines(kappa.detached() + step) - cosines(kappa.detached() - step))
      #expect(abs(slope[place] - (try change.value()) / 2e-5) < 1e-4)
    }
  }

  @Test func theContrastIsAveragedOverDrawsInsideTheLogarithm() throws {
    let a = RandomStream(4).normal([2, 3, 4], type: .float64).ofUnitLength
    let b = RandomStream(5).normal([2, 3, 4], type: .float64).ofUnitLength
    let ours = try a.averagedContrast(with: b, sharpness: 5).values(as: Double.self)
    let (x, y) = (try a.values(as: Double.self), try b.values(as: Double.self))
    func weight(_ draw: Int, _ i: Int, _ j: Int) -> Double {
      exp(5 * (0..<4).map { x[(draw * 3 + i) * 4 + $0] * y[(draw * 3 + j) * 4 + $0] }.reduce(0, +))
    }
    for i in 0..<3 {
      let shares = (0..<2).map { draw in
        weight(draw, i, i) / (0..<3).map { weight(draw, i, $0) }.reduce(0, +)
      }
      #expect(abs(ours[i] + log(shares.reduce(0, +) / 2)) < 1e-6)
    }
  }
}
