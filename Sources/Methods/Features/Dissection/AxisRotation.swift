import Torch

/// A random rotation of the axes of a space, which may be gone only a part of the way.
///
/// The rotation Q turns planes that are at right angles by angles up to π; its power α turns each of them by α times its
/// angle, and is the identity at 0 and Q at 1.
///
/// - Source: Bau et al., *Network dissection*, CVPR 2017, arXiv:1704.05796, §3.2; the angles from Q + Qᵀ, which has the
///   same planes.
struct AxisRotation: Sendable {
  private let whole: Tensor
  /// Orthonormal columns that span the planes.
  private let planes: Tensor
  /// The angle of the plane of each column.
  private let angles: Tensor

  /// A rotation of `count` axes, uniform among all of them.
  init(_ count: Int, seed: Seed) throws {
    let (q, r) = RandomStream(seed).normal([count, count], type: .float64).qr()
    // The signs make the distribution uniform over orthogonal matrices.
    let orthogonal = q * r.diagonal().sign()
    let isReflection = try orthogonal.determinant().value() < 0
    let signs = (0..<count).map { $0 == 0 && isReflection ? -1.0 : 1 }
    whole = orthogonal * Tensor(signs)
    let (cosines, columns) = ((whole + whole.transposed()) * 0.5).symmetricEigen()
    planes = try columns.checked()
    angles = cosines.clamped(-1, 1).acos()
  }

  /// The power `share` of the rotation, `[k, k]`.
  func matrix(_ share: Double = 1) -> Tensor {
    let turned = angles * share
    // Where a plane is not turned, sin(αθ) / sin θ tends to α.
    let sines = angles.sin()
    let isStill = sines .< 1e-9
    let ratio = isStill.choose(
      angles.filled(with: share), turned.sin() / sines.clamped(atLeast: 1e-9))
    let odd = (whole - whole.transposed()) * 0.5
    return (planes * turned.cos()).matmul(planes.transposed())
      + (planes * ratio).matmul(planes.transposed()).matmul(odd)
  }

  /// Maps in the turned axes, `[n, k, h, w]` to the same.
  func callAsFunction(_ maps: Tensor, _ share: Double = 1) -> Tensor {
    Tensor.einsum("ij,njhw->nihw", matrix(share).to(maps.dtype), maps)
  }
}
