import Foundation
import Torch

/// Points around several places, told apart by a gap: what no continuous map of one normal cloud can fill without points
/// in between.
///
/// - Source: Issenhuth, Tanielian, Mary & Picard, *Unveiling the latent space geometry of push-forward generative models*,
///   ICML 2023, arXiv:2207.10541, section 3.
struct ModeWorld {
  /// How the places lie.
  enum Layout: String, Codable, CaseIterable, Sendable {
    /// On a circle in the plane.
    case ring
    /// As far from each other as from every other: one along each axis.
    case simplex
  }

  let layout: Layout
  /// Number of places, m.
  let modes: Int
  /// Deviation of the points around their place, in each direction.
  var deviation = 0.05

  /// Numbers of a point.
  var inputs: Int { layout == .ring ? 2 : modes }

  /// The places, `[m, inputs]`, of length 1.
  var centres: Tensor {
    switch layout {
    case .simplex: return .identity(modes)
    case .ring:
      let angles = (0..<modes).map { 2 * Double.pi * Double($0) / Double(modes) }
      return Tensor(angles.flatMap { [Float(cos($0)), Float(sin($0))] }, shape: [modes, 2])
    }
  }

  /// How far from its place a point may be: about one in a thousand of the points is farther.
  var radius: Double { deviation * (Double(inputs).squareRoot() + 3.1 / 2.0.squareRoot()) }

  /// Half the way between the supports of the two nearest places.
  var reach: Double {
    max(0, (layout == .ring ? sin(Double.pi / Double(modes)) : 0.5.squareRoot()) - radius)
  }

  /// `n` points, as many around each place on average, `[n, inputs]`.
  func points(_ n: Int, _ random: RandomStream) -> Tensor {
    centres.indexSelect(0, random.child("modes").integers(0..<modes, [n]))
      + random.child("noise").normal([n, inputs]) * deviation
  }

  /// The nearest place of each point, `[n]`, and whether the point lies in its support.
  func belongs(_ x: Tensor) -> (mode: Tensor, isInside: Tensor) {
    let near = x.to(.float32).distances(to: centres).smallest(over: 1)
    return (near.indices, near.values .< radius)
  }
}
