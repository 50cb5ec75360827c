import Evaluation
import Files
import Foundation
import TestSupport
import Testing
import Torch

@testable import Dynamics

@Suite struct InductiveBiasBitsTests {
  @Test func theIncompleteGammaFunctionIsSciPysAlsoFarOut() throws {
    for each in try DynamicsGolden.read().gamma {
      #expect(near(logLowerGamma(each[0], each[1]), each[2], 1e-12))
    }
    #expect(logLowerGamma(2, 0) == -.infinity)
    #expect(near(logLowerGamma(1, 0.3), log(1 - exp(-0.3)), 1e-14))
  }

  @Test func theNoncentralTailIsSciPysAlsoFarOut() throws {
    for each in try DynamicsGolden.read().tail {
      let distribution = NoncentralChiSquared(degrees: each[0], shift: each[1])
      #expect(near(distribution.logCumulative(each[2]), each[3], 1e-9))
    }
    // χ² with two degrees of freedom is exponential, and scaling scales.
    let plain = NoncentralChiSquared(degrees: 2, shift: 0, scale: 3)
    #expect(near(plain.bits(6), -log2(1 - exp(-1)), 1e-12))
  }

  @Test func hypothesesThatFitErrAsTheClosedFormSays() throws {
    let world = LinearHypotheses(inputs: 10, examples: 6, RandomStream(Seed(4)))
    let errors = try world.errors(20_000, RandomStream(Seed(5)))
    let distribution = try world.distribution()
    #expect(distribution.degrees == 4)
    let mean = distribution.scale * (distribution.degrees + distribution.shift)
    #expect(abs(errors.mean / mean - 1) < 0.02)
    let target = errors.quantile(0.1)
    #expect(abs(distribution.bits(target) + log2(0.1)) < 0.08)
  }

  @Test func theFittedTailFindsTheBitsThatCountingCannotSee() throws {
    let world = LinearHypotheses(inputs: 32, examples: 8, RandomStream(Seed(6)))
    let exact = try world.distribution().bits(0.2)
    let errors = try world.errors(2000, RandomStream(Seed(7)))
    let estimate = try BitsEstimate.tail(errors, target: 0.2)
    #expect(exact > 15)
    #expect(abs(estimate.value - exact) < 6)
    #expect(estimate.interval.contains(exact))
    #expect(abs(BitsEstimate.counting(errors, target: 0.2) - exact) > 3)
  }

  @Test func countingCounts() {
    #expect(BitsEstimate.counting([1, 2, 3, 4], target: 1) == 2)
    #expect(BitsEstimate.counting([1, 2, 3, 4], target: 0.5) == 3)
  }

  @Test func bitsRiseWithTheDimension() throws {
    var study = InductiveBiasBits()
    study.dimensions = [10, 20]
    study.hypotheses = 200
    study.counts = [50]
    study.repeats = 2
    let findings = try study.run(StudyRoom(seed: Seed(1)))
    let curve = findings.charts[0].curves[0]
    #expect(curve.y[1] > curve.y[0] + 3)
    #expect(findings.tables[0].rows.count == 2)
  }

  @Test func whatIsImpossibleIsNamed() {
    var study = InductiveBiasBits()
    study.dimensions = [8]
    #expect(
      throws: UserError(
        "--dimensions 8: must be above 8, the examples, which would settle it, and at most 2000")
    ) { try study.run(StudyRoom(seed: Seed(1))) }
    #expect(throws: UserError("a tail needs at least 20 hypotheses, not 3")) {
      try BitsEstimate.tail([1, 2, 3], target: 1)
    }
    #expect(throws: UserError("errors of hypotheses must be positive numbers that differ")) {
      try BitsEstimate.tail(Array(repeating: 1, count: 30), target: 1)
    }
  }
}
