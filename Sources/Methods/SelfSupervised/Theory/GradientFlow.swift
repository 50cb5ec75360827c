import Evaluation
import Files
import Foundation
import Torch

/// Weights that follow the negative gradient of a loss in continuous time, by the midpoint rule with steps as long as
/// an error allows.
struct GradientFlow {
  /// How far a step of Euler's may be off, as a share of the weights' joint norm.
  var tolerance = 1e-3
  /// Steps after which a course is given up.
  var mostSteps = 200_000
  /// Asked now and then whether to stop.
  var shouldStop: () -> Bool = { false }

  /// Moves `weights` from time 0 on, until `goesOn` says no.
  ///
  /// - Parameters:
  ///   - slopes: The gradient of each of the weights.
  ///   - goesOn: Told the time and the weights before each step.
  /// - Throws: `UserError` where it is told to stop, `TensorError`.
  func follow(
    _ weights: [Tensor], slopes: ([Tensor]) throws -> [Tensor],
    goesOn: (Double, [Tensor]) throws -> Bool
  ) throws {
    var (weights, time, step) = (weights, 0.0, 0.0)
    for index in 0..<mostSteps {
      guard try goesOn(time, weights) else { return }
      if index % 256 == 0 { try refuseToGoOn(shouldStop()) }
      let here = try slopes(weights)
      let size = try (weights.jointNorm / (here.jointNorm + 1e-300)).value()
      // Where nothing pulls any more, or what pulls is no number, the course is at its end.
      guard size.isFinite else { return }
      if step == 0 { step = 1e-3 * size }
      while true {
        let middle = try slopes(moved(weights, here, step / 2))
        let change = zip(middle, here).map { $0 - $1 }.jointNorm / (here.jointNorm + 1e-300)
        // What Euler's rule would be off by, over the weights.
        let error = try change.value() * step / size
        try require(error.isFinite, "the weights left all numbers behind at time \(brief(time))")
        let isGood = error <= 2 * tolerance
        if isGood {
          weights = moved(weights, middle, step)
          time += step
        }
        step *= min(2, max(0.2, 0.9 * (tolerance / max(error, 1e-12)).squareRoot()))
        if isGood { break }
      }
    }
  }

  private func moved(_ weights: [Tensor], _ slopes: [Tensor], _ step: Double) -> [Tensor] {
    zip(weights, slopes).map { $0 - $1 * step }
  }
}

/// Ends what was told to stop.
///
/// - Throws: `UserError` where `stops`.
func refuseToGoOn(_ stops: Bool) throws { try require(!stops, "stopped") }
