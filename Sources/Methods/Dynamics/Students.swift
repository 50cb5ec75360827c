import Evaluation
import Files
import Foundation
import Torch

/// What students are, and their teacher with them.
public enum StudentForm: String, Codable, CaseIterable, Sendable {
  /// One linear map.
  case linear
  /// Two layers with a hyperbolic tangent between them.
  case tanh
}

/// Students trained by full-batch gradient descent on one sample of a teacher of their kind, side by side.
struct Students: Sendable {
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

  var form = StudentForm.linear
  var inputs: Int
  /// Width of the hidden layer of those that have one.
  var neurons = 100
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
  /// - Throws: `TensorError`, or ``UserError`` where it is told to stop or a student leaves the numbers.
  func train(
    _ arms: [Arm], seed: Seed, shouldStop: () -> Bool = { false }
  ) throws -> (courses: [Course], eigenvalues: [Double]) {
    let random = RandomStream(seed)
    let sample = StudentSample(self, random)
    let eigenvalues = try sample.covariance.symmetricEigenvalues().values(as: Double.self)
    switch form {
    case .linear:
      return (try courses(LinearWorld(self, sample, arms, random), arms, shouldStop), eigenvalues)
    case .tanh:
      return (try courses(TanhWorld(self, sample, arms, random), arms, shouldStop), eigenvalues)
    }
  }

  private func courses(
    _ world: some StudentWorld, _ arms: [Arm], _ shouldStop: () -> Bool
  ) throws -> [Course] {
    var world = world
    var courses = Array(repeating: Course(), count: arms.count)
    var (done, next) = (0, 0)
    let last = Int((horizon / (step * Double(outputs))).rounded(.up))
    while true {
      if done == next || done == last {
        try require(!shouldStop(), "stopped")
        try record(world, at: Double(done) * step * Double(outputs), &courses)
        if done == last || courses.allSatisfy({ $0.grokking.delay.isFinite }) { return courses }
        next = max(done + 1, Int((Double(done) * 1.02).rounded(.up)))
      }
      world.step()
      done += 1
    }
  }

  private func record(
    _ world: some StudentWorld, at time: Double, _ courses: inout [Course]
  ) throws {
    let (trainingLoss, trainingAccuracy) = try judged(world.residuals(.training), courses.count)
    let (loss, accuracy) = try judged(world.residuals(.generalisation), courses.count)
    try require(
      trainingLoss.allSatisfy(\.isFinite), "a student left the numbers; smaller --scales may help")
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
}
