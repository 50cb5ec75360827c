import Datasets
import Learning
import Networks
import TestSupport
import Testing
import Torch

@testable import SelfSupervised

@Suite struct DBOTTests {
  init() { Runtime.threads = 1 }

  private let domain = Domain(shape: [1, 8, 8], support: .unit)

  private func method(_ teacher: DBOT.Teacher, stages: Int) -> DBOT {
    var method = DBOT()
    (method.teacher, method.stages, method.width, method.depth) = (teacher, stages, 16, 1)
    return method
  }

  @Test func brightnessThatRisesToOneSideHasOneDirection() throws {
    let row = (0..<8).map { Float($0) / 8 }
    let x = Tensor((0..<8).flatMap { _ in row }, shape: [1, 1, 8, 8])
    let grid = PatchGrid([1, 8, 8], side: 4)
    let across = try OrientedGradients.histograms(x, grid)[0][0].values(as: Double.self)
    #expect(near(across[0], 1, 1e-4) && across.dropFirst().allSatisfy { $0 == 0 })
    // Turned by a quarter, half of the nine half-turn directions on.
    let down = try OrientedGradients.histograms(x.transposed(), grid)[0][0].values(as: Double.self)
    #expect(near(down[4], 1, 1e-4))
    // Opposite ways are one.
    let back = try OrientedGradients.histograms(-x, grid)[0][0].values(as: Double.self)
    #expect(near(back[0], 1, 1e-4))
  }

  @Test func whatIsHiddenDoesNotReachThePrediction() throws {
    let network = method(.random, stages: 1).makeNetwork(domain, RandomStream(Seed(1)))
    let x = RandomStream(2).uniform([1, 1, 8, 8])
    let order = Tensor([0, 1, 2, 3] as [Int64], shape: [1, 4])
    let (found, lost) = network.student(x, order, masked: 0.75, asNumbers: false)
    #expect(found.shape == [1, 3, 16])
    #expect(try lost.values(as: Int64.self) == [1, 2, 3])
    // The lower half holds none of the patch that is shown.
    let other = x.replacing(2, 4, 8, with: x.sliced(2, 4, 8) + 1)
    #expect(
      try network.student(other, order, masked: 0.75, asNumbers: false).found.values()
        == found.values())
  }

  @Test func aStudentThatIsDoneBecomesTheTeacherOfANewOne() throws {
    let method = method(.random, stages: 2)
    let network = method.makeNetwork(domain, RandomStream(Seed(1)))
    let student = try network.student.reader.embedding.weight.tensor.values()
    let teacher = try network.teacher.base.embedding.weight.tensor.values()
    func step(_ progress: Double) throws {
      try method.didStep(network, Step(index: 1, progress: progress, seed: Seed(3)))
    }
    try step(0.49)
    #expect(try network.teacher.base.embedding.weight.tensor.values() == teacher)
    try step(0.5)
    #expect(try network.teacher.base.embedding.weight.tensor.values() == student)
    #expect(try network.student.reader.embedding.weight.tensor.values() != student)
    #expect(try network.stage.tensor.value() == 2)
    try step(0.75)
    #expect(try network.teacher.base.embedding.weight.tensor.values() == student)
  }

  @Test func theFirstStageOfPixelsAsksNoTeacher() throws {
    let method = method(.pixels, stages: 1)
    let network = method.makeNetwork(domain, RandomStream(Seed(1)))
    let batch = Batch(x: RandomStream(2).uniform([4, 1, 8, 8]), indices: [])
    func loss() throws -> Double {
      try method.loss(network, batch, Step(index: 0, progress: 0, seed: Seed(4))).total.value()
    }
    let before = try loss()
    try network.teacher.base.embedding.weight.tensor.assign(
      network.teacher.base.embedding.weight.tensor.detached() * 2)
    #expect(try loss() == before)
    try method.didStep(network, Step(index: 1, progress: 0.5, seed: Seed(3)))
    #expect(try network.stage.tensor.value() == 1)
    #expect(try loss() != before)
  }
}
