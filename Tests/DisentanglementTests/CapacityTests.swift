import Autoencoding
import Learning
import Testing
import Torch

@Suite struct CapacityTests {
  private func step(_ progress: Double) -> Step {
    Step(index: 0, progress: progress, seed: Seed(0))
  }

  @Test(arguments: [(0.0, 0.0), (0.25, 10.0), (0.5, 20.0), (1.0, 20.0)])
  func capacityRisesEvenlyOverItsShareAndThenStays(progress: Double, nats: Double) {
    #expect(Capacity(20, over: 0.5).nats(at: step(progress)) == nats)
  }

  @Test func capacityOfNoShareIsWholeFromTheStart() {
    #expect(Capacity(20, over: 0).nats(at: step(0)) == 20)
  }

  @Test(arguments: [([1.0, 5.0], 7.0), ([12.0, 16.0], 4.0)])
  func penaltyIsTheDistanceOfTheMeanDivergence(rates: [Double], distance: Double) throws {
    let penalty = Capacity(20, over: 1).penalty(Tensor(rates), at: step(0.5))
    #expect(try penalty.value() == distance)
  }

  @Test(arguments: [(1.0, -0.5), (13.0, 0.5)])
  func gradientPointsToTheCapacityFromBothSides(rate: Double, slope: Double) throws {
    let rates = Tensor([rate, rate]).requiringGradient()
    let penalty = Capacity(10, over: 0).penalty(rates, at: step(0))
    let gradient = try penalty.gradients(for: [rates])[0]
    #expect(try gradient.values(as: Double.self) == [slope, slope])
  }

  @Test(arguments: [(-1.0, 0.5), (.infinity, 0.5), (1, -0.1), (1, 1.5)])
  func senselessCapacitiesAreRefused(final: Double, share: Double) {
    #expect(throws: (any Error).self) { try Capacity(final, over: share).validate() }
  }
}
