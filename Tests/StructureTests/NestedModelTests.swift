import Evaluation
import Files
import Foundation
import Testing
import Torch

@testable import Structure

@Suite struct NestedModelTests {
  private func model(_ strength: Double, _ separation: Double) -> NestedModel {
    NestedModel(
      features: 200, items: 100, views: 50, strength: strength, separation: separation)
  }

  @Test func theAlignmentIsZeroAtTheThresholdAndPositiveAbove() {
    let threshold = model(1, 1.5).unfoldingThreshold
    #expect(model(threshold * 0.999, 1.5).unfoldingAlignment == 0)
    #expect(model(threshold * 1.001, 1.5).unfoldingAlignment > 0)
    #expect(model(threshold * 1.001, 1.5).unfoldingAlignment < 0.01)
  }

  /// With views without noise what is left is a spiked matrix, whose alignment is known in closed form.
  @Test func strongViewsLeaveTheSpikedMatrix() {
    let (c1, c2, s) = (2.0 / 3, 1.0 / 3, 2.25)
    let known = 1 - c2 * (s + c1) / (s * (s + c2))
    #expect(abs(model(1e6, 1.5).unfoldingAlignment - known) < 1e-9)
    #expect(abs(model(1e6, 1.5).knownViewsAlignment - known) < 1e-5)
  }

  /// Without noise in the matrix the model is a spiked tensor, whose unfolding has 1 − 1 / spike².
  @Test func strongClustersLeaveTheSpikedTensor() {
    let separation = 1e3
    let strength = 2 / (separation * separation)
    #expect(abs(model(strength, separation).unfoldingAlignment - 0.75) < 1e-3)
    #expect(model(strength, separation).plainAlignment == 0.75)
  }

  @Test func aMatrixThatHidesTheClustersHasNoThreshold() {
    let visible = pow(2.0 / 9, 0.25)
    #expect(model(1e9, visible * 0.99).unfoldingAlignment == 0)
    #expect(model(1, visible * 0.99).unfoldingThreshold == .infinity)
    #expect(model(1, visible * 1.01).unfoldingThreshold.isFinite)
  }

  @Test func accuracyRunsFromChanceToAll() {
    #expect(NestedModel.accuracy(0) == 0.5)
    #expect(NestedModel.accuracy(1) == 1)
    // One deviation of signal to noise: the normal distribution below one.
    #expect(abs(NestedModel.accuracy(0.5) - normalCumulative(1)) < 1e-12)
  }

  @Test func aRankOneTensorIsFoundExactly() throws {
    let random = RandomStream(2)
    let y = NestedModel.unit(random.normal([12]))
    let x = NestedModel.unit(random.normal([9]))
    let z = NestedModel.unit(random.normal([7]))
    let tensor = y.outer(x).unsqueezed(2) * z * 3
    let vectors = ItemVectors(tensor)
    let start = vectors.unfolding()
    #expect(try abs(abs(start.dot(y).value()) - 1) < 1e-5)
    #expect(try abs(abs(vectors.iterated(from: start, steps: 10).dot(y).value()) - 1) < 1e-5)
  }

  @Test func theLabLaysMeasurementOverPrediction() throws {
    var lab = NestedMatrixTensor()
    (lab.features, lab.items, lab.views) = (120, 80, 50)
    lab.strengths = [0.1, 2]
    lab.worlds = 3
    let findings = try lab.run(StudyRoom(seed: Seed(1)))
    let rows = try #require(findings.tables.first).rows
    #expect(rows.count == 2)
    guard case .number(let predicted) = rows[1][1], case .number(let measured) = rows[1][2] else {
      Issue.record("the table holds no numbers")
      return
    }
    #expect(abs(predicted - measured) < 0.15)
    #expect(findings.charts.count == 2)
    #expect(try lab.run(StudyRoom(seed: Seed(1))) == findings)
  }

  @Test func settingsThatMakeNoWorldAreRefused() {
    var lab = NestedMatrixTensor()
    lab.strengths = []
    #expect(throws: UserError("--strengths: one or more numbers above 0 are needed")) {
      try lab.run(StudyRoom(seed: Seed(1)))
    }
    lab = NestedMatrixTensor()
    (lab.features, lab.items, lab.views) = (2000, 2000, 2000)
    #expect(throws: UserError.self) { try lab.run(StudyRoom(seed: Seed(1))) }
    lab.features = Int.max
    #expect(throws: UserError.self) { try lab.run(StudyRoom(seed: Seed(1))) }
  }
}
