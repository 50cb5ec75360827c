import Probability
import Testing
import Torch

/// Distances of normal distributions that are known in closed form.
@Suite struct WassersteinTests {
  init() { Runtime.threads = 1 }

  @Test func itIsTheRootOfTheDistancesOfMeansAndDeviations() throws {
    let one = Normal(
      mean: Tensor([0, 0, 1, 1] as [Double], shape: [2, 2]),
      logVariance: Tensor.zeros([2, 2], type: .float64))
    let other = Normal(
      mean: Tensor([3, 0, 1, 1] as [Double], shape: [2, 2]),
      logVariance: Tensor.full([2, 2], 2 * 1.6094379124341003, type: .float64))
    // Deviations 1 and 5: 9 + 16 + 16, and 16 + 16.
    let found = try one.wassersteinDistance(to: other).values(as: Double.self)
    #expect(abs(found[0] - 41.0.squareRoot()) < 1e-9)
    #expect(abs(found[1] - 32.0.squareRoot()) < 1e-9)
  }

  @Test func betweenEqualDistributionsItIsNearlyNoughtAndHasASlope() throws {
    let mean = Tensor.zeros([1, 3], type: .float64).requiringGradient()
    let q = Normal(mean: mean, logVariance: Tensor.zeros([1, 3], type: .float64))
    let distance = q.wassersteinDistance(to: q)
    #expect(try distance.sum().value() < 1e-5)
    #expect(try distance.sum().gradient(of: mean).isFinite().to(.float64).sum().value() == 3)
  }
}
