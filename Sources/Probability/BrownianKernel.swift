import Foundation
import Torch

/// Where Brownian motion on a closed manifold is after a time, one motion for each row: in a flat space it would be
/// the normal distribution whose variance is the time.
///
/// - Source: Pérez Rey, Menkovski & Portegies, *Diffusion Variational Autoencoders*, IJCAI 2020, arXiv:1901.08991,
///   section 3; the kernel's expansion on spheres is Minakshisundaram & Pleijel's.
public struct BrownianKernel: Sendable {
  public let manifold: ClosedManifold
  /// Where the motions start, `[n, m]`.
  public let centre: Tensor
  /// Logarithms of their times, `[n, 1]`.
  public let logTime: Tensor

  public init(_ manifold: ClosedManifold, centre: Tensor, logTime: Tensor) {
    self.manifold = manifold
    self.centre = centre
    self.logTime = logTime
  }

  /// A random walk of `steps` normal steps, each followed by a projection, `[n, m]`; gradients pass to centre and time.
  public func sample(steps: Int, _ random: RandomStream) -> Tensor {
    let scale = (logTime * 0.5).exp() * (1 / Double(steps).squareRoot())
    return (0..<steps).reduce(centre) { z, _ in
      manifold.projected(z + scale * random.normal(centre.shape, type: centre.dtype))
    }
  }

  /// KL divergence to the uniform distribution, nats, `[n]`: short-time expansion whose error is of second order in
  /// the time, and smaller than any power of it on the torus.
  public func divergenceFromUniform() -> Tensor {
    let d = Double(manifold.dimension)
    let spread = (logTime + (log(2 * Double.pi) + 1)) * (-d / 2)
    let curved = logTime.exp() * (manifold.scalarCurvature / 4)
    return (spread + curved + manifold.logVolume).squeezed(1)
  }

  /// log density of points `z`, `[n, m]`, with respect to volume, nats, `[n]`: on the torus exact, elsewhere the first
  /// two terms of the short-time expansion.
  public func logDensity(of z: Tensor) -> Tensor {
    if manifold.kind == .torus { return wrapped(manifold.angles(centre, z)) }
    let scale = manifold.radius
    let unit = manifold.distance(centre, z) * (1 / scale)
    let near = onSphere(unit, radius: scale)
    guard manifold.kind != .sphere else { return near }
    return near.logAddExp(onSphere(Double.pi - unit, radius: scale))
  }

  /// The product of normals wound around circles, at angles `[n, d]`.
  private func wrapped(_ angles: Tensor) -> Tensor {
    let turns = Tensor([-2, -1, 0, 1, 2].map { $0 * 2 * Double.pi }).to(angles.dtype)
    let placed = angles.unsqueezed(2) + turns.to(angles.device)
    let each = placed.squared() * (-logTime).exp().unsqueezed(2) * -0.5
    let logs = each.logSumExp(over: 2) - (logTime + log(2 * Double.pi)) * 0.5
    return logs.sum(over: 1)
  }

  /// At `angle`, `[n]`, on a sphere of the manifold's dimension and `radius`.
  private func onSphere(_ angle: Tensor, radius: Double) -> Tensor {
    let d = Double(manifold.dimension)
    let time = logTime.squeezed(1).exp() * (1 / (radius * radius))
    let r = angle.clamped(1e-2, Double.pi - 1e-2)
    // (1 − r cot r) / r², which tends to a third at 0.
    let bend = (1 - r * r.cos() / r.sin()) / r.squared()
    let first = (bend * (3 - d) + (d - 1)) * ((d - 1) / 8)
    let flat =
      (time * (2 * Double.pi)).log() * (-d / 2) - angle.squared() / (time * 2)
      - d * log(radius)
    let correction = (time * first + 1).clamped(atLeast: 1e-6).log()
    return flat + (r / r.sin()).log() * ((d - 1) / 2) + correction
  }
}
