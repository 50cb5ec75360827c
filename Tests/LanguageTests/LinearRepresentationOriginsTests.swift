import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Testing
import Torch

@testable import Language

@Suite struct LinearRepresentationOriginsTests {
  init() { Runtime.threads = 1 }

  @Test func theLawIsTheConditionalOfTheWorld() throws {
    let world = ConceptWorld(concepts: 3, edges: 0.7, seed: Seed(2))
    #expect(abs(world.probabilities.reduce(0, +) - 1) < 1e-12)
    let law = world.law()
    let next = try law.next.values(as: Double.self), shares = try law.shares.values(as: Double.self)
    #expect(world.contexts == 27 && next.count == 27 * 8 && abs(shares.reduce(0, +) - 1) < 1e-12)
    // The context that tells 1, nothing, 0, by hand.
    let context = 1 * 9 + 2 * 3 + 0
    #expect((0..<3).map { world.told($0, by: context) } == [1, 2, 0])
    let both = world.probabilities[0b100] + world.probabilities[0b110]
    #expect(abs(next[context * 8 + 0b110] - world.probabilities[0b110] / both) < 1e-12)
    #expect(next[context * 8 + 0b111] == 0 && abs(shares[context] - both / 8) < 1e-12)
    for (a, b) in world.tokenPairs(1) { #expect(b == a + 2) }
    for (a, b) in world.contextPairs(0) { #expect(b == a + 9 && world.told(0, by: a) == 0) }
  }

  @Test func descentFollowsTheGradientOfTheCrossEntropy() throws {
    let world = ConceptWorld(concepts: 2, edges: 0.5, seed: Seed(1))
    let law = world.law()
    var vectors = ConceptVectors(world, width: 3, deviation: 0.5, seed: Seed(3))
    let (f, u) = (vectors.contexts.requiringGradient(), vectors.tokens.requiringGradient())
    let loss = -(law.next * f.matmul(u.transposed()).logSoftmax() * law.shares).sum()
    let slopes = try loss.gradients(for: [f, u])
    let before = try vectors.excess(over: law)
    try vectors.train(on: law, steps: 1, rate: 0.1)
    let gap = (vectors.contexts - (f.detached() - slopes[0] * 0.1)).abs().max()
    let other = (vectors.tokens - (u.detached() - slopes[1] * 0.1)).abs().max()
    #expect(try gap.value() < 1e-12 && other.value() < 1e-12)
    #expect(try vectors.excess(over: law) < before && before > 0)
  }

  @Test func conceptsBecomeDirections() throws {
    var study = LinearRepresentationOrigins()
    (study.concepts, study.width, study.steps, study.rate) = (3, 6, 400, 2)
    let trained = try study.linearity(.trained, Seed(1))
    let lawless = try study.linearity(.lawless, Seed(1)).linearity
    #expect(trained.linearity.within.mean > 0.8 && lawless.within.mean < 0.5)
    #expect(trained.linearity.across.mean < 0.3 && trained.linearity.aligned.mean > 0.8)
    #expect(trained.excess < 0.05)
    study.repeats = 1
    let findings = try study.run(StudyRoom(seed: Seed(1)))
    #expect(findings.tables.first?.rows.count == 3)
    study.concepts = 1
    #expect(throws: UserError.self) { try study.run(StudyRoom(seed: Seed(1))) }
  }

  /// The claim must fail where the law has no concepts.
  @Test func theClaimCanFail() throws {
    let report = try Check(
      "S240", protocol: "", minutes: 1, seeds: 3, claims: LinearRepresentationOrigins.check.claims
    ) { lab, seed in
      var study = LinearRepresentationOrigins()
      (study.concepts, study.width, study.steps, study.rate) = (3, 6, 200, 2)
      var board = Scoreboard()
      for arm in LinearRepresentationOrigins.Arm.allCases {
        let found = try study.linearity(arm == .trained ? .lawless : arm, seed).linearity
        for (metric, scores) in [
          (LinearRepresentationOrigins.within, found.within),
          (LinearRepresentationOrigins.across, found.across),
          (LinearRepresentationOrigins.aligned, found.aligned),
        ] { board[metric.name, arm.rawValue] = scores }
      }
      return board
    }.run(Lab(quick: true))
    #expect(report.verdict != .holds)
  }
}
