import Torch

/// A search for the codes nearest to a code, over all of them.
public struct NearestCodes: Sendable {
  /// What is near.
  public enum Distance: String, CaseIterable, Sendable {
    case euclidean
    /// One minus the cosine of the angle; 1 where a code is 0.
    case cosine
  }

  /// Codes in row-major order.
  public let values: [Float]
  /// Number of codes.
  public let count: Int
  /// Numbers of a code.
  public let width: Int

  /// A search among codes `[n, k]`.
  ///
  /// - Throws: `TensorError`.
  public init(_ codes: Tensor) throws {
    values = try codes.to(.float32).contiguous().values()
    (count, width) = (codes.size(0), codes.size(1))
  }

  /// The code at a place.
  public subscript(_ place: Int) -> [Float] { Array(values[place * width..<(place + 1) * width]) }

  /// The `most` codes nearest to `code`, nearest first, equally near ones in the order of their places; `excluded` is left
  /// out.
  public func nearest(
    to code: [Float], most: Int, by distance: Distance = .euclidean, without excluded: Int? = nil
  ) -> [(place: Int, distance: Double)] {
    precondition(code.count == width, "a code of \(code.count) among codes of \(width)")
    guard most > 0 else { return [] }
    // Of what was met so far the nearest, and less than as much again that is not yet in order: no more is sorted at once.
    var kept: [(place: Int, distance: Double)] = []
    var limit = Double.infinity
    func cut() {
      kept.sort { ($0.distance, $0.place) < ($1.distance, $1.place) }
      guard kept.count >= most else { return }
      kept.removeSubrange(most...)
      limit = kept[most - 1].distance
    }
    let enough = 2 * min(most, count)
    values.withUnsafeBufferPointer { values in
      for place in 0..<count where place != excluded {
        let row = UnsafeBufferPointer(rebasing: values[place * width..<(place + 1) * width])
        let found = distance.between(row, code)
        // An equally near one at a later place comes after those that are kept.
        if kept.count >= most, found >= limit { continue }
        kept.append((place, found))
        if kept.count >= enough { cut() }
      }
    }
    cut()
    return kept
  }
}

extension NearestCodes.Distance {
  func between(_ row: UnsafeBufferPointer<Float>, _ code: [Float]) -> Double {
    var product = 0.0, ours = 0.0, theirs = 0.0, squares = 0.0
    for unit in code.indices {
      let (a, b) = (Double(row[unit]), Double(code[unit]))
      squares += (a - b) * (a - b)
      product += a * b
      ours += a * a
      theirs += b * b
    }
    switch self {
    case .euclidean: return squares.squareRoot()
    case .cosine:
      return ours > 0 && theirs > 0 ? 1 - product / (ours * theirs).squareRoot() : 1
    }
  }
}
