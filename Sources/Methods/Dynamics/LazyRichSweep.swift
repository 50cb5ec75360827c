import Foundation
import Torch

/// Students over scales, curvatures and numbers of examples, trained and predicted.
struct LazyRichSweep: Sendable {
  /// One combination.
  struct Arm: Hashable, Sendable {
    var student: QuadraticStudent
    /// Examples for each input.
    var ratio: Double
  }

  /// What one seed gives.
  struct Run: Sendable {
    /// A network of its own sample.
    let measured: QuadraticCourse
    /// The mean field on another sample of as many examples.
    let predicted: QuadraticCourse
    /// Where kernel regression with the network's first features ends.
    let lazyError: Double
  }

  var dimension: Int
  var neurons: Int
  var rate: Double
  var goal: Double
  var horizon: Int

  /// One seed of an arm.
  ///
  /// - Throws: as ``QuadraticTraining/run(_:seed:shouldStop:)``.
  func run(_ arm: Arm, seed: Seed, shouldStop: () -> Bool = { false }) throws -> Run {
    var training = QuadraticTraining(
      dimension: dimension, samples: max(2, Int((arm.ratio * Double(dimension)).rounded())),
      neurons: neurons, rate: rate, goal: goal, horizon: horizon)
    let at = seed.child("measured").child(training.samples)
    let measured = try training.run(arm.student, seed: at, shouldStop: shouldStop)
    let lazy = try training.lazyError(arm.student, seed: at)
    training.neurons = nil
    let other = seed.child("predicted").child(training.samples)
    let predicted = try training.run(arm.student, seed: other, shouldStop: shouldStop)
    return Run(measured: measured, predicted: predicted, lazyError: lazy)
  }

  /// log₁₀ of the epochs between fitting and generalising, and of their ratio; nothing where either was not reached.
  static func delay(_ time: GrokkingTime) -> (epochs: Double, ratio: Double)? {
    guard time.fit.isFinite, time.generalisation.isFinite else { return nil }
    return (
      log10(max(1, time.generalisation - time.fit)),
      log10(max(1, time.generalisation) / max(1, time.fit))
    )
  }
}
