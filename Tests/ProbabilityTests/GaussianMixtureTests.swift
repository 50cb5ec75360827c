import Foundation
import Testing
import Torch

@testable import Probability

@Suite struct GaussianMixtureTests {
  /// Three normals of unit covariance, 8 apart, 100 points of each.
  private func points(_ seed: UInt64) -> (x: Tensor, means: Tensor, labels: [Int]) {
    let means = Tensor([0.0, 0, 8, 0, 0, 8], shape: [3, 2])
    let labels = (0..<300).map { $0 % 3 }
    let z = Tensor(labels.map(Int64.init), shape: [300]).oneHot(3).to(.float64)
    return (
      z.matmul(means) + RandomStream(seed).normal([300, 2], type: .float64), means, labels
    )
  }

  @Test func startsFindTheMeansOfWellSeparatedNormals() throws {
    let (x, means, _) = points(1)
    let model = try GaussianMixture(shape: .unit, tolerance: 1e-9)
      .fit(x, components: 3, scouts: 150, seed: Seed(2))
    let nearest = squaredDistances(means, model.means).min(over: 1)
    #expect(try nearest.max().value() < 0.1)
    #expect(try (model.weights - 1.0 / 3).abs().max().value() < 0.01)
    #expect(model.covariances.isEmpty)
  }

  @Test func unitCovariancesGiveTheClosedFormOfThePosterior() throws {
    let (x, _, labels) = points(3)
    let model = try GaussianMixture(shape: .unit).fit(x, from: labels, components: 3)
    let distances = squaredDistances(x, model.means)
    let expected = (distances * -0.5 + model.weights.log()).softmax(along: 1)
    #expect(try (model.responsibilities(x) - expected).abs().max().value() < 1e-12)
    #expect(model.labels == labels)
  }

  @Test func fullCovariancesThatAreTheIdentityAgreeWithUnitOnes() throws {
    let (x, _, labels) = points(4)
    let unit = try GaussianMixture(shape: .unit, iterations: 1).fit(x, from: labels, components: 3)
    let full = try GaussianMixture(iterations: 1).fit(x, from: labels, components: 3)
    #expect(try (unit.means - full.means).abs().max().value() < 1e-3)
    // Fitted covariances can only make the points likelier.
    #expect(full.logLikelihood > unit.logLikelihood)
  }

  @Test func moreStartsAreNoLessLikely() throws {
    let x = RandomStream(5).normal([200, 6], type: .float64)
    let mixture = GaussianMixture(shape: .unit, tolerance: 1e-9, iterations: 500)
    let one = try mixture.fit(x, components: 4, restarts: 1, seed: Seed(6))
    let ten = try mixture.fit(x, components: 4, restarts: 10, seed: Seed(6))
    #expect(ten.logLikelihood >= one.logLikelihood)
  }
}
