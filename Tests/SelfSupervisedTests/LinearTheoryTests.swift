import Evaluation
import Foundation
import Learning
import TestSupport
import Testing
import Torch

@testable import SelfSupervised

/// Theories of linear networks: closed forms against gradients and flows.
@Suite struct LinearTheoryTests {
  init() { Runtime.threads = 1 }

  @Test(arguments: [1, 3])
  func theTimeOfPredictedCodesIsThatOfPartialFractions(depth: Int) {
    let (covariance, rest, power) = (0.8, 0.7, 2 * depth)
    // ∫ du / (u^m (1 − u/ρ)) by partial fractions.
    func antiderivative(_ u: Double) -> Double {
      let first = log(u / (rest - u)) / pow(rest, Double(power - 1))
      return (2...power).reduce(first) { sum, k in
        sum - pow(u, Double(1 - k)) / (pow(rest, Double(power - k)) * Double(k - 1))
      } / covariance
    }
    let clock = FeatureClock(
      covariance: covariance, coefficient: rest, depth: depth, target: .codes)
    let (start, end) = (0.05, pow(0.5, 1 / Double(depth)) * rest)
    let wanted = antiderivative(end) - antiderivative(start)
    #expect(near(clock.time(from: start, to: 0.5) / wanted, 1, 1e-8))
  }

  @Test func theTimeOfPredictedInputsIsThatOfBernoullisEquation() {
    let clock = FeatureClock(covariance: 2, coefficient: 0.5, depth: 1, target: .inputs)
    func antiderivative(_ u: Double) -> Double { log(u / (1 - u * u / 0.5).squareRoot()) / 2 }
    let wanted = antiderivative(0.5 * clock.strength) - antiderivative(0.01)
    #expect(near(clock.time(from: 0.01, to: 0.5) / wanted, 1, 1e-8))
  }

  @Test(arguments: PredictedTarget.allCases)
  func slopesAreTheGradientsOfTheLoss(target: PredictedTarget) throws {
    let world = PairedFeatures(covariances: [1, 0.5, 2], coefficients: [0.5, 1, 0.8])
    let (x, y) = world.views(40, RandomStream(1))
    let predictor = LinearPredictor(moments: PairMoments(x, y), target: target, depth: 3)
    let weights = predictor.start(size: 0.6, jitter: 0.5, RandomStream(2))
    let leaves = weights.map { $0.requiringGradient() }
    let encoder = predictor.product(leaves)
    let told = x.matmul(encoder.transposed()).matmul(leaves[3].transposed())
    let wanted = target == .inputs ? y : y.matmul(encoder.transposed()).detached()
    let loss = (told - wanted).squared().sum() / (2 * Double(x.size(0)))
    for (found, slope) in zip(predictor.slopes(weights), try loss.gradients(for: leaves)) {
      #expect(try (found - slope).abs().max().value() < 1e-12)
    }
  }

  @Test func raceOrderAndErrorAreThoseOfTheClosedForm() throws {
    var study = JEPAImplicitBias()
    (study.coefficients, study.rows) = ([0.6, 1], 200_000)
    let race = try study.race(2, .codes, Seed(1)) { false }
    #expect(race.error < 0.03 && race.order == 1)
  }

  @Test func stagedSlopesAreTheGradientsOfTheLoss() throws {
    let gamma = PairedFeatures(covariances: [1, 0.5, 0.2], coefficients: [1, 1, 1])
      .moments(50, RandomStream(1)).symmetric
    let flow = try StagedFlow(gamma, outputs: 2)
    let map = flow.start(size: 0.8, RandomStream(2)).requiringGradient()
    let cross = map.matmul(gamma).matmul(map.transposed())
    let loss = (cross - Tensor.identity(2, type: .float64)).squared().sum()
    let wanted = try loss.gradients(for: [map])[0]
    #expect(try (flow.slope(map.detached()) - wanted).abs().max().value() < 1e-12)
  }

  @Test func stepsComeWhenTheClosedFormSays() throws {
    let gamma = Tensor([1.0, 0.4, 0.1]).asDiagonal()
    let flow = try StagedFlow(gamma, outputs: 2)
    let course = try StagedCourse(flow, size: 1e-4, RandomStream(3)) { false }
    #expect(course.error < 0.01 && course.overlap < 0.05)
    #expect(try flow.alignment(course.map, with: flow.leading) > 0.999)
  }

  @Test func aHeadWithoutMuchPenaltyIsLeastSquares() throws {
    let x = RandomStream(1).normal([30, 3], type: .float64)
    let y = x.matmul(Tensor([1.0, -2, 0.5], shape: [3, 1])) + 4
    let head = try RidgeHead(x, y)
    #expect(try (head(x) - y).abs().max().value() < 1e-5)
  }

  @Test func aHeadOfFewRowsIsNotTheOneThatGoesThroughThemAll() throws {
    let draws = RandomStream(2)
    func rows(_ count: Int, _ name: String) -> (x: Tensor, y: Tensor) {
      let x = draws.child(name).normal([count, 40], type: .float64)
      let noise = draws.child(name + " noise").normal([count, 1], type: .float64)
      return (x, x.sliced(1, 0, 1) + noise)
    }
    let (few, many) = (rows(20, "few"), rows(2000, "many"))
    func error(_ head: RidgeHead) throws -> Double {
      try (head(many.x) - many.y).squared().mean().value()
    }
    let through = try error(RidgeHead(few.x, few.y, penalties: [1e-8]))
    #expect(try error(RidgeHead(few.x, few.y)) < 0.9 * through)
  }

  @Test func withIndependentPartsTheExpectedSecondLeavesNothingToLearn() throws {
    let world = PretextWorld(
      clusters: 3, dimension: 4, separation: 1, dependence: 0, RandomStream(1))
    let x = world.sample(400, RandomStream(2))
    let guess = world.bestGuess(x.first)
    let head = try RidgeHead(world.expectedSecond(x.first), guess)
    #expect(try (head(world.expectedSecond(x.first)) - guess).abs().max().value() < 1e-4)
    // The best guess is right on average.
    #expect(abs(try (guess - x.labels).mean().value()) < 0.06)
  }

  @Test func withDependentPartsTheExpectedSecondIsWhatExamplesSay() throws {
    let world = PretextWorld(
      clusters: 3, dimension: 2, separation: 1, dependence: 0.7, RandomStream(1))
    let x = world.sample(40_000, RandomStream(2))
    let error = x.second - world.expectedSecond(x.first)
    // What is left does not go with any function of the first part.
    for function in [x.first, x.first.squared(), world.posterior(x.first)] {
      let product = error.transposed().matmul(function) / Double(x.first.size(0))
      #expect(try product.abs().max().value() < 0.05)
    }
  }

  @Test func spectralSlopesAreTheGradientsOfTheLoss() throws {
    let (x, y) = PairedFeatures(covariances: [1, 0.5, 0.2], coefficients: [1, 0.5, 0.4])
      .views(30, RandomStream(1))
    let moments = PairMoments(x, y)
    let leaves = LinearChain.start(2, width: 3, size: 0.7, jitter: 0.5, RandomStream(2))
      .map { $0.requiringGradient() }
    let map = leaves[1].matmul(leaves[0])
    let (a, b) = (x.matmul(map.transposed()), y.matmul(map.transposed()))
    let n = Double(x.size(0))
    let loss = (a.matmul(a.transposed()).squared().sum() / n - 2 * (a * b).sum()) / n
    let slopes = SpectralContrast(moments, depth: 2).slopes(leaves.map { $0.detached() })
    for (slope, wanted) in zip(slopes, try loss.gradients(for: leaves)) {
      #expect(try (slope - wanted).abs().max().value() < 1e-12)
    }
  }

  @Test func weightsOfBothLayersEndAsTheClosedFormSays() throws {
    var study = ProjectionHeadTheory()
    (study.features, study.weakest, study.rows) = (4, 0.1, 400_000)
    let layers = try study.learned(Seed(1)) { false }
    for layer in [1, 2] {
      for (found, wanted) in zip(try study.weights(layers[layer - 1]), study.predicted(layer)) {
        #expect(abs(log(found / wanted)) < 0.05)
      }
    }
    #expect(near(ProjectionHeadTheory.inequality([1, exp(2)]), 2.0.squareRoot()))
  }

  @Test func wrongSettingsAreNamed() {
    var jepa = JEPAImplicitBias()
    jepa.start = 0.1
    #expect { try jepa.run(StudyRoom(seed: Seed(1))) } throws: { "\($0)".contains("--start 0.1") }
    var steps = StepwiseSSL()
    steps.outputs = 21
    #expect { try steps.run(StudyRoom(seed: Seed(1))) } throws: { "\($0)".contains("--outputs 21") }
    var pretext = PretextSSLTheory()
    pretext.dependences = [1]
    #expect { try pretext.run(StudyRoom(seed: Seed(1))) } throws: {
      "\($0)".contains("--dependences 1.0")
    }
  }
}
