import Evaluation
import Files
import Foundation
import Torch

/// Linear students trained by full-batch gradient descent on one sample of a linear teacher, side by side.
struct LinearStudents: Sendable {
  /// What sets one student apart from the others.
  struct Arm: Hashable, Sendable {
    var decay: Double
    var scale: Double
  }

  /// What one student went through, at times in geometric progression.
  struct Course: Sendable {
    var times: [Double] = []
    var trainingLoss: [Double] = []
    var loss: [Double] = []
    var trainingAccuracy: [Double] = []
    var accuracy: [Double] = []
    /// When the accuracies first reached the goal.
    var grokking = GrokkingTime(fit: .infinity, generalisation: .infinity)
  }

  var inputs: Int
  var samples: Int
  var outputs = 1
  var tests = 2000
  /// Time of one step.
  var step = 0.05
  /// The time after which a student that has not generalised is given up.
  var horizon = 5000.0
  var accuracy: ToleranceAccuracy
  /// The accuracy that counts as having learnt.
  var goal = 0.95

  /// One course for each arm, and the eigenvalues of the sample's covariance; teacher, examples and initial noise
  /// are the same for all arms.
  ///
  /// - Throws: `TensorError`, or ``UserError`` where it is told to stop.
  func train(
    _ arms: [Arm], seed: Seed, shouldStop: () -> Bool = { false }
  ) throws -> (courses: [Course], eigenvalues: [Double]) {
    let world = World(self, arms, RandomStream(seed))
    let eigenvalues = try world.covariance.symmetricEigenvalues().values(as: Double.self)
    return (try courses(world, arms.count, shouldStop), eigenvalues)
  }

  private func courses(
    _ world: World, _ arms: Int, _ shouldStop: () -> Bool
  ) throws -> [Course] {
    var courses = Array(repeating: Course(), count: arms)
    var (done, next) = (0, 0)
    let last = Int((horizon / (step * Double(outputs))).rounded(.up))
    var student = world.student
    while true {
      if done == next || done == last {
        try require(!shouldStop(), "stopped")
        try record(world, student, at: Double(done) * step * Double(outputs), &courses)
        if done == last || courses.allSatisfy({ $0.grokking.delay.isFinite }) { return courses }
        next = max(done + 1, Int((Double(done) * 1.02).rounded(.up)))
      }
      student = world.stepped(student)
      done += 1
    }
  }

  private func record(
    _ world: World, _ student: Tensor, at time: Double, _ courses: inout [Course]
  ) throws {
    let error = student - world.teacher  // [d, arms · k]
    let (trainingLoss, trainingAccuracy) = try judged(world.x.matmul(error), courses.count)
    let (loss, accuracy) = try judged(world.test.matmul(error), courses.count)
    for arm in courses.indices {
      let before = courses[arm]
      courses[arm].times.append(time)
      courses[arm].trainingLoss.append(trainingLoss[arm])
      courses[arm].loss.append(loss[arm])
      courses[arm].trainingAccuracy.append(trainingAccuracy[arm])
      courses[arm].accuracy.append(accuracy[arm])
      func crossing(_ known: Double, _ past: [Double], _ now: Double) -> Double {
        guard known == .infinity, now >= goal else { return known }
        guard let old = past.last, let from = before.times.last, from > 0 else { return time }
        return from * pow(time / from, (goal - old) / (now - old))
      }
      courses[arm].grokking = GrokkingTime(
        fit: crossing(
          before.grokking.fit, before.trainingAccuracy, trainingAccuracy[arm]),
        generalisation: crossing(before.grokking.generalisation, before.accuracy, accuracy[arm]))
    }
  }

  /// Mean squared error per output and share within the tolerance, by arm, of residuals `[n, arms · k]`.
  private func judged(_ residuals: Tensor, _ arms: Int) throws -> ([Double], [Double]) {
    let squares = residuals.squared().reshaped(residuals.size(0), arms, outputs).mean(over: 2)
    let within = (squares .<= accuracy.tolerance).to(.float64)
    return (
      try squares.mean(over: 0).values(as: Double.self),
      try within.mean(over: 0).values(as: Double.self)
    )
  }

  /// The examples, the teacher and one step of descent.
  private struct World {
    let x: Tensor  // [n, d]
    let test: Tensor  // [tests, d]
    let teacher: Tensor  // [d, arms · k]
    let student: Tensor  // [d, arms · k]
    let covariance: Tensor  // [d, d]
    let keep: Tensor  // [d, d]
    let gain: Tensor  // [d, arms · k]
    let shrink: Tensor?  // [1, arms · k]

    init(_ students: LinearStudents, _ arms: [Arm], _ random: RandomStream) {
      let (d, k) = (students.inputs, students.outputs)
      func row(_ value: (Arm) -> Double) -> Tensor {
        Tensor(arms.flatMap { arm in (0..<k).map { _ in value(arm) } }, shape: [1, arms.count * k])
      }
      func entries(_ name: String) -> Tensor {
        let one = random.child(name).normal([d, k], type: .float64)
        return (one / Double(d).squareRoot()).tiled(1, arms.count)
      }
      x = random.child("training").normal([students.samples, d], type: .float64)
      test = random.child("test").normal([students.tests, d], type: .float64)
      teacher = entries("teacher")
      student = entries("student") * row(\.scale)
      covariance = x.transposed().matmul(x) / Double(students.samples)
      keep = Tensor.identity(d, type: .float64) - covariance * (2 * students.step)
      gain = covariance.matmul(teacher) * (2 * students.step)
      shrink = arms.allSatisfy { $0.decay == 0 } ? nil : row { $0.decay * 2 * students.step }
    }

    func stepped(_ student: Tensor) -> Tensor {
      let next = gain.addingProduct(keep, student)
      return shrink.map { next - student * $0 } ?? next
    }
  }
}
