import Foundation
import Networks
import Probability
import Testing
import Torch

@Suite struct AutoregressiveFlowTests {
  init() { Runtime.threads = 1 }

  let random = RandomStream(1)
  var flow: AutoregressiveFlow { AutoregressiveFlow(3, steps: 3, hidden: [8, 8], random) }

  @Test func theInverseTakesBackWhatTheMapDoes() throws {
    let flow = flow
    let x = random.normal([50, 3]) * 2
    let (y, _) = flow.mapped(x)
    #expect(try (flow.inverse(y) - x).abs().max().value() < 1e-4)
    #expect(try (flow.mapped(flow.inverse(x)).y - x).abs().max().value() < 1e-4)
    #expect(try (y - x).abs().max().value() > 0.1)
  }

  @Test func theInverseTakesBackTheMapWithItsContext() throws {
    let flow = AutoregressiveFlow(3, steps: 2, hidden: [8], context: 2, random)
    let (x, context) = (random.normal([20, 3]), random.normal([20, 2]))
    let (y, _) = flow.mapped(x, context)
    #expect(try (flow.inverse(y, context) - x).abs().max().value() < 1e-4)
    #expect(try (flow.inverse(y, context + 1) - x).abs().max().value() > 0.01)
  }

  @Test func theLogDeterminantIsThatOfTheJacobian() throws {
    let flow = flow
    for row in 0..<5 {
      let x = random.child(row).normal([3])
      let slopes = try jacobian(at: x) { flow.mapped($0.reshaped(1, 3)).y.reshaped(3) }
      let expected = try slopes.to(.float64).signAndLogDeterminant().log.value()
      let given = try flow.mapped(x.reshaped(1, 3)).logDeterminant.sum().value()
      #expect(abs(given - expected) < 1e-5)
    }
  }

  @Test func theDensityInTwoDimensionsIntegratesToOne() throws {
    let flow = AutoregressiveFlow(2, steps: 2, hidden: [8], random)
    for parameter in flow.parameters { try parameter.assign(parameter * 1.5) }
    // Two steps of log scale of at most 2: what lies beyond 24 has no weight worth counting.
    let side = Tensor.linspace(-24, 24, count: 481)
    let x = Tensor.stack(
      [
        side.unsqueezed(1).expanded([481, 481]).flattened(),
        side.unsqueezed(0).expanded([481, 481]).flattened(),
      ], along: 1)
    let mass = try flow.logProbability(of: x).to(.float64).exp().sum().value() * 0.1 * 0.1
    #expect(abs(mass - 1) < 1e-3)
  }

  @Test func drawsThroughTheInverseHaveTheDensityOfTheFlow() throws {
    // E log p(x) over draws is minus the entropy: that of the noise and the mean log determinant.
    let flow = AutoregressiveFlow(2, steps: 2, hidden: [8], random)
    let noise = random.normal([4000, 2])
    let x = flow.inverse(noise)
    let (back, logDeterminant) = flow.mapped(x)
    #expect(try (back - noise).abs().max().value() < 1e-3)
    let density = flow.logProbability(of: x) - logDeterminant
    let expected = Normal.standardLogProbability(of: noise)
    #expect(try (density - expected).abs().max().value() < 1e-3)
  }
}
