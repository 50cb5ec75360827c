import Torch

/// How far each point of a pool is from the nearest of some centres, and which that is; centres may be added.
struct Centres {
  private let pool: Tensor
  private let norms: Tensor
  /// Squared distances to the nearest centre, `[m]`; infinite without one.
  fileprivate(set) var distances: Tensor
  /// The nearest centre, `[m]`, numbered as they were added.
  private(set) var nearest: Tensor
  private(set) var count = 0

  /// No centre yet for the points `[m, p]`.
  init(of pool: Tensor) {
    self.pool = pool
    norms = pool.squared().sum(over: 1)
    distances = norms.filled(with: .infinity)
    nearest = Tensor.zeros([pool.size(0)], type: .int64)
  }

  /// Adds the rows of `centres` `[k, p]`.
  mutating func add(_ centres: Tensor) {
    let size = 256
    for start in stride(from: 0, to: centres.size(0), by: size) {
      let some = centres.sliced(0, start, min(start + size, centres.size(0)))
      let squares = some.squared().sum(over: 1)
      let all =
        norms.unsqueezed(1) + squares - pool.matmul(some.transposed()) * 2  // [m, k]
      let (least, place) = all.clamped(atLeast: 0).smallest(over: 1)
      let closer = least .< distances
      distances = closer.choose(least, distances)
      nearest = closer.choose(place + Double(count), nearest)
      count += some.size(0)
    }
  }

  /// The farthest point of the cluster whose squared distances add up to most.
  ///
  /// - Source: Holzmüller et al., 2023, §5.2.6.
  func farthestOfLargestCluster() throws -> (point: Int, distance: Double) {
    let sizes = nearest.bincount(weights: distances, length: count)
    let largest = sizes.argmax(over: 0)
    let inside = (nearest .== largest).choose(distances, distances.filled(with: -1))
    return try farthest(inside)
  }

  /// The point farthest from all centres.
  func farthest() throws -> (point: Int, distance: Double) { try farthest(distances) }

  private func farthest(_ values: Tensor) throws -> (point: Int, distance: Double) {
    let (distance, place) = values.largest(over: 0)
    return (Int(try place.value()), try distance.value())
  }
}

extension Centres {
  /// Puts a chosen point's distance at 0, which rounding may have left above.
  mutating func reached(_ point: Int) {
    distances = distances.indexFill(0, Tensor([Int64(point)]), 0)
  }
}

extension [Double] {
  /// The first place whose value fulfils `holds`, of values that ascend; the last where none does.
  func partitioningIndex(_ holds: (Double) -> Bool) -> Int {
    var low = 0, high = Swift.max(count - 1, 0)
    while low < high {
      let middle = (low + high) / 2
      if holds(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
