import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Networks
import TestSupport
import Testing
import Torch

@testable import Classification

@Suite struct ClassificationTests {
  init() { Runtime.threads = 1 }

  func small<Method: GradientRecipe>(_ method: Method, epochs: Int = 4) -> Method {
    var method = method
    method.training.epochs = epochs
    method.training.batch = 16
    method.training.optimiser = .sgd
    method.training.learningRate = 0.05
    return method
  }

  @Test func theMemoryGivesBackWhatWasPutOutSoManyEpochsAgo() throws {
    let memory = OutputMemory(examples: 4, outputs: 2, epochs: 2)
    for epoch in 0..<5 {
      let first = Double(10 * epoch)
      memory.record(
        Tensor([first, first + 1, first + 2, first + 3], shape: [2, 2]).to(.float32),
        of: [3, 1], epoch: epoch)
      guard epoch >= 2 else { continue }
      let past: [Float] = try memory.outputs(of: [1, 3], epoch: epoch - 2).values()
      let was = Float(10 * (epoch - 2))
      #expect(past == [was + 2, was + 3, was, was + 1])
    }
  }

  @Test func noWeightOfThePastIsPlainTraining() throws {
    let source = try threeKinds()
    var saf = small(SAF(), epochs: 6)
    saf.delay = 1
    saf.start = 0
    saf.trajectory = 0
    let plain = try Space.fitted(saf.plain, FitRun(source, seed: Seed(1))).network.state
    let same = try Space.fitted(saf, FitRun(source, seed: Seed(1))).network.state
    #expect(try plain.mapValues { try $0.bytes() } == same.mapValues { try $0.bytes() })
    saf.trajectory = 1
    let other = try Space.fitted(saf, FitRun(source, seed: Seed(1)))
    #expect(
      try plain.mapValues { try $0.bytes() } != other.network.state.mapValues { try $0.bytes() })
    let terms = other.result.history.map { $0.train["trajectory"] ?? .nan }
    #expect(terms[0] == 0 && terms.dropFirst().allSatisfy { $0 > 0 })
    #expect(other.result.history.allSatisfy { $0.validation["trajectory"] == 0 })
  }

  /// The memory is part of the checkpoint: a fit that stops in the middle of an epoch goes on to the same bits.
  @Test func aStoppedFitRemembersThePast() throws {
    let source = try threeKinds()
    var saf = small(SAF(), epochs: 5)
    saf.delay = 2
    saf.start = 0
    func state(_ run: FitRun) throws -> [String: Data] {
      try Space.fitted(saf, run).network.state.mapValues { try $0.bytes() }
    }
    let whole = try state(FitRun(source, seed: Seed(1)))
    var run = FitRun(source, seed: Seed(1))
    run.folder = NSTemporaryDirectory() + "saf-\(UUID().uuidString)"
    var steps = 0
    run.shouldStop = {
      steps += 1
      return steps == 23
    }
    #expect(throws: TrainingError.self) { try state(run) }
    run.resumes = true
    #expect(try state(run) == whole)
  }

  @Test func sharpnessAwareStepsFollowTheGradientUphill() throws {
    // f(w) = w₁² + 3 w₂²: the gradient at w + ρ ∇f / |∇f|, by hand.
    let w = Tensor([1.0, -2.0]).requiringGradient()
    let scale = Tensor([1.0, 3.0])
    func loss() -> Loss { Loss(.term("f", (w.squared() * scale).sum())) }
    let found = try SharpnessAwareDescent(radius: 0.1).gradients(
      of: loss(), for: [w], again: loss)[0].values(as: Double.self)
    let length = (4.0 + 144.0).squareRoot()
    #expect(abs(found[0] - 2 * (1 + 0.1 * 2 / length)) < 1e-9)
    #expect(abs(found[1] - 6 * (-2 - 0.1 * 12 / length)) < 1e-9)
    #expect(try w.values(as: Double.self) == [1, -2], "the weights are back where they were")
  }

  @Test func alignedStepsLoseWhatIsAgainstTheFirstTerm() throws {
    let w = Tensor([0.0, 0.0]).requiringGradient()
    func loss(_ second: [Double]) -> Loss {
      Loss(
        .term("first", (w * Tensor([2.0, 0.0])).sum()),
        .term("second", (w * Tensor(second)).sum(), weight: 0.5))
    }
    func step(_ second: [Double]) throws -> [Double] {
      try AlignedDescent().gradients(of: loss(second), for: [w], again: { loss(second) })[0]
        .values()
    }
    #expect(try step([-4, 6]) == [2, 3])
    #expect(try step([4, 6]) == [4, 3])
  }

  @Test func curvatureOfAParabolaIsKnown() throws {
    let w = Tensor([0.5, -1.0, 2.0]).requiringGradient()
    let scale = Tensor([1.0, 4.0, 0.5])
    let curvature = Curvature(of: [w]) { (w.squared() * scale).sum() }
    let top = try curvature.topEigenvalue(iterations: 200, RandomStream(1))
    #expect(abs(top - 8) < 0.02)
    let slopes = [1.0, -8.0, 2.0]
    let length = slopes.map { $0 * $0 }.reduce(0, +).squareRoot()
    let there = zip([0.5, -1.0, 2.0], slopes).map { $0 + 0.1 * $1 / length }
    let rise = zip(there, [1.0, 4.0, 0.5]).map { $0 * $0 * $1 }.reduce(0, +) - (0.25 + 4 + 2)
    #expect(abs(try curvature.rise(within: 0.1) - rise) < 1e-9)
  }

  @Test func scoresOfAClassifierAreThoseOfItsProbabilities() throws {
    let source = try threeKinds()
    let network = try Space.fitted(small(Classifier(), epochs: 20), FitRun(source, seed: Seed(1)))
      .network
    let scores = Scores(source.test, seed: Seed(0))
    let rows = try scores.logProbabilities(network), labels = try #require(try source.test.labels())
    for row in rows { #expect(abs(row.map(exp).reduce(0, +) - 1) < 1e-5) }
    let losses = try scores.crossEntropy(network)
    for (index, label) in labels.enumerated() { #expect(losses[index] == -rows[index][label]) }
    let counts = try scores.confusion(network)
    let right = counts.indices.map { counts[$0][$0] }.reduce(0, +)
    #expect(try Double(right) == scores.correctness(network).reduce(0, +))
    #expect(counts.joined().reduce(0, +) == source.test.count)
    #expect(Double(right) / Double(source.test.count) > 0.6)
  }

  @Test func badSettingsAreRefusedByName() throws {
    let domain = Domain(shape: [2], support: .real, classes: ["a", "b"])
    var saf = SAF()
    saf.delay = 0
    #expect(throws: UserError("--delay 0: must be from 1 to 100 epochs")) {
      try saf.validate(for: domain)
    }
    var sam = SAM()
    sam.radius = 0
    #expect(throws: UserError.self) { try sam.validate(for: domain) }
    #expect(
      throws: UserError(
        "a classifier needs labels of at least two classes; --label COLUMN says where they are")
    ) {
      try SAF().validate(for: Domain(shape: [2], support: .real))
    }
  }
}
