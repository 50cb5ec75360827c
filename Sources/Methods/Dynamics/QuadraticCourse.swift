import Files
import Foundation
import Torch

/// What a student of a squared projection goes through, at epochs in geometric progression; losses are in units of the
/// target's variance.
struct QuadraticCourse: Sendable {
  var epochs: [Double] = []
  var trainingLoss: [Double] = []
  var loss: [Double] = []
  /// The loss on new examples that the moments of the weights give.
  var closedForm: [Double] = []
  var kernelAlignment: [Double] = []
  var featureAlignment: [Double] = []
  /// When the losses first were below the goal, in epochs.
  var grokking = GrokkingTime(fit: .infinity, generalisation: .infinity)

  /// The value of `curve` at the epoch `at`, or the last.
  func value(_ curve: [Double], at epoch: Double) -> Double {
    let place = epochs.firstIndex { $0 >= epoch } ?? epochs.count - 1
    return curve.isEmpty ? .nan : curve[place]
  }
}

/// Trains students by full-batch gradient descent without weight decay, or follows the moments of infinitely many
/// neurons.
struct QuadraticTraining: Sendable {
  var dimension: Int
  var samples: Int
  /// Neurons; nothing follows the moments of infinitely many.
  var neurons: Int?
  /// Step size for each neuron's share, over α².
  var rate = 0.5
  /// Share of the target's variance below which a loss counts as learnt.
  var goal = 0.1
  /// Epochs after which a student is given up.
  var horizon = 30_000

  /// The course of one student; task and start follow from `seed`, and are the same for all students.
  ///
  /// - Throws: `TensorError`, or ``UserError`` where it is told to stop or the training leaves the numbers.
  func run(
    _ student: QuadraticStudent, seed: Seed, shouldStop: () -> Bool = { false }
  ) throws -> QuadraticCourse {
    let random = RandomStream(seed)
    let task = QuadraticTask(dimension: dimension, samples: samples, random.child("task"))
    let test = task.fresh(1000, random.child("test"))
    var state = QuadraticState(self, random.child("weights"))
    var course = QuadraticCourse()
    var next = 0
    for epoch in 0...horizon {
      let residuals = state.predictions(task.x, student) - task.y
      if epoch == next || epoch == horizon {
        try require(!shouldStop(), "stopped")
        try record(state, task, test, student, residuals, epoch, &course)
        if course.grokking.generalisation.isFinite, course.grokking.fit.isFinite { break }
        next = max(epoch + 1, Int((Double(epoch) * 1.03).rounded(.up)))
      }
      state.step(task.x, residuals, student, rate)
    }
    return course
  }

  private func record(
    _ state: QuadraticState, _ task: QuadraticTask, _ test: (x: Tensor, y: Tensor),
    _ student: QuadraticStudent, _ residuals: Tensor, _ epoch: Int, _ course: inout QuadraticCourse
  ) throws {
    let moments = state.moments
    let unit = 1 / QuadraticTask.variance
    let training = try residuals.squared().mean().value() * unit
    guard training.isFinite else {
      throw UserError("the student of scale \(student.scale) left the numbers; a smaller --rate")
    }
    let closed = try moments.error(task, student) * unit
    let measured = try (state.predictions(test.x, student) - test.y).squared().mean().value() * unit
    let loss = neurons == nil ? closed : measured
    course.grokking = GrokkingTime(
      fit: crossing(course.grokking.fit, course.trainingLoss, training, epoch, course.epochs),
      generalisation: crossing(
        course.grokking.generalisation, course.loss, loss, epoch, course.epochs))
    course.epochs.append(Double(epoch))
    course.trainingLoss.append(training)
    course.loss.append(loss)
    course.closedForm.append(closed)
    let some = (test.x.sliced(0, 0, 200), test.y.sliced(0, 0, 200))
    course.kernelAlignment.append(try moments.kernelAlignment(some.0, some.1, student))
    course.featureAlignment.append(try moments.featureAlignment(task))
  }

  /// When a loss fell below the goal, between records on a logarithmic scale.
  private func crossing(
    _ known: Double, _ past: [Double], _ now: Double, _ epoch: Int, _ epochs: [Double]
  ) -> Double {
    guard known == .infinity, now <= goal else { return known }
    guard let old = past.last, let from = epochs.last, old > now else { return Double(epoch) }
    return from + (Double(epoch) - from) * (log(old) - log(goal)) / (log(old) - log(now))
  }

  /// The mean squared error that kernel regression with the first features ends at on new examples, in units of the
  /// target's variance: where a student that stays lazy ends.
  ///
  /// - Throws: `TensorError`.
  func lazyError(_ student: QuadraticStudent, seed: Seed) throws -> Double {
    let random = RandomStream(seed)
    let task = QuadraticTask(dimension: dimension, samples: samples, random.child("task"))
    let test = task.fresh(1000, random.child("test"))
    let state = QuadraticState(self, random.child("weights"))
    let kernel = state.moments.kernel(task.x, task.x, student)
    let jitter = Tensor.identity(samples, type: .float64) * 1e-9
    let residuals = (task.y - state.predictions(task.x, student)).unsqueezed(1)
    let change = state.moments.kernel(test.x, task.x, student)
      .matmul((kernel + jitter).solve(residuals)).squeezed(1)
    let errors = state.predictions(test.x, student) + change - test.y
    return try errors.squared().mean().value() / QuadraticTask.variance
  }
}
