import Foundation
import Torch

/// A closed manifold in a space of numbers, with the metric of that space: a latent space without edge.
///
/// Points are rows of coordinates, `[n, m]`.
public struct ClosedManifold: Equatable, Sendable {
  /// Which manifold.
  public enum Kind: String, Codable, CaseIterable, Sendable {
    /// The unit sphere S^d in d + 1 numbers.
    case sphere
    /// The product of d unit circles, two numbers each.
    case torus
    /// Rotations of space, 3 × 3 matrices row by row.
    case rotations
    /// The unit sphere where a point and its antipode are the same.
    case projective
  }

  public let kind: Kind
  /// Intrinsic dimension, d; 3 for rotations.
  public let dimension: Int

  public init(_ kind: Kind, dimension: Int) {
    self.kind = kind
    self.dimension = kind == .rotations ? 3 : dimension
  }

  /// Coordinates of a point, m.
  public var coordinates: Int {
    switch kind {
    case .sphere, .projective: dimension + 1
    case .torus: 2 * dimension
    case .rotations: 9
    }
  }

  /// Numbers that ``point(from:)`` makes a point of.
  public var inputs: Int { kind == .rotations ? 6 : coordinates }

  /// What distances on the unit sphere are multiplied with; rotations are a projective space of this radius.
  var radius: Double { kind == .rotations ? 2 * 2.0.squareRoot() : 1 }

  /// Logarithm of the volume.
  public var logVolume: Double {
    let d = Double(dimension)
    // Of the unit sphere: 2 π^((d + 1) / 2) / Γ((d + 1) / 2).
    let sphere = log(2) + (d + 1) / 2 * log(Double.pi) - lgamma((d + 1) / 2)
    return switch kind {
    case .sphere: sphere
    case .torus: d * log(2 * Double.pi)
    case .projective, .rotations: sphere - log(2) + d * log(radius)
    }
  }

  /// Scalar curvature, the same everywhere.
  public var scalarCurvature: Double {
    kind == .torus ? 0 : Double(dimension * (dimension - 1)) / (radius * radius)
  }

  /// Points from any numbers but zeros, `[n, inputs]` to `[n, m]`; differentiable.
  public func point(from raw: Tensor) -> Tensor {
    guard kind == .rotations else { return projected(raw) }
    // Gram & Schmidt's rows, and the third that makes them right-handed.
    let both = raw.split(into: 2, along: 1)
    let first = Self.unit(both[0])
    let second = Self.unit(both[1] - first * (first * both[1]).sum(over: 1, keep: true))
    return .concatenate([first, second, first.cross(second)], along: 1)
  }

  /// The nearest points, `[n, m]` to `[n, m]`; differentiable.
  public func projected(_ z: Tensor) -> Tensor {
    switch kind {
    case .sphere, .projective: return Self.unit(z)
    case .torus: return Self.unit(z.reshaped(-1, dimension, 2)).reshaped(-1, coordinates)
    case .rotations:
      // Newton's iteration for the orthogonal factor, whose gradient stays finite where singular values agree.
      var x = z.reshaped(-1, 3, 3)
      for _ in 0..<4 { x = (x + x.inverse().transposed()) * 0.5 }
      return x.reshaped(-1, 9)
    }
  }

  /// Draws of the uniform distribution, `[count, m]`.
  public func uniform(_ count: Int, _ random: RandomStream) -> Tensor {
    point(from: random.normal([count, inputs]))
  }

  /// Geodesic distances between the points of each row, `[n]`.
  public func distance(_ a: Tensor, _ b: Tensor) -> Tensor {
    switch kind {
    case .sphere: return Self.angle((a - b).norm(over: 1))
    case .projective:
      return Self.angle((a - b).norm(over: 1).minimum((a + b).norm(over: 1)))
    case .torus: return angles(a, b).norm(over: 1)
    case .rotations:
      // A turn by θ moves a matrix by 2 √2 sin(θ / 2), and its length here is √2 θ.
      return Self.angle((a - b).norm(over: 1) * 2.0.squareRoot() * 0.5) * 2.0.squareRoot()
    }
  }

  /// Angles between the circles of two points of the torus, `[n, d]`.
  func angles(_ a: Tensor, _ b: Tensor) -> Tensor {
    Self.angle((a - b).reshaped(-1, dimension, 2).norm(over: 2))
  }

  /// The angle under which a chord of the unit circle is seen.
  private static func angle(_ chord: Tensor) -> Tensor {
    (chord * 0.5).clamped(atMost: 1).asin() * 2
  }

  private static func unit(_ z: Tensor) -> Tensor {
    z / (z.squared().sum(over: -1, keep: true) + 1e-12).squareRoot()
  }
}
