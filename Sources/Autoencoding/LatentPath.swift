import Evaluation
import Foundation
import Learning
import Torch

/// A way between two codes.
public enum LatentPath: String, Codable, CaseIterable, Sendable {
  /// The straight line.
  case linear
  /// The great circle, lengths changing evenly: where codes come from a standard normal, all of them are likely.
  case spherical
  /// The shortest way as decoded examples measure it.
  case geodesic

  /// Codes on the way from `a` to `b`, both `[k]` and both included, `[steps, k]`.
  ///
  /// - Throws: `TensorError` that a code carries.
  public func codes(
    from a: Tensor, to b: Tensor, steps: Int, through network: any Decoding
  ) throws -> Tensor {
    precondition(steps >= 2, "a way of \(steps) steps has no two ends")
    return switch self {
    case .linear: Self.line(a, b, steps)
    case .spherical: try Self.circle(a, b, steps)
    case .geodesic: try DecoderGeodesic(network).codes(from: a, to: b, steps: steps)
    }
  }

  static func line(_ a: Tensor, _ b: Tensor, _ steps: Int) -> Tensor {
    let t = Tensor.linspace(0, 1, count: steps, type: a.dtype).unsqueezed(1)
    return (1 - t) * a + t * b
  }

  /// The line where both codes point alike, or apart, or nowhere.
  static func circle(_ a: Tensor, _ b: Tensor, _ steps: Int) throws -> Tensor {
    let angle = try a.cosineSimilarity(b, along: 0).clamped(-1, 1).acos().value()
    guard angle > 1e-4, angle < .pi - 1e-4 else { return line(a, b, steps) }
    let t = Tensor.linspace(0, 1, count: steps, type: a.dtype).unsqueezed(1)
    let lengths = (1 - t) * a.norm() + t * b.norm()
    let ahead = (t * angle).sin() * (b / b.norm()),
      behind = ((1 - t) * angle).sin() * (a / a.norm())
    return (ahead + behind) * (1 / sin(angle)) * lengths
  }
}

/// The shortest way between codes in the metric that the decoder pulls back from the data: the curve of least energy
/// between its ends.
///
/// - Source: Shao, Kumar & Fletcher, *The Riemannian geometry of deep generative models*, CVPR workshops 2018,
///   arXiv:1711.08014, eq. 2; Arvanitidis, Hansen & Hauberg, *Latent space oddity*, ICLR 2018 (there for decoders that
///   say how sure they are).
public struct DecoderGeodesic {
  let network: any Decoding
  /// Pieces of the curve that is minimised, at least.
  public var pieces = 24
  /// How the energy is minimised.
  public var minimiser = LBFGS(iterations: 200, tolerance: 1e-5)

  /// Ways through the space that `network` decodes.
  public init(_ network: any Decoding) { self.network = network }

  /// Codes on the way from `a` to `b`, both `[k]` and both included, `[steps, k]`.
  ///
  /// - Throws: `TensorError` that a code carries.
  public func codes(from a: Tensor, to b: Tensor, steps: Int) throws -> Tensor {
    let each = (pieces + steps - 2) / (steps - 1)
    let line = LatentPath.line(a, b, each * (steps - 1) + 1)
    let inner = line[1..<line.size(0) - 1]
    let scale = try max(energy(of: line).value(), 1e-12)
    let found = try minimiser.minimise(from: inner) { z in
      try withGradients {
        let leaf = z.detached().requiringGradient()
        let curve = Tensor.concatenate([a.unsqueezed(0), leaf, b.unsqueezed(0)])
        let value = energy(of: curve) / scale
        return (try value.value(), try value.gradient(of: leaf))
      }
    }
    let curve = Tensor.concatenate([a.unsqueezed(0), found.place.detached(), b.unsqueezed(0)])
    return curve.sliced(0, 0, curve.size(0), by: each)
  }

  /// The sum of squared distances between neighbours on a curve `[m, k]` as decoded, times the number of pieces.
  func energy(of curve: Tensor) -> Tensor {
    steps(of: curve).squared().sum() * Double(curve.size(0) - 1)
  }

  /// Length of a curve `[m, k]` as its decoded examples measure it, in the data's unit.
  ///
  /// - Throws: `TensorError` that a code carries.
  public func length(of curve: Tensor) throws -> Double {
    try withoutGradients { try steps(of: curve).squared().sum(over: 1).squareRoot().sum().value() }
  }

  private func steps(of curve: Tensor) -> Tensor {
    let x = network.decode(curve).flattened(from: 1)
    return x[1..<x.size(0)] - x[0..<x.size(0) - 1]
  }
}
