import Datasets
import Foundation

/// Numbers as 256 levels: grey levels as they are, others equally often under the standard normal distribution.
struct Levels {
  private let isUnit: Bool

  init(_ support: Domain.Support) { isUnit = support != .real }

  /// From 0 to 255.
  func level(of value: Float) -> Int {
    let share = isUnit ? Double(value) * 255 + 0.5 : 128 * erfc(-Double(value) / 2.0.squareRoot())
    return share.isNaN ? 0 : Int(min(max(share, 0), 255))
  }

  /// The number in the middle of a level.
  func value(of level: Int) -> Float {
    let level = min(max(level, 0), 255)
    return isUnit ? Float(level) / 255 : Self.middles[level]
  }

  /// Quantiles of the standard normal distribution in the middle of each level, by halving.
  private static let middles: [Float] = (0..<256).map { level in
    let share = (Double(level) + 0.5) / 256
    var (low, high) = (-10.0, 10.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if 0.5 * erfc(-middle / 2.0.squareRoot()) < share { low = middle } else { high = middle }
    }
    return Float((low + high) / 2)
  }
}
