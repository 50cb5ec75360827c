import Evaluation
import Files
import Torch

/// Probabilities of classes as a person's file holds them.
enum Probabilities {
  /// The numbers as a tensor, the last axis of which holds classes and adds up to 1.
  ///
  /// - Throws: ``UserError`` for a number below 0 or a row that does not add up to 1 within 0.01.
  static func checked(_ name: String, _ values: [Double], _ shape: [Int]) throws -> Tensor {
    try require(
      values.allSatisfy { $0 >= 0 },
      "\(name) holds a number below 0; probabilities of classes are needed, not logits")
    let all = Tensor(values, shape: shape)
    let sums = all.sum(over: -1, keep: true)
    let far = try (sums - 1).abs().max().value()
    try require(
      far <= 0.01,
      "\(name): the classes of a point must add up to 1, and one is off by \(brief(far))")
    return all / sums
  }
}
