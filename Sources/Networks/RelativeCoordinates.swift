import Torch

/// A likeness of codes to anchors.
public enum AnchorLikeness: String, Codable, CaseIterable, Sendable {
  /// The cosine of the angle between them, which rotations, reflections and scales leave.
  case cosine
  /// Less the Euclidean distance, which rotations, reflections and shifts leave.
  case euclidean
  /// Less the sum of absolute differences, which shifts and exchanges of units leave.
  case manhattan
  /// Less the largest absolute difference, which shifts and exchanges of units leave.
  case chebyshev

  /// The likenesses of codes `[n, k]` to anchors `[m, k]`, `[n, m]`.
  public func callAsFunction(_ codes: Tensor, _ anchors: Tensor) -> Tensor {
    switch self {
    case .cosine: directions(of: codes).matmul(directions(of: anchors).transposed())
    case .euclidean: -codes.distances(to: anchors, p: 2)
    case .manhattan: -codes.distances(to: anchors, p: 1)
    case .chebyshev: -codes.distances(to: anchors, p: .infinity)
    }
  }

  /// Rows of length 1; rows of zeros stay.
  private func directions(of x: Tensor) -> Tensor {
    x / x.norm(over: 1, keep: true).clamped(atLeast: 1e-8)
  }
}

/// Codes as their likenesses to the codes of the same anchors, so that coordinates depend on neither the directions of the
/// units nor, after each row is standardised, on the scale.
///
/// - Source: Moschella et al., *Relative representations enable zero-shot latent space communication*, ICLR 2023,
///   arXiv:2209.15430, eq. 1; Cannistraci et al., *From bricks to bridges*, ICLR 2024, arXiv:2310.01211, §3 (several
///   likenesses side by side).
public struct RelativeCoordinates: Codable, Equatable, Sendable {
  public let likenesses: [AnchorLikeness]

  /// Coordinates by one likeness or by several side by side.
  public init(_ likenesses: [AnchorLikeness]) { self.likenesses = likenesses }

  /// Coordinates of codes `[n, k]` by anchors' codes `[m, k]`: `[n, m]` for each likeness, side by side, `[n, m · b]`.
  ///
  /// Cosines stay as they are where they stand alone; else each row of each likeness has mean 0 and deviation 1.
  public func callAsFunction(_ codes: Tensor, _ anchors: Tensor) -> Tensor {
    if likenesses == [.cosine] { return AnchorLikeness.cosine(codes, anchors) }
    return Tensor.concatenate(
      likenesses.map { likeness in
        let rows = likeness(codes, anchors)
        return rows.layerNormalised([rows.size(1)], nil, nil)
      }, along: 1)
  }
}
