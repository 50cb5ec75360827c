import Foundation
import Learning
import Networks
import Testing
import Torch

@Suite struct HamiltonianDescentTests {
  init() { Runtime.threads = 1 }

  /// Draws by 300 chains of two independent normals with variances 1 and 9, around 2.
  func draws(_ seed: UInt64, moves: Int) throws -> Tensor {
    let place = Parameter(Tensor.zeros([300, 2]))
    let precision = Tensor([Float(1), 1.0 / 9])
    func loss() -> Loss {
      // Half of the negative log density, which the scale makes whole.
      Loss(.term("energy", ((place.tensor - 2).squared() * precision).sum() * 0.25))
    }
    let descent = HamiltonianDescent(
      rate: 0.1, friction: 0.1, burnIn: 150, scale: 2, state: SamplerState([place.tensor]),
      seed: Seed(seed))
    var kept: [Tensor] = []
    for index in 0..<moves {
      let slopes = try descent.gradients(of: loss(), for: [place.tensor], again: loss)
      #expect(try slopes[0].abs().max().value() == 0)
      if index >= 350, index % 25 == 0 { kept.append(place.tensor.detached().copied()) }
    }
    return Tensor.concatenate(kept)
  }

  @Test func theDrawsHaveTheMomentsOfANormal() throws {
    let chain = try draws(1, moves: 700)
    let means = try chain.mean(over: 0).values(as: Double.self)
    let spreads = try chain.variance(over: 0).values(as: Double.self)
    #expect(abs(means[0] - 2) < 0.1 && abs(means[1] - 2) < 0.3, "\(means)")
    #expect(abs(spreads[0] - 1) < 0.15 && abs(spreads[1] / 9 - 1) < 0.15, "\(spreads)")
  }

  @Test func theSameSeedGivesTheSameChain() throws {
    let one = try draws(3, moves: 352).bytes()
    #expect(try draws(3, moves: 352).bytes() == one)
    #expect(try draws(4, moves: 352).bytes() != one)
  }
}
