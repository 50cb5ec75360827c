import Evaluation
import Torch

/// One world's bits: in closed form, by the fitted tail and by counting.
struct BitsTrial {
  let exact: Double
  let tail: Estimate
  let counted: Double

  /// How far the fitted tail is off, bits.
  var error: Double { abs(tail.value - exact) }
  /// Whether the interval holds the truth.
  var covers: Bool { tail.interval.contains(exact) }

  init(
    _ world: LinearHypotheses, hypotheses: Int, target: Double, _ random: RandomStream
  ) throws {
    let errors = try world.errors(hypotheses, random)
    exact = try world.distribution().bits(target)
    tail = try BitsEstimate.tail(errors, target: target)
    counted = BitsEstimate.counting(errors, target: target)
  }
}
