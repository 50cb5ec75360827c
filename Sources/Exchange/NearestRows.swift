import Torch

/// The nearest other rows of each row by Euclidean distance, found by looking at all of them.
public enum NearestRows {
  /// The `count` nearest other rows of each row of `codes`, `[n, k]`, nearest first, and how far they are: both are
  /// `[n, count]`, or narrower where there are not as many.
  ///
  /// Of rows equally far the first comes first.
  ///
  /// - Parameter progress: Told how many rows are done.
  /// - Throws: `TensorError` where `codes` is none.
  /// - Complexity: O(n² · k).
  public static func of(
    _ codes: Tensor, count: Int, progress: (Int) -> Void = { _ in }
  ) throws -> (rows: [Int], distances: [Float], width: Int) {
    let n = codes.size(0), width = min(count, n - 1)
    guard width > 0 else { return ([], [], 0) }
    var rows: [Int] = [], found: [Float] = []
    rows.reserveCapacity(n * width)
    found.reserveCapacity(n * width)
    let values: [Float] = try codes.values()
    let step = max(1, min(512, (1 << 25) / n))
    for start in stride(from: 0, to: n, by: step) {
      let end = min(start + step, n)
      let distances: [Float] = try codes[start..<end].distances(to: codes).values()
      for row in start..<end {
        let line = distances[(row - start) * n..<(row - start + 1) * n]
        let chosen = line.withUnsafeBufferPointer { Self.nearest($0, besides: row, width) }
        // The product that distances are made by loses digits of small ones.
        let nearest = chosen.map { ($0.row, distance(values, row, $0.row, codes.size(1))) }
          .sorted { ($0.1, $0.0) < ($1.1, $1.0) }
          .map { (row: $0.0, distance: $0.1) }
        rows += nearest.map(\.row)
        found += nearest.map(\.distance)
      }
      progress(end)
    }
    return (rows, found, width)
  }

  private static func distance(_ values: [Float], _ a: Int, _ b: Int, _ width: Int) -> Float {
    var sum: Float = 0
    for unit in 0..<width {
      let difference = values[a * width + unit] - values[b * width + unit]
      sum += difference * difference
    }
    return sum.squareRoot()
  }

  /// The places of the `count` least numbers but one, least first.
  private static func nearest(
    _ distances: UnsafeBufferPointer<Float>, besides row: Int, _ count: Int
  ) -> [(row: Int, distance: Float)] {
    var best: [(row: Int, distance: Float)] = []
    best.reserveCapacity(count + 1)
    var bound = Float.infinity
    for (other, distance) in distances.enumerated() where other != row {
      if best.count == count && !(distance < bound) { continue }
      let place = best.firstIndex { distance < $0.distance } ?? best.count
      best.insert((other, distance), at: place)
      if best.count > count { best.removeLast() }
      if best.count == count { bound = best[count - 1].distance }
    }
    return best
  }
}
