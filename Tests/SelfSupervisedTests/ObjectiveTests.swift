import Foundation
import Testing
import Torch

@testable import SelfSupervised

/// The objectives of joint embeddings against their formulas, written out number by number.
@Suite struct ObjectiveTests {
  private let a = RandomStream(1).normal([5, 3], type: .float64)
  private let b = RandomStream(2).normal([5, 3], type: .float64)

  private func rows(_ x: Tensor) throws -> [[Double]] {
    let (values, width) = (try x.values(as: Double.self), x.size(1))
    return stride(from: 0, to: values.count, by: width).map { Array(values[$0..<$0 + width]) }
  }

  private func near(_ x: Double, _ y: Double) -> Bool { abs(x - y) <= 1e-9 * max(1, abs(y)) }

  private func unit(_ row: [Double]) -> [Double] {
    let length = row.map { $0 * $0 }.reduce(0, +).squareRoot()
    return row.map { $0 / length }
  }

  private func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).map(*).reduce(0, +) }

  @Test func contrastIsTheShareOfTheOtherView() throws {
    let z = try (rows(a) + rows(b)).map(unit)
    let n = 5, t = 0.5
    func term(_ i: Int, _ partner: Int) -> Double {
      let all = (0..<2 * n).filter { $0 != i }.map { exp(dot(z[i], z[$0]) / t) }.reduce(0, +)
      return -log(exp(dot(z[i], z[partner]) / t) / all)
    }
    let wanted = (0..<n).map { (term($0, $0 + n) + term($0 + n, $0)) / 2 }
    let ours = try a.normalisedCrossEntropy(with: b, temperature: t).values(as: Double.self)
    for (one, other) in zip(ours, wanted) { #expect(near(one, other)) }
  }

  @Test func redundancyIsWhatCorrelationsLackOfTheIdentity() throws {
    func standard(_ x: [[Double]]) -> [[Double]] {
      (0..<3).map { column in
        let values = x.map { $0[column] }
        let mean = values.reduce(0, +) / 5
        let variance = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / 5
        return values.map { ($0 - mean) / (variance + 1e-5).squareRoot() }
      }
    }
    let (x, y) = (standard(try rows(a)), standard(try rows(b)))
    var (on, off) = (0.0, 0.0)
    for i in 0..<3 {
      for j in 0..<3 {
        let c = dot(x[i], y[j]) / 5
        if i == j { on += (1 - c) * (1 - c) } else { off += c * c }
      }
    }
    let (invariance, redundancy) = a.redundancy(with: b)
    #expect(near(try invariance.value(), on))
    #expect(near(try redundancy.value(), off))
  }

  @Test func varianceAndCovarianceAreThoseOfTheSample() throws {
    let x = try rows(a)
    let means = (0..<3).map { column in x.map { $0[column] }.reduce(0, +) / 5 }
    func covariance(_ i: Int, _ j: Int) -> Double {
      x.map { ($0[i] - means[i]) * ($0[j] - means[j]) }.reduce(0, +) / 4
    }
    let lack =
      (0..<3).map { max(0, 1 - (covariance($0, $0) + 1e-4).squareRoot()) }
      .reduce(0, +) / 3
    #expect(near(try a.lackOfVariance.value(), lack))
    var squares = 0.0
    for i in 0..<3 { for j in 0..<3 where i != j { squares += pow(covariance(i, j), 2) } }
    #expect(near(try a.squaredCovariance.value(), squares / 3))
  }

  @Test func directionsHaveADistanceFromNoneToFour() throws {
    let wanted = try zip(rows(a), rows(b)).map { 2 - 2 * dot(unit($0), unit($1)) }
    let ours = try a.directionDistance(to: b).values(as: Double.self)
    for (one, other) in zip(ours, wanted) { #expect(near(one, other)) }
    #expect(try a.directionDistance(to: -a).values(as: Double.self).allSatisfy { near($0, 4) })
  }

  @Test func theLocalDimensionIsThatOfTheBallThatPointsFill() throws {
    for (dimension, wanted) in [(1, 1.0), (2, 2), (3, 3)] {
      let flat = RandomStream(4).uniform([3000, dimension], type: .float64)
      let turned = flat.matmul(RandomStream(5).normal([dimension, 6], type: .float64))
      let found = try turned.localDimension(neighbours: 40).values(as: Double.self)
      // Of points in a plane, those at the edge see half a disc, whose dimension is the same.
      let middle = found.sorted()[found.count / 2]
      #expect(abs(middle - wanted) < 0.25 * wanted, "\(dimension) axes: \(middle)")
    }
  }

  @Test func pointsAtOnePlaceHaveALocalDimensionWithoutASlope() throws {
    let leaf = Tensor.ones([6, 3], type: .float64).requiringGradient()
    let term = leaf.lackOfLocalDimension(weight: 1)
    #expect(try term.mean.gradient(of: leaf).values(as: Double.self).allSatisfy { $0 == 0 })
  }

  @Test func imagesAreTurnedAgainstTheClock() throws {
    let x = Tensor([1, 2, 3, 4]).reshaped(1, 1, 2, 2)
    #expect(try x.turned(quarters: 1).values(as: Double.self) == [2, 4, 1, 3])
    for quarters in 0..<3 {
      let once = x.turned(quarters: quarters).turned(quarters: 1)
      #expect(try once.values(as: Double.self) == x.turned(quarters: quarters + 1).values())
    }
  }

  @Test func pairsThatAreToldApartLoseTheirWeight() throws {
    let logits = Tensor([-1.5, 0, 2])
    let p = [-1.5, 0, 2].map { 1 / (1 + exp(-$0)) }
    let wanted = p.map { -pow(1 - $0, 2) * log($0) }
    for (one, other) in try zip(logits.focalLoss(2).values(as: Double.self), wanted) {
      #expect(abs(one - other) < 1e-6)
    }
  }

  @Test(arguments: [
    "contrast", "redundancy", "variance", "covariance", "direction", "focal",
  ])
  func gradientsAreThoseOfFiniteDifferences(of name: String) throws {
    func value(_ x: Tensor) -> Tensor {
      switch name {
      case "contrast": x.normalisedCrossEntropy(with: b, temperature: 0.5).sum()
      case "redundancy": x.redundancy(with: b).invariance + x.redundancy(with: b).redundancy
      case "variance": (x * 0.3).lackOfVariance
      case "covariance": x.squaredCovariance
      case "focal": x.focalLoss(2).sum()
      default: x.directionDistance(to: b).sum()
      }
    }
    let leaf = a.detached().requiringGradient()
    let slope = try value(leaf).gradient(of: leaf).values(as: Double.self)
    for place in 0..<a.count {
      let step = Tensor([Int64(place)]).oneHot(a.count).to(.float64).reshaped(a.shape) * 1e-6
      let wanted = try (value(a + step) - value(a - step)).value() / 2e-6
      #expect(abs(slope[place] - wanted) < 1e-5 * max(1, abs(wanted)))
    }
  }

  @Test func spreadAndRankTellCollapse() throws {
    let wide = RandomStream(3).normal([4000, 8], type: .float64)
    #expect(abs(try wide.ofUnitLength.directionSpread.value() - 1) < 0.05)
    #expect(try wide.participationRatio.value() > 7.5)
    let flat = Tensor.ones([10, 8], type: .float64)
    #expect(try flat.ofUnitLength.directionSpread.value() < 1e-6)
  }
}
