import Evaluation
import Files
import Foundation
import TestSupport
import Testing
import Torch

@testable import Dynamics

@Suite struct LinearGrokkingTests {
  @Test(arguments: [0.3, 0.95, 1.0, 2.5])
  func theMarchenkoPasturLawHasItsMoments(ratio: Double) {
    let law = CovarianceSpectrum.marchenkoPastur(ratio: ratio)
    #expect(near(law.mean { _ in 1 }, 1))
    #expect(near(law.mean { $0 }, 1))
    #expect(near(law.mean { $0 * $0 }, 1 + ratio))
  }

  @Test func theMeanInverseEigenvalueIsThatOfAWishartMatrix() {
    let law = CovarianceSpectrum.marchenkoPastur(ratio: 0.6)
    #expect(near(law.mean { 1 / $0 }, 1 / (1 - 0.6)))
  }

  @Test func lossesStartAtTheSumOfBothVariancesAndEndAtWhatDecayLeaves() {
    let one = CovarianceSpectrum(sampled: [0.5])
    let flow = LinearFlow(spectrum: one, decay: 0.1, scale: 2)
    #expect(near(flow.loss(.generalisation, at: 0), 1 + 4))
    #expect(near(flow.loss(.training, at: 0), 0.5 * 5))
    #expect(near(flow.loss(.generalisation, at: 1e6), pow(0.1 / 0.6, 2)))
  }

  @Test func theClosedFormSolvesTheFlow() {
    // Student and teacher along one eigenvector, by small steps of dS = −2(λ(S − T) + γS) dt / k.
    let (eigenvalue, decay, outputs, dt) = (0.7, 0.05, 3, 1e-5)
    var (fromStart, fromTeacher) = (1.0, 0.0)
    for _ in 0..<200_000 {
      fromStart -= 2 * dt / Double(outputs) * (eigenvalue + decay) * fromStart
      let pull = eigenvalue * (fromTeacher - 1) + decay * fromTeacher
      fromTeacher -= 2 * dt / Double(outputs) * pull
    }
    let flow = LinearFlow(
      spectrum: CovarianceSpectrum(sampled: [eigenvalue]), decay: decay, scale: 1.5,
      outputs: outputs)
    let expected = pow(1.5 * fromStart, 2) + pow(fromTeacher - 1, 2)
    #expect(near(flow.loss(.generalisation, at: 2), expected, 1e-4))
  }

  @Test func accuracyIsTheNormalShareWithinTheTolerance() {
    let accuracy = ToleranceAccuracy(outputs: 1, tolerance: 1)
    #expect(near(accuracy.share(at: 1), 0.682_689_492_137_086))
    #expect(near(accuracy.loss(at: 0.95), 1 / pow(1.959_963_984_540_054, 2)))
    // χ² with two degrees of freedom is exponential.
    #expect(near(ToleranceAccuracy(outputs: 2, tolerance: 1).share(at: 0.5), 1 - exp(-2)))
  }

  @Test func withFewerExamplesThanInputsNothingIsEverGeneralised() {
    let accuracy = ToleranceAccuracy(outputs: 1, tolerance: 0.001)
    let delays = [0.5, 0.9, 0.99, 1.2].map {
      LinearFlow(spectrum: .marchenkoPastur(ratio: $0)).grokking(accuracy, at: 0.95).delay
    }
    #expect(delays[0] < delays[1] && delays[1] < delays[2] && delays[3] == .infinity)
  }

  @Test func studentsFollowTheFlowOfTheirOwnSpectrum() throws {
    var students = LinearStudents(
      inputs: 60, samples: 100, accuracy: ToleranceAccuracy(tolerance: 0.01))
    students.step = 0.02
    let arm = LinearStudents.Arm(decay: 1e-4, scale: 2)
    let (courses, eigenvalues) = try students.train([arm], seed: Seed(3))
    let flow = LinearFlow(
      spectrum: CovarianceSpectrum(sampled: eigenvalues), decay: 1e-4, scale: 2)
    let predicted = flow.grokking(students.accuracy, at: 0.95)
    let measured = courses[0].grokking
    #expect(abs(log(measured.fit / predicted.fit)) < 0.5)
    #expect(abs(log(measured.generalisation / predicted.generalisation)) < 0.5)
  }

  @Test func armsSideBySideAreTheArmsAlone() throws {
    var students = LinearStudents(
      inputs: 20, samples: 40, outputs: 2, accuracy: ToleranceAccuracy(outputs: 2, tolerance: 0.01))
    students.tests = 200
    let arms = [LinearStudents.Arm(decay: 0, scale: 1), LinearStudents.Arm(decay: 1e-3, scale: 3)]
    let both = try students.train(arms, seed: Seed(1)).courses
    let alone = try students.train([arms[1]], seed: Seed(1)).courses[0]
    #expect(near(both[1].grokking.generalisation, alone.grokking.generalisation, 1e-6))
  }

  @Test func theLabLaysMeasuredOverPredicted() throws {
    var study = LinearGrokking()
    study.dimension = 40
    study.ratios = [0.3, 0.5, 0.7]
    study.ratio = 0.5
    study.repeats = 2
    let findings = try study.run(StudyRoom(seed: Seed(1)))
    let correlation = try #require(findings.figures.first)
    #expect(correlation.value > 0.8)
    #expect(findings.tables[0].rows.count == 3 + 3 + 3)
    #expect(findings.charts.count == 4)
    #expect(findings == (try study.run(StudyRoom(seed: Seed(1)))))
  }

  @Test func whatIsImpossibleIsNamed() {
    func refused(_ change: (inout LinearGrokking) -> Void) -> String? {
      var study = LinearGrokking()
      change(&study)
      do { _ = try study.run(StudyRoom(seed: Seed(1))) } catch { return "\(error)" }
      return nil
    }
    #expect(refused { $0.tolerance = 0 } == "--tolerance 0.0: must be above 0")
    #expect(refused { $0.goal = 1 } == "--goal 1.0: must lie between 0 and 1")
    #expect(refused { $0.ratios = [-1] } == "--ratios -1.0: must lie between 0.01 and 4")
    #expect(refused { $0.repeats = 0 } == "--repeats 0: must be at least 1")
  }
}
