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
    var students = Students(
      inputs: 60, samples: 100, accuracy: ToleranceAccuracy(tolerance: 0.01))
    students.step = 0.02
    let arm = Students.Arm(decay: 1e-4, scale: 2)
    let (courses, eigenvalues) = try students.train([arm], seed: Seed(3))
    let flow = LinearFlow(
      spectrum: CovarianceSpectrum(sampled: eigenvalues), decay: 1e-4, scale: 2)
    let predicted = flow.grokking(students.accuracy, at: 0.95)
    let measured = courses[0].grokking
    #expect(abs(log(measured.fit / predicted.fit)) < 0.5)
    #expect(abs(log(measured.generalisation / predicted.generalisation)) < 0.5)
  }

  @Test(arguments: StudentForm.allCases)
  func armsSideBySideAreTheArmsAlone(form: StudentForm) throws {
    var students = Students(
      form: form, inputs: 20, neurons: 30, samples: 40, outputs: 2,
      accuracy: ToleranceAccuracy(outputs: 2, tolerance: 0.01))
    students.tests = 200
    let arms = [Students.Arm(decay: 0, scale: 1), Students.Arm(decay: 1e-3, scale: 3)]
    let both = try students.train(arms, seed: Seed(1)).courses
    let alone = try students.train([arms[1]], seed: Seed(1)).courses[0]
    #expect(near(both[1].grokking.generalisation, alone.grokking.generalisation, 1e-6))
  }

  @Test func tanhStudentsWithTinyWeightsStepAsTwoLinearLayers() throws {
    // First weights fall with the neurons, and with them what bends the tangent.
    let (neurons, decay) = (20_000, 0.2)
    var students = Students(
      form: .tanh, inputs: 6, neurons: neurons, samples: 9,
      accuracy: ToleranceAccuracy(tolerance: 0.1))
    students.tests = 10
    let random = RandomStream(5)
    let sample = StudentSample(students, random)
    var world = TanhWorld(students, sample, [Students.Arm(decay: decay, scale: 1)], random)
    let size = 2 * Double(neurons).squareRoot()
    let pull = 4 * students.step / size / 9, keep = 1 - decay * students.step
    var first = world.first[0], second = world.second[0]
    let start = try first.copied().checked()
    let wanted = sample.x.matmul(first).matmul(second) * size - world.residuals(.training)
    for _ in 0..<5 {
      let residuals = sample.x.matmul(first).matmul(second) * size - wanted
      let down = sample.x.matmul(first).transposed().matmul(residuals) * pull
      let back = residuals.matmul(second.transposed())
      first = first * keep - sample.x.transposed().matmul(back) * pull
      second = second * keep - down
      world.step()
    }
    let moved = try (first - start).abs().max().value()
    #expect(try (world.first[0] - first).abs().max().value() < 0.001 * moved)
  }

  @Test func aStepOfTanhStudentsGoesDownTheirGradient() throws {
    var students = Students(
      form: .tanh, inputs: 5, neurons: 3, samples: 7, outputs: 2,
      accuracy: ToleranceAccuracy(outputs: 2, tolerance: 0.1))
    students.tests = 4
    let (decay, scale) = (0.3, 4.0)
    let random = RandomStream(6)
    let sample = StudentSample(students, random)
    var world = TanhWorld(
      students, sample, [Students.Arm(decay: decay, scale: scale)], random)
    let first = world.first.requiringGradient(), second = world.second.requiringGradient()
    let size = 2 * 3.0.squareRoot()
    func outputs(_ a: Tensor, _ b: Tensor) -> Tensor { sample.x.matmul(a).tanh().matmul(b) * size }
    let wanted = outputs(world.first, world.second)[0] - world.residuals(.training)
    let error = (outputs(first, second) - wanted).squared().sum() / 7 * (2 / (size * size))
    let norm = first.squared().sum() + second.squared().sum()
    let gradients = try (error / scale + norm * (decay / 2)).gradients(for: [first, second])
    world.step()
    let expected = zip([first, second], gradients).map { $0.detached() - $1 * students.step }
    #expect(try (world.first - expected[0]).abs().max().value() < 1e-12)
    #expect(try (world.second - expected[1]).abs().max().value() < 1e-12)
  }

  @Test func wideTanhStudentsKeepTheTimesOfLinearOnes() throws {
    var students = Students(
      inputs: 30, neurons: 1000, samples: 90, accuracy: ToleranceAccuracy(tolerance: 0.05))
    students.tests = 400
    let arms = [Students.Arm(decay: 0, scale: 1)]
    let linear = try students.train(arms, seed: Seed(4)).courses[0].grokking
    students.form = .tanh
    let tanh = try students.train(arms, seed: Seed(4)).courses[0].grokking
    #expect(abs(log(tanh.fit / linear.fit)) < 0.4)
    #expect(abs(log(tanh.generalisation / linear.generalisation)) < 0.4)
  }

  @Test func theLabTrainsTanhStudents() throws {
    var study = LinearGrokking()
    (study.student, study.dimension, study.neurons, study.repeats) = (.tanh, 12, 20, 1)
    (study.ratios, study.ratio, study.decays, study.scales) = ([0.2], 0.3, [0.001], [2])
    (study.tolerance, study.horizon) = (0.1, 20)
    let findings = try study.run(StudyRoom(seed: Seed(1)))
    #expect(findings.tables[0].rows.count == 4)
    #expect(findings.conclusion.contains("tanh"))
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
    #expect(refused { $0.dimension = 1 } == "--dimension 1: must lie from 2 to 4000")
    #expect(
      refused { ($0.student, $0.scales) = (.tanh, [0]) }
        == "--scales 0.0: must lie from 0.01 to a million")
    #expect(refused { $0.repeats = 0 } == "--repeats 0: must be at least 1")
  }
}
