import Evaluation
import Files
import Foundation
import Testing
import Torch

@testable import Structure

@Suite struct MixturePretrainingTests {
  private var small: MixturePretraining {
    MixturePretraining(dimensions: 10, components: 3, tests: 2000, labelSets: 3, steps: 40)
  }

  @Test func meansAreEquallyFarApartAndValuesHaveVarianceOne() throws {
    let sample = MixturePretraining(tests: 10).sample(Seed(1))
    let gaps = sample.means.sliced(0, 0, 1) - sample.means.sliced(0, 1, 5)
    for gap in try gaps.norm(over: 1).values(as: Double.self) { #expect(abs(gap - 4) < 1e-9) }
    #expect(try abs(sample.values.mean().value()) < 1e-12)
    #expect(try abs(sample.values.squared().mean().value() - 1) < 1e-12)
  }

  @Test func theTruePosteriorHasNoExcessRisk() throws {
    let sample = small.sample(Seed(1))
    #expect(try sample.excessRisk(sample.best) == 0)
    #expect(try sample.representationRisk(sample.posterior(sample.tests)) < 1e-12)
  }

  @Test func theBestPredictionHasTheBayesRisk() throws {
    let world = small
    let sample = world.sample(Seed(2))
    let (x, y) = sample.draw(40_000)
    let error = try (sample.posterior(x).matmul(sample.values) - y).squared().mean().value()
    #expect(try abs(error - world.bayesRisk()) < 0.02)
  }

  @Test func theBayesRiskOfTwoComponentsIsTheIntegral() throws {
    let world = MixturePretraining(dimensions: 4, components: 2, separation: 2, noise: 0.5)
    // Along the line of the means r = 1 / (1 + exp(−2 t)), and the values −1 and 1 have variance 4 r (1 − r).
    let step = 0.001
    let variance = stride(from: -9.0, through: 9.0, by: step).reduce(0.0) { sum, t in
      let r = 1 / (1 + exp(-2 * t))
      let density = (exp(-0.5 * (t - 1) * (t - 1)) + exp(-0.5 * (t + 1) * (t + 1))) / 2
      return sum + 4 * r * (1 - r) * density / (2 * Double.pi).squareRoot() * step
    }
    #expect(try abs(world.bayesRisk() - 0.25 - variance) < 0.01)
  }

  @Test func farApartTheHeadLearnsOneMeanForEachComponent() throws {
    var world = small
    world.separation = 14
    let prediction = try world.prediction()
    #expect(prediction.representation < 1e-3)
    #expect(abs(prediction.head - 0.25 * 3) < 1e-3)
    #expect(try abs(world.bayesRisk() - 0.25) < 1e-4)
  }

  @Test func headsOnTheTruePosteriorHaveThePredictedRisk() throws {
    let world = small
    let risks = try (0..<40).map { place in
      let sample = world.sample(Seed(3).child(place))
      let (x, y) = sample.draw(200)
      let head = PretrainingArms.head(sample.posterior(x), of: y)
      return try sample.excessRisk(sample.posterior(sample.tests).matmul(head))
    }
    #expect(try abs(risks.mean / (world.prediction().head / 200) - 1) < 0.35)
  }

  @Test func theRiskOfTheFittedMixtureIsThePredictedOne() throws {
    var grid = try PretrainingGrid(small, [2000], [100])
    for place in 0..<8 { try grid.measure(Seed(4).child(place)) }
    let predicted = grid.prediction.representation / 2000
    #expect(abs(grid.representation(0).mean / predicted - 1) < 0.35)
    #expect(abs(grid.pretrained(0, 0).mean / grid.predicted(0, 0) - 1) < 0.4)
    #expect(grid.alone(0) == min(grid.alone(0, 0).mean, grid.alone(1, 0).mean))
    #expect(grid.alone(0) > 2 * grid.pretrained(0, 0).mean)
  }

  @Test func theCompositeLearnsWhatALineCannot() throws {
    var world = small
    (world.dimensions, world.separation) = (5, 6)
    let sample = world.sample(Seed(5))
    let (x, y) = sample.draw(500)
    let model = try ComposedRegression(components: 3).fit(x, y, seed: Seed(6))
    #expect(try sample.excessRisk(model(sample.tests)) < 0.03)
  }

  @Test func descentLowersTheErrorAndArmsDoNotMeet() throws {
    let random = RandomStream(7)
    let (x, y) = (random.normal([50, 3], type: .float64), random.normal([50, 1], type: .float64))
    let start = random.normal([2, 5], type: .float64)
    var descent = ComposedDescent([(start, 0.001, 0), (start, 0.001, 0)])
    let inputs = ComposedDescent.padded(x)
    func error() throws -> Double {
      try (descent.predictions(inputs) - y.to(.float32)).squared().mean().value()
    }
    let before = try error()
    for _ in 0..<50 { descent.step(inputs, y.to(.float32)) }
    #expect(try error() < before)
    let arms = descent.predictions(inputs)
    #expect(try (arms.sliced(1, 0, 1) - arms.sliced(1, 1, 2)).abs().max().value() == 0)
  }

  @Test func theLabTakesMixturesAndPairs() throws {
    var lab = PretrainingAdvantage()
    (lab.model, lab.dimensions, lab.latents, lab.worlds) = (.mixture, 10, 2, 2)
    lab.unlabelled = [500]
    lab.labelled = [30]
    let findings = try lab.run(StudyRoom(seed: Seed(1)))
    #expect(findings.tables.first?.rows.count == 1)
    #expect(try lab.run(StudyRoom(seed: Seed(1))) == findings)
    (lab.separation, lab.noise) = (20, 0)
    #expect(try lab.run(StudyRoom(seed: Seed(1))).conclusion.contains("inf") == false)
    lab.model = .contrastive
    #expect(try lab.run(StudyRoom(seed: Seed(1))).tables.first?.rows.count == 1)
    (lab.model, lab.dimensions, lab.latents) = (.mixture, 30, 13)
    #expect(
      throws: UserError("--latents 13: a mixture must have between 2 and 12 components")
    ) { try lab.run(StudyRoom(seed: Seed(1))) }
  }
}

@Suite struct ContrastivePretrainingTests {
  @Test func theSlopeOfThePairsLikelihoodIsRight() throws {
    let random = RandomStream(1)
    let pairs = ContrastivePairs(
      x: random.normal([40, 4], type: .float64), other: random.normal([40, 4], type: .float64),
      same: random.integers(0..<2, [40, 1]).to(.float64))
    let place = random.normal([4 * 2 + 2], type: .float64)
    let slope = try pairs.slope(place, latents: 2)
    for index in 0..<10 {
      var step = Array(repeating: 0.0, count: 10)
      step[index] = 1e-5
      let move = Tensor(step, shape: [10])
      let (up, down) = try (
        pairs.slope(place + move, latents: 2).value, pairs.slope(place - move, latents: 2).value
      )
      let own = try slope.gradient.sliced(0, index, index + 1).sum().value()
      #expect(abs((up - down) / 2e-5 - own) < 1e-7)
    }
  }

  @Test func theRiskOfTheEncoderIsThePredictedOne() throws {
    let world = ContrastivePretraining(
      factor: FactorPretraining(dimensions: 12, latents: 2))
    var grid = try PretrainingGrid(world, [3000], [200])
    for place in 0..<12 { try grid.measure(Seed(5).child(place)) }
    let predicted = grid.prediction.representation / 3000
    #expect(abs(grid.representation(0).mean / predicted - 1) < 0.3)
    #expect(abs(grid.pretrained(0, 0).mean / grid.predicted(0, 0) - 1) < 0.4)
  }
}
