import Foundation
import Probability
import Testing
import Torch

@Suite struct EqualMixtureTests {
  init() { Runtime.threads = 1 }

  let components = Normal(
    mean: Tensor([0.0, 1, -2, 0.5, 3, 3], shape: [3, 2]),
    logVariance: Tensor([0.0, -1, 0.5, 0.2, -2, 0], shape: [3, 2]))

  @Test func theDensityIsTheMeanOfTheComponents() throws {
    let z = RandomStream(1).normal([7, 2], type: .float64)
    let found = try EqualMixture(components).logProbability(of: z).exp().values(as: Double.self)
    let points = try z.values(as: Double.self)
    let means = try components.mean.values(as: Double.self)
    let variances = try components.logVariance.exp().values(as: Double.self)
    for row in 0..<7 {
      var sum = 0.0
      for m in 0..<3 {
        var density = 1.0 / 3
        for unit in 0..<2 {
          let gap = points[2 * row + unit] - means[2 * m + unit]
          let variance = variances[2 * m + unit]
          density *= exp(-gap * gap / (2 * variance)) / (2 * Double.pi * variance).squareRoot()
        }
        sum += density
      }
      #expect(abs(found[row] - sum) < 1e-12)
    }
  }

  @Test func theDensityIntegratesToOne() throws {
    let line = Tensor.linspace(-12, 12, count: 241, type: .float64)
    let grid = Tensor.stack(
      [line.repeatingEach(241, along: 0), line.tiled(241)], along: 1)
    let total = try EqualMixture(components).logProbability(of: grid).exp().sum().value() * 0.01
    #expect(abs(total - 1) < 1e-6)
  }

  @Test func drawsHaveTheMixturesMeanAndWithoutHeatAreTheMeans() throws {
    let mixture = EqualMixture(components)
    let z = mixture.sample(20_000, RandomStream(2))
    let mean = try z.mean(over: 0).values(as: Double.self)
    #expect(abs(mean[0] - 1.0 / 3) < 0.06 && abs(mean[1] - 1.5) < 0.04)
    let cold = mixture.sample(100, temperature: 0, RandomStream(2))
    let gap = cold.distances(to: components.mean.to(.float32).to(cold.dtype)).min(over: 1)
    #expect(try gap.max().value() < 1e-5)
  }

  @Test func precisionsAddInTheProductOfNormals() throws {
    let a = Normal(mean: Tensor([1.0]), logVariance: Tensor([log(2.0)]))
    let b = Normal(mean: Tensor([4.0]), logVariance: Tensor([log(0.5)]))
    let both = a.combined(with: b)
    #expect(abs(try both.logVariance.exp().value() - 1 / (0.5 + 2)) < 1e-12)
    #expect(abs(try both.mean.value() - (1 * 0.5 + 4 * 2) / 2.5) < 1e-12)
  }
}
