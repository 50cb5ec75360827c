import Files
import Foundation
import Learning

/// A temperature that falls exponentially over a share of the training and then stays.
struct Cooling {
  let start: Double
  let end: Double
  let share: Double

  init(from start: Double, to end: Double, over share: Double) {
    self.start = start
    self.end = end
    self.share = share
  }

  /// The temperature at `step`.
  func value(at step: Step) -> Double { start * pow(end / start, step.warmth(over: share)) }

  /// Refuses temperatures that are not above 0 or that rise, and a share of the training that is none.
  ///
  /// - Throws: `UserError`.
  static func validate(_ start: Double, _ end: Double, _ share: Double) throws {
    try require(
      start > 0 && start.isFinite, "--temperature \(start): a temperature must be above 0")
    try require(
      0 < end && end <= start,
      "--final-temperature \(end): must be above 0 and at most --temperature, which is \(start)")
    try require(0...1 ~= share, "--cooling \(share): must be a share from 0 to 1")
  }
}
