import Foundation
import Torch

/// Distributions on thin sets in 20 dimensions.
enum SingularWorld: String, CaseIterable {
  case circle, roll, product

  static let dimension = 20

  /// What it is, for claims.
  var about: String {
    switch self {
    case .circle: "a circle"
    case .roll: "a Swiss roll"
    case .product: "a product of circles"
    }
  }

  /// Latent units that a generator gets: twice as many as the set has dimensions.
  var latents: Int {
    switch self {
    case .circle: 2
    case .roll: 4
    case .product: 6
    }
  }

  /// `count` draws, `[count, 20]`: a circle, a Swiss roll, or a product of three circles, in coordinates of variance
  /// about 1/2 and turned by one fixed rotation.
  func draws(_ count: Int, _ random: RandomStream) -> Tensor {
    let coordinates: [Tensor]
    switch self {
    case .circle: coordinates = Self.circle(random, count)
    case .roll:
      let turn = (random.child("turn").uniform([count]) * 2 + 1) * (1.5 * .pi)
      let height = random.child("height").uniform([count]) * 2.4 - 1.2
      coordinates = [turn * turn.cos() * 0.11, turn * turn.sin() * 0.11, height]
    case .product:
      coordinates = (0..<3).flatMap { Self.circle(random.child($0), count) }
    }
    let flat = Tensor.stack(coordinates, along: 1)
    let (rotation, _) = RandomStream(20).normal([Self.dimension, Self.dimension]).qr()
    return flat.matmul(rotation.sliced(0, 0, coordinates.count))
  }

  private static func circle(_ random: RandomStream, _ count: Int) -> [Tensor] {
    let angle = random.child("angle").uniform([count]) * (2 * .pi)
    return [angle.cos(), angle.sin()]
  }
}
