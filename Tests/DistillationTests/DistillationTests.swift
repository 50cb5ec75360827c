import Datasets
import Evaluation
import Files
import Foundation
import GoldenFixtures
import Learning
import Networks
import Probability
import TestSupport
import Testing
import Torch

@testable import Distillation

/// What PyTorch makes of the same logits; `Tests/Golden/distillation.py` wrote it.
private struct Fixture: Decodable {
  let student: [[Double]]
  let teacher: [[Double]]
  let softened: [Double]
  let sigmoids: [Double]
  let differences: [Double]
}

@Suite struct DistillationTests {
  init() { Runtime.threads = 1 }

  func tensor(_ rows: [[Double]]) -> Tensor {
    Tensor(rows.flatMap { $0 }, shape: [rows.count, rows[0].count])
  }

  @Test func lossesOfLogitsAreThoseOfPyTorch() throws {
    let golden = try golden("distillation", as: Fixture.self)
    let student = tensor(golden.student), teacher = tensor(golden.teacher)
    func agree(_ found: Tensor, _ wanted: [Double]) throws -> Bool {
      zip(try found.values(as: Double.self), wanted).allSatisfy { abs($0 - $1) < 1e-10 }
    }
    #expect(
      try agree(student.softenedDivergence(from: teacher, temperature: 4), golden.softened))
    #expect(try agree(student.sigmoidDivergence(from: teacher, temperature: 2), golden.sigmoids))
    #expect(
      try agree(student.sigmoidDifference(from: teacher, temperature: 2), golden.differences))
  }

  @Test func theirGradientsAreThoseOfFiniteDifferences() throws {
    let golden = try golden("distillation", as: Fixture.self)
    let both = [tensor(golden.student), tensor(golden.teacher)]
    let losses: [([Tensor]) -> Tensor] = [
      { $0[0].softenedDivergence(from: $0[1], temperature: 4) },
      { $0[0].sigmoidDivergence(from: $0[1], temperature: 2) },
      { $0[0].sigmoidDifference(from: $0[1], temperature: 2) },
    ]
    for loss in losses { #expect(try gradientError(both, loss) < 1e-6) }
  }

  @Test func farLogitsGiveFiniteLosses() throws {
    let student = Tensor([1e4, -1e4], shape: [1, 2]), teacher = Tensor([-1e4, 1e4], shape: [1, 2])
    for loss in [
      student.softenedDivergence(from: teacher, temperature: 1),
      student.sigmoidDivergence(from: teacher, temperature: 1),
      student.sigmoidDifference(from: teacher, temperature: 1),
    ] { #expect(try loss.sum().value().isFinite) }
  }

  func small() -> DHKD {
    var method = DHKD()
    method.hidden = [8]
    method.teacherHidden = [16]
    method.teacherEpochs = 4
    method.training.epochs = 3
    method.training.batch = 16
    return method
  }

  @Test func onlyTheStudentIsLeftAndTheAuxiliaryHeadLearns() throws {
    let source = try threeKinds()
    let method = small()
    let (network, result) = try Space.fitted(method, FitRun(source, seed: Seed(1)))
    #expect(network.state.count == 4, "an encoder and a head")
    let terms = result.history.map { $0.train["logits"] ?? .nan }
    #expect(terms[2] < terms[0], "the auxiliary head nears the teacher's logits")
  }

  @Test func withNoWeightForTheLogitsItIsPlainTraining() throws {
    let source = try threeKinds()
    var method = small()
    method.logitWeight = 0
    let plain = try Space.fitted(method.plain, FitRun(source, seed: Seed(1))).network.state
    let same = try Space.fitted(method, FitRun(source, seed: Seed(1))).network.state
    #expect(try plain.mapValues { try $0.bytes() } == same.mapValues { try $0.bytes() })
  }

  /// A fit that stops while the teacher learns, or after, goes on to the same bits.
  @Test(arguments: [5, 30]) func aStoppedFitGoesOn(after steps: Int) throws {
    let source = try threeKinds()
    func state(_ run: FitRun) throws -> [String: Data] {
      try Space.fitted(small(), run).network.state.mapValues { try $0.bytes() }
    }
    let whole = try state(FitRun(source, seed: Seed(1)))
    var run = FitRun(source, seed: Seed(1))
    run.folder = NSTemporaryDirectory() + "dhkd-\(UUID().uuidString)"
    var done = 0
    run.shouldStop = {
      done += 1
      return done == steps
    }
    #expect(throws: TrainingError.self) { try state(run) }
    run.resumes = true
    #expect(try state(run) == whole)
  }

  @Test func theStudentStartsAsFarFromTheTeacherAsIsAsked() throws {
    let domain = Domain(shape: [6], support: .real)
    func shift(_ distance: Double) throws -> Double {
      var method = RandomTeachers()
      method.distance = distance
      let network = method.makeNetwork(domain, RandomStream(1))
      let mine = network.student.parameters, theirs = network.teacher.base.parameters
      let apart = try zip(mine, theirs).map { ($0 - $1).detached() }.jointNorm.value()
      return try apart / theirs.map { $0.detached() }.jointNorm.value()
    }
    // Of independent weights of the same size: √2, and √(α² + (1 − α − δ)²) / δ in between.
    #expect(abs(try shift(1) - 2.0.squareRoot()) < 0.05)
    let scale = (0.01 + 0.81).squareRoot()
    let wanted = (0.01 + (0.9 - scale) * (0.9 - scale)).squareRoot() / scale
    #expect(abs(try shift(0.1) - wanted) < 0.02)
  }

  @Test func theTeacherStaysAndTheStudentNearsItsOutputs() throws {
    let source = try threeKinds()
    var method = RandomTeachers()
    method.hidden = [16]
    method.outputs = 32
    method.distance = 1
    method.training.epochs = 10
    method.training.batch = 16
    let before = method.makeNetwork(source.domain, RandomStream(Seed(1).child("network")))
    let (network, result) = try Space.fitted(method, FitRun(source, seed: Seed(1)))
    let teachers = try [before, network].map {
      try $0.teacher.base.state.mapValues { try $0.bytes() }
    }
    #expect(teachers[0] == teachers[1])
    let losses = result.history.map { $0.train["loss"] ?? .nan }
    #expect(losses[9] < losses[0])
  }

  @Test func convolutionsOfImagesGiveCodesThatDoNotDependOnTheBatch() throws {
    let domain = Domain(shape: [1, 9, 7], support: .unit)
    var method = RandomTeachers()
    method.architecture = .convolution
    method.channels = [4, 6]
    let network = method.makeNetwork(domain, RandomStream(1))
    let x = RandomStream(2).uniform([5, 1, 9, 7])
    let loss = Runtime.training(true) {
      method.loss(
        network, Batch(x: x, indices: Array(0..<5)), Step(index: 0, progress: 0, seed: Seed(1)))
    }
    for slope in try loss.total.gradients(for: network.parameters) {
      #expect(try slope.abs().sum().value() > 0)
    }
    let codes = network.encode(x)
    #expect(codes.shape == [5, 24])
    let apart = codes - Tensor.concatenate((0..<5).map { network.encode(x[$0..<$0 + 1]) })
    #expect(try apart.abs().max().value() < 1e-5)
    #expect(try network.teacher.base.encode(x).checked().shape == [5, 24])
  }

  @Test func badSettingsAreRefusedByName() throws {
    let domain = Domain(shape: [2], support: .real, classes: ["a", "b"])
    var far = RandomTeachers()
    far.distance = 0
    #expect(throws: UserError("--distance 0.0: must be above 0 and at most 1")) {
      try far.validate(for: domain)
    }
    var mute = DHKD()
    mute.labelWeight = 0
    #expect(throws: UserError.self) { try mute.validate(for: domain) }
    mute.heads = .single
    #expect(throws: Never.self) { try mute.validate(for: domain) }
  }
}
