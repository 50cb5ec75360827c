import Files
import Torch

/// Places of points along their two directions of most variance.
public struct PrincipalMap: Sendable {
  /// float32 `[n, 2]`; the second column is 0 for points of a single number.
  public let places: Tensor
  /// The share of the points' variance that the map holds, from 0 to 1; 1 where they do not vary.
  public let share: Double

  /// The map of `points`, `[n, d]`.
  ///
  /// - Throws: `UserError` for points that are not finite, `TensorError`.
  public init(_ points: Tensor) throws {
    let (points, scale) = try NearestNeighbours.scaled(points)
    guard points.size(0) > 0 else {
      (places, share) = (Tensor.zeros([0, 2]), 1)
      return
    }
    let count = min(2, points.size(1))
    let principal = try PrincipalDirections(points, count: count)
    let held = try principal.variances.sum().value()
    share = principal.total > 0 ? held / principal.total : 1
    let along = principal.places
    let both = count == 2 ? along : Tensor.concatenate([along, along.zerosLike()], along: 1)
    places = try (both * (1 / scale)).contiguous().checked()
  }
}
