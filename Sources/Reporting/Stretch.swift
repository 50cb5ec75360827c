/// The stretches of neighbouring points that all have a place.
func split(_ points: [(x: Double, y: Double)]) -> [[(x: Double, y: Double)]] {
  points.split { !isDrawable($0.x) || !isDrawable($0.y) }.map(Array.init)
}

/// At most about `limit` of the points, keeping the least and greatest height of every piece, so
/// that no peak is lost.
func thinned(
  _ points: [(x: Double, y: Double)], to limit: Int
) -> [(x: Double, y: Double)] {
  guard points.count > limit else { return points }
  let pieces = max(1, limit / 2)
  return (0..<pieces).flatMap { piece -> [(x: Double, y: Double)] in
    let part = points.count * piece / pieces..<points.count * (piece + 1) / pieces
    guard
      let low = part.min(by: { points[$0].y < points[$1].y }),
      let high = part.max(by: { points[$0].y < points[$1].y })
    else { return [] }
    return low == high ? [points[low]] : [points[min(low, high)], points[max(low, high)]]
  }
}
