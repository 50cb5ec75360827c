import Datasets
import Evaluation
import Files
import Foundation
import TestSupport
import Testing
import Torch

@testable import Dynamics

@Suite struct GrokkingLazyRichTests {
  private let student = QuadraticStudent(scale: 0.7, curvature: 0.4)

  private func training(_ neurons: Int?) -> QuadraticTraining {
    QuadraticTraining(dimension: 6, samples: 30, neurons: neurons, horizon: 200)
  }

  @Test func momentsTakeTheWayOfTheNeurons() throws {
    let random = RandomStream(1)
    let task = QuadraticTask(dimension: 6, samples: 30, random.child("task"))
    var neurons = QuadraticState(training(15), random.child("weights"))
    var moments = QuadraticState.field(neurons.moments)
    for _ in 0..<20 {
      let own = neurons.predictions(task.x, student)
      let field = moments.predictions(task.x, student)
      #expect(try (own - field).abs().max().value() < 1e-10)
      neurons.step(task.x, own - task.y, student, 0.1)
      moments.step(task.x, field - task.y, student, 0.1)
    }
  }

  @Test func aStepGoesDownTheGradientOfTheLoss() throws {
    let random = RandomStream(2)
    let task = QuadraticTask(dimension: 6, samples: 30, random.child("task"))
    let weights = random.normal([15, 6], type: .float64).requiringGradient()
    let h = weights.matmul(task.x.transposed())
    let f = (h + h.squared() * (student.curvature / 2)).mean(over: 0) * student.scale
    let loss = (f - task.y).squared().mean() / (student.scale * student.scale)
    let gradient = try loss.gradient(of: weights)
    var state = QuadraticState.neurons(weights.detached())
    state.step(task.x, (f - task.y).detached(), student, 0.3)
    guard case .neurons(let next) = state else { return }
    let expected = weights.detached() - gradient * (0.3 * 15)
    #expect(try (next - expected).abs().max().value() < 1e-12)
  }

  @Test func theClosedFormIsTheMeanOverManyInputs() throws {
    let random = RandomStream(3)
    let task = QuadraticTask(dimension: 6, samples: 5, random.child("task"))
    let moments = WeightMoments(random.child("weights").normal([4, 6], type: .float64))
    let many = task.fresh(400_000, random.child("many"))
    let measured = try (moments.predictions(many.x, student) - many.y).squared().mean().value()
    #expect(abs(measured / (try moments.error(task, student)) - 1) < 0.02)
    #expect(abs(try many.y.variance(over: 0).value() / QuadraticTask.variance - 1) < 0.02)
  }

  @Test func theKernelIsThatOfTheWeightsGradients() throws {
    let random = RandomStream(4)
    let weights = random.normal([7, 6], type: .float64)
    let x = random.child("x").normal([5, 6], type: .float64)
    let slopes = weights.matmul(x.transposed()) * student.curvature + 1  // [n, p]
    let exact = slopes.transposed().matmul(slopes) / 7 * x.matmul(x.transposed())
    let found = WeightMoments(weights).kernel(x, x, student)
    #expect(try (exact - found).abs().max().value() < 1e-10)
  }

  @Test func alignmentIsOneForTheTargetsOwnKernelAndOneInDAtTheStart() throws {
    let task = QuadraticTask(dimension: 6, samples: 30, RandomStream(5))
    #expect(near(try WeightMoments(dimension: 6).featureAlignment(task), 1.0 / 6))
    var turned = WeightMoments(dimension: 6)
    turned.second = task.direction.matmul(task.direction.transposed())
    #expect(near(try turned.featureAlignment(task), 1))
  }

  @Test func theStudyTellsFitFromGeneralising() throws {
    var study = GrokkingLazyRich()
    (study.dimension, study.neurons, study.repeats) = (10, 30, 1)
    (study.scales, study.curvatures, study.ratios, study.modulus) = ([0.25, 1], [0.5], [10], 0)
    let findings = try study.run(StudyRoom(seed: Seed(1)))
    #expect(findings.tables[0].rows.count == 2 && findings.charts.count == 2)
    guard case .number(let fit) = findings.tables[0].rows[0][3],
      case .number(let end) = findings.tables[0].rows[0][4]
    else {
      Issue.record("a network did not generalise")
      return
    }
    #expect(fit > 0 && end >= fit)
  }

  @Test func sumsAreLearntAtARichScaleAndOnlyFittedAtALazyOne() throws {
    var sums = ModularAddition()
    sums.horizon = 600
    let rich = try sums.run(scale: 0.03, seed: Seed(1))
    let lazy = try sums.run(scale: 0.2, seed: Seed(1))
    #expect(rich.accuracy > 0.9 && lazy.accuracy < 0.7)
    #expect(lazy.grokking.fit.isFinite && lazy.grokking.generalisation == .infinity)
  }

  @Test func theGapIsThatOfTheLinesBetweenRecords() {
    let course = AccuracyCourse(
      epochs: [0, 10, 20, 40], training: [0.1, 0.7, 0.9, 1], test: [0.1, 0.2, 0.6, 1])
    let time = course.grokking(at: 0.8)
    #expect(near(time.fit, 15) && near(time.generalisation, 30) && near(time.delay, 15))
    #expect(course.grokking(at: 0.1) == GrokkingTime(fit: 0, generalisation: 0))
    let short = AccuracyCourse(epochs: [0, 10], training: [0.1, 0.9], test: [0.1, 0.2])
    #expect(short.grokking(at: 0.8).generalisation == .infinity)
  }

  @Test func theNetworkOfImagesIsItsFormula() throws {
    let network = ImageStudents.Network([2, 3, 2], size: 1, scale: 0.5, RandomStream(1))
    let x = Tensor([1.0, -2.0], shape: [1, 2]).to(.float32)
    let hidden = (x.matmul(network.weights[0]) / 2.0.squareRoot()).relu()
    let expected = hidden.matmul(network.weights[1]) * (0.5 / 3)
    #expect(try (network(x) - expected).abs().max().value() < 1e-6)
    let wide = ImageStudents.Network([400, 300], size: 150, scale: 1, RandomStream(2))
    let deviation = try wide.weights[0].squared().mean().value().squareRoot()
    #expect(abs(deviation / (150 * (2.0 / 400).squareRoot()) - 1) < 0.02)
  }

  @Test func lazyNetworksWaitLongerToGeneraliseOnImages() throws {
    let source = try Source.open("digits")
    var students = ImageStudents()
    (students.images, students.tests, students.horizon) = (300, 200, 120)
    let rich = try students.run(source, scale: 0.001, seed: Seed(1)).grokking(at: 0.7)
    let lazy = try students.run(source, scale: 0.002, seed: Seed(1)).grokking(at: 0.7)
    #expect(rich.delay < 30 && lazy.fit.isFinite && lazy.delay > rich.delay + 10)
  }

  @Test func theStudyTakesAPersonsImages() throws {
    var study = GrokkingLazyRich()
    (study.dimension, study.neurons, study.repeats, study.horizon) = (6, 10, 1, 10)
    (study.scales, study.curvatures, study.ratios, study.modulus) = ([0.5], [0.5], [10], 0)
    (study.source, study.images, study.epochs, study.imageScales) = ("digits", 100, 2, [0.001])
    let findings = try study.run(StudyRoom(seed: Seed(1)))
    #expect(findings.tables.last?.title.contains("digits") == true)
    #expect(findings.charts.last?.curves.count == 2)
    study.source = "no such images"
    #expect(throws: UserError.self) { try study.run(StudyRoom(seed: Seed(1))) }
  }

  @Test func whatMakesNoSenseIsNamed() {
    for change in [
      { (study: inout GrokkingLazyRich) in study.scales = [] }, { $0.scales = [-1] },
      { $0.dimension = 1 }, { $0.modulus = 2 }, { $0.goal = 2 }, { $0.rate = 0 },
      { $0.neurons = 0 }, { $0.images = 1 }, { $0.epochs = 0 }, { $0.imageScales = [0] },
    ] {
      var study = GrokkingLazyRich()
      change(&study)
      #expect(throws: UserError.self) { try study.run(StudyRoom(seed: Seed(1))) }
    }
    var wild = GrokkingLazyRich()
    (wild.dimension, wild.neurons, wild.rate, wild.repeats) = (6, 10, 100, 1)
    #expect(throws: UserError.self) { try wild.run(StudyRoom(seed: Seed(1))) }
  }
}
