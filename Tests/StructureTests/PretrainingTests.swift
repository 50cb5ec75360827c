import Evaluation
import Files
import Foundation
import Testing
import Torch

@testable import Structure

@Suite struct PretrainingTests {
  @Test func theBestPredictionHasNoExcessRisk() throws {
    let world = FactorPretraining()
    let sample = world.sample(Seed(1))
    let best = sample.basis.matmul(sample.weights) * (2.0 / 5)
    #expect(try sample.excessRisk(best) < 1e-20)
    // Predicting zero loses what the inputs tell of the latents: 4 / 5 of a variance of 1.
    #expect(try abs(sample.excessRisk(best * 0) - 0.8) < 1e-12)
  }

  @Test func theBestHeadOnTheTrueLatentsHasNoExcessRisk() throws {
    let sample = FactorPretraining().sample(Seed(1))
    #expect(try sample.representationRisk(sample.basis) < 1e-20)
    let turned = sample.basis.matmul(RandomStream(2).normal([5, 5], type: .float64))
    #expect(try sample.representationRisk(turned) < 1e-15)
  }

  @Test func theRisksOfBothWaysAreThePredictedOnes() throws {
    var world = FactorPretraining()
    (world.dimensions, world.latents) = (20, 3)
    var grid = try PretrainingGrid(world, [500, 4000], [30, 200])
    for place in 0..<60 { try grid.measure(Seed(5).child(place)) }
    for i in grid.unlabelled.indices {
      for j in grid.labelled.indices {
        #expect(abs(grid.pretrained(i, j).mean / grid.predicted(i, j) - 1) < 0.35)
      }
    }
    // Chosen ridge is no worse than least squares, and far worse than pretraining with few labels.
    #expect(grid.alone(1) < 1.1 * world.supervisedRisk(labelled: 200))
    #expect(grid.alone(0) > 2 * grid.pretrained(1, 0).mean)
  }

  @Test func ridgeWithoutPenaltyIsLeastSquares() throws {
    let random = RandomStream(3)
    let x = random.normal([2000, 4], type: .float64)
    let truth = Tensor([1.0, -2, 0.5, 3], shape: [4, 1])
    let slopes = try PretrainingArms.ridge(x, x.matmul(truth)).checked()
    #expect(try (slopes - truth).abs().max().value() < 1e-5)
  }

  @Test func theLabSaysWhereItPays() throws {
    var lab = PretrainingAdvantage()
    (lab.dimensions, lab.latents, lab.worlds) = (30, 3, 5)
    lab.unlabelled = [1000, 60]
    lab.labelled = [20, 2000]
    let findings = try lab.run(StudyRoom(seed: Seed(1)))
    #expect(findings.tables.first?.rows.count == 4)
    #expect(findings.conclusion.contains("With 60 unlabelled examples it no longer pays"))
    #expect(try lab.run(StudyRoom(seed: Seed(1))) == findings)
    lab.latents = 30
    #expect(
      throws: UserError("--latents 30: must be at least 1 and fewer than the 30 dimensions")
    ) { try lab.run(StudyRoom(seed: Seed(1))) }
  }
}
