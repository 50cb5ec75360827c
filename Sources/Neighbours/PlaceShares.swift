/// The items about a place of a map, with the share that each has in what lies there: by squared distance, 1 in all.
public struct PlaceShares: Sendable {
  /// Nearest first.
  public let items: [Int]
  public let shares: [Double]

  /// Items that have a share in a place.
  public static let most = 6

  /// Of the place `x`, `y` on the map whose `places` are `[n, 2]` in row-major order.
  public init(atX x: Double, y: Double, on places: [Float], most: Int = Self.most) {
    var best: [(distance: Double, item: Int)] = []
    for item in 0..<places.count / 2 {
      let (dx, dy) = (Double(places[2 * item]) - x, Double(places[2 * item + 1]) - y)
      let distance = dx * dx + dy * dy
      if best.count == most, distance >= best[most - 1].distance { continue }
      let place = best.firstIndex { distance < $0.distance } ?? best.count
      best.insert((distance, item), at: place)
      if best.count > most { best.removeLast() }
    }
    // What lies on an item is that item.
    let floor = max(best.last?.distance ?? 1, 1e-30) * 1e-9
    let weights = best.map { 1 / ($0.distance + floor) }
    let total = weights.reduce(0, +)
    items = best.map(\.item)
    shares = weights.map { $0 / total }
  }

  /// The code between those of the items: the sum of their `width` numbers by share.
  public func code<Row: Sequence>(width: Int, of row: (Int) throws -> Row) rethrows -> [Float]
  where Row.Element == Float {
    var code = [Float](repeating: 0, count: width)
    for (item, share) in zip(items, shares) {
      for (unit, value) in try row(item).enumerated() { code[unit] += Float(share) * value }
    }
    return code
  }
}
