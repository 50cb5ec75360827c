import Files
import Learning
import Torch

/// Codes in which one latent unit moves and the others stay.
public struct Traversal: Sendable {
  /// The unit that moves.
  public let unit: Int
  /// Standard deviation of the unit's code over examples.
  public let deviation: Double
  /// Codes from low to high, `[steps, k]`.
  public let codes: Tensor

  /// Ways through a code, one for each unit that is asked for, or for the most active ones.
  ///
  /// - Parameters:
  ///   - start: The code, `[1, k]`.
  ///   - activity: The variance of each unit's code over examples.
  ///   - units: The units to move.
  ///   - most: How many of the most active units move where none are named.
  ///   - reach: How far to either side, in standard deviations.
  ///   - steps: Codes of a way.
  /// - Throws: ``UserError`` where there is no such unit.
  public static func through(
    _ start: Tensor, activity: [Double], units: [Int]? = nil, most: Int = 10, reach: Double = 2.5,
    steps: Int = 11
  ) throws -> [Traversal] {
    for unit in units ?? [] {
      try require(
        activity.indices.contains(unit),
        "unit \(unit): the space has units 0 to \(activity.count - 1)")
    }
    let ranked = activity.indices.sorted { activity[$0] > activity[$1] }
    return (units ?? Array(ranked.prefix(most))).map { unit in
      let deviation = activity[unit].squareRoot()
      let offsets = Tensor.linspace(-reach * deviation, reach * deviation, count: steps)
      let direction = Tensor([Int64(unit)]).oneHot(activity.count).to(.float32)  // [1, k]
      return Traversal(
        unit: unit, deviation: deviation, codes: start + offsets.unsqueezed(1) * direction)
    }
  }

  /// What the unit does: the root mean square difference per input between what its two ends decode to.
  ///
  /// - Throws: `TensorError` that a code carries.
  public func effect(_ network: any Decoding) throws -> Double {
    try withoutGradients {
      let ends = network.decode(codes.sliced(0, 0, codes.size(0), by: max(1, codes.size(0) - 1)))
      return try (ends[0] - ends[ends.size(0) - 1]).squared().mean().squareRoot().value()
    }
  }
}
