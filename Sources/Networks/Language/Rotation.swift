import Files
import Foundation
import Torch

/// How fast the parts of a query or key turn from place to place.
///
/// - Source: Su et al., *RoFormer: enhanced transformer with rotary position embedding*, 2021; its change for long
///   texts as in Llama 3.1 (Dubey et al., *The Llama 3 herd of models*, 2024).
public struct Rotary: Codable, Equatable, Sendable {
  /// Turns more slowly, so that longer texts are like those of the training.
  public enum Scaling: Codable, Equatable, Sendable {
    /// All parts so many times as slow.
    case linear(Double)
    /// The slow parts so many times as slow, with a passage between `low` and `high` turns within `original` places.
    case llama3(factor: Double, low: Double, high: Double, original: Double)
  }

  /// The slowest part turns about as many radians in so many places times 2 π.
  public var base = 10_000.0
  public var scaling: Scaling?

  public init(base: Double = 10_000, scaling: Scaling? = nil) {
    (self.base, self.scaling) = (base, scaling)
  }

  /// Radians for each place, `width / 2` of them.
  func speeds(_ width: Int) -> [Double] {
    stride(from: 0, to: width, by: 2).map { part in
      let speed = pow(base, -Double(part) / Double(width))
      switch scaling {
      case nil: return speed
      case .linear(let factor): return speed / factor
      case .llama3(let factor, let low, let high, let original):
        let length = 2 * .pi / speed
        if length < original / high { return speed }
        if length > original / low { return speed / factor }
        let share = (original / length - low) / (high - low)
        return (1 - share) * speed / factor + share * speed
      }
    }
  }
}

/// Cosines and sines of the angles of each place, `[t, d / 2]`.
struct Rotation: Sendable {
  let cosines: Tensor
  let sines: Tensor

  init(_ rotary: Rotary, places: Int, width: Int, device: Device) {
    let speeds = Tensor(rotary.speeds(width))
    let angles = Tensor.range(0, Double(places), type: .float64).unsqueezed(1) * speeds
    cosines = angles.cos().to(.float32).to(device)
    sines = angles.sin().to(.float32).to(device)
  }

  /// Rows `[n, t, heads, d]` of the places from `start` on, turned.
  func callAsFunction(_ x: Tensor, from start: Int) -> Tensor {
    let end = start + x.size(1)
    return x.rotated(cosines.sliced(0, start, end), sines.sliced(0, start, end))
  }
}
