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

  /// A normal with a steep wall above 1, which a chain seldom feels: as a weight of a unit that sleeps.
  @Test func whatSeldomFeelsASteepSlopeIsDrawnRightly() throws {
    let place = Parameter(Tensor.zeros([400]))
    func loss() -> Loss {
      let beyond = (place.tensor - 1).relu().squared() * 500
      return Loss(.term("energy", (place.tensor.squared() * 0.5 + beyond).sum()))
    }
    let descent = HamiltonianDescent(
      rate: 0.05, friction: 0.1, burnIn: 400, state: SamplerState([place.tensor]), seed: Seed(1))
    var kept: [Tensor] = []
    for index in 0..<1000 {
      _ = try descent.gradients(of: loss(), for: [place.tensor], again: loss)
      if index >= 500, index % 20 == 0 { kept.append(place.tensor.detached().copied()) }
    }
    let chain = Tensor.concatenate(kept)
    // By quadrature: mean −0.273, variance 0.641.
    #expect(abs(try chain.mean().value() + 0.273) < 0.08)
    #expect(abs(try chain.variance(over: 0).value() - 0.641) < 0.08)
    #expect(try chain.abs().max().value() < 5)
  }

  /// A number with nine observations, and a code that a batch alone has: each has the variance of its own scale.
  @Test func whatBelongsToABatchHasTheScaleOfABatch() throws {
    let (shared, code) = (Parameter(Tensor.zeros([400])), Parameter(Tensor.zeros([400])))
    func loss() -> Loss {
      Loss(.term("energy", (shared.tensor.squared() + code.tensor.squared()).sum() * 0.5))
    }
    let both = [shared.tensor, code.tensor]
    let descent = HamiltonianDescent(
      rate: 0.1, friction: 0.1, burnIn: 200, moves: 200, scale: 9, locals: 1, localScale: 1,
      state: SamplerState(both), seed: Seed(2))
    var kept: [[Tensor]] = []
    for index in 0..<6 {
      _ = try descent.gradients(of: loss(), for: both, again: loss)
      if index > 1 { kept.append(both.map { $0.detached().copied() }) }
    }
    let spreads = try (0..<2).map { part in
      try Tensor.concatenate(kept.map { $0[part] }).variance(over: 0).value()
    }
    #expect(abs(spreads[0] * 9 - 1) < 0.2 && abs(spreads[1] - 1) < 0.2, "\(spreads)")
  }
}
