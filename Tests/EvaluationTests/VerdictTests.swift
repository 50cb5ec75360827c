import Files
import Foundation
import TestSupport
import Testing

@testable import Evaluation

@Suite struct VerdictTests {
  @Test(arguments: [
    (1.0, 0.5, 1.5, 0.0, Verdict.holds), (1.0, 0.5, 1.5, 1.0, .holds),
    (1.0, 0.5, 1.5, 1.2, .unclear), (1.0, 0.5, 1.5, 1.6, .contradicted),
    (1.0, 0.0, 2.0, 0.0, .unclear), (1.0, -0.5, 2.5, 0.0, .unclear),
    (-1.0, -1.5, -0.5, 0.0, .contradicted), (-1.0, -2.0, 0.0, 0.0, .unclear),
    (0.0, -0.1, 0.1, 0.5, .contradicted), (0.0, 0.0, 0.0, 0.0, .unclear),
    (.nan, .nan, .nan, 0.0, .unclear),
  ])
  func verdictFollowsTheRule(
    _ value: Double, _ low: Double, _ high: Double, _ margin: Double, _ expected: Verdict
  ) {
    let interval = Interval(low: low, high: high, level: 0.95)
    #expect(Verdict(Estimate(value: value, interval: interval), margin: margin) == expected)
  }

  @Test func lessIsBetterTurnsTheEffectRound() {
    let effect = Effect(
      estimate: Estimate(value: -2, interval: Interval(low: -3, high: -1, level: 0.9)), p: 0.01)
    let turned = Direction.lower.improvement(effect)
    #expect(turned.estimate.value == 2 && turned.p == 0.01)
    #expect(turned.estimate.interval == Interval(low: 1, high: 3, level: 0.9))
    #expect(Direction.higher.improvement(effect) == effect)
  }

  @Test func effectsSurviveJSON() throws {
    let effect = Effect(
      estimate: Estimate(value: 0.1, interval: Interval(low: -0.3, high: 0.7, level: 0.95)), p: 0.2)
    let data = try JSONEncoder().encode(effect)
    #expect(try JSONDecoder().decode(Effect.self, from: data) == effect)
  }

  @Test func holmAdjustsAsWorkedByHand() throws {
    let adjusted = try Multiplicity.holm.adjusted([0.01, 0.04, 0.03, 0.005, 0.5])
    #expect(zip(adjusted, [0.04, 0.09, 0.09, 0.025, 0.5]).allSatisfy { near($0, $1) })
  }

  @Test func benjaminiHochbergAdjustsAsSciPyDoes() throws {
    let adjusted = try Multiplicity.benjaminiHochberg.adjusted([0.01, 0.04, 0.03, 0.005, 0.5])
    #expect(zip(adjusted, [0.025, 0.05, 0.05, 0.025, 0.5]).allSatisfy { near($0, $1) })
  }

  @Test(arguments: Multiplicity.allCases)
  func adjustmentStaysBetweenTheValueAndOne(_ multiplicity: Multiplicity) throws {
    let p = [0.9, 0.6, 0.9, 1, 0]
    #expect(try zip(multiplicity.adjusted(p), p).allSatisfy { $0 >= $1 && $0 <= 1 })
    #expect(try multiplicity.adjusted([]).isEmpty)
    #expect(throws: UserError.self) { try multiplicity.adjusted([0.1, .nan]) }
    #expect(throws: UserError.self) { try multiplicity.adjusted([1.1]) }
  }
}
