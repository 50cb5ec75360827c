import Files
import Torch

/// Distances between two clouds of as many points each, by how far mass must be moved from one to the other.
public enum WassersteinDistance {
  /// The mean length of the moves in the cheapest pairing of the rows of `one` and `other`, both `[n, d]`.
  ///
  /// Exact; time grows with n³, and a thousand points take about a second.
  ///
  /// - Throws: ``UserError`` where the clouds are not of one size, `TensorError` that they carry.
  public static func exact(_ one: Tensor, _ other: Tensor) throws -> Double {
    let n = try count(one, other)
    let costs = try one.to(.float64).distances(to: other.to(.float64)).values(as: Double.self)
    let rows = stride(from: 0, to: n * n, by: n).map { Array(costs[$0..<$0 + n]) }
    let partners = Assignment.cheapest(rows)
    return zip(rows, partners).reduce(0) { $0 + $1.0[$1.1] } / Double(n)
  }

  /// The mean over `directions` random directions of the exact distance along each.
  ///
  /// - Source: Bonneel, Rabin, Peyré & Pfister, *Sliced and Radon Wasserstein barycenters of measures*, 2015.
  /// - Throws: as ``exact(_:_:)``.
  public static func sliced(
    _ one: Tensor, _ other: Tensor, directions: Int, _ random: RandomStream
  ) throws -> Double {
    _ = try count(one, other)
    let raw = random.normal([one.size(1), directions], type: .float64)
    let lines = raw / raw.norm(over: 0, keep: true)
    let here = one.to(.float64).matmul(lines).sorted(along: 0).values
    let there = other.to(.float64).matmul(lines).sorted(along: 0).values
    return try (here - there).abs().mean().value()
  }

  private static func count(_ one: Tensor, _ other: Tensor) throws -> Int {
    let (mine, theirs) = (try one.checked().shape, try other.checked().shape)
    try require(
      mine == theirs && mine.count == 2 && mine[0] > 0,
      "clouds of shapes \(mine) and \(theirs) cannot be paired: as many points of one width are needed"
    )
    return mine[0]
  }
}
