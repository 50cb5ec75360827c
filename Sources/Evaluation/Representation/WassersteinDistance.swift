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
    let partners = cheapestPairing(costs, n)
    return partners.enumerated().reduce(0) { $0 + costs[$1.offset * n + $1.element] } / Double(n)
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

  /// The column for each row of the square `costs` that makes the sum least, by shortest augmenting paths.
  ///
  /// - Source: Jonker & Volgenant, *A shortest augmenting path algorithm for dense and sparse linear assignment
  ///   problems*, 1987.
  static func cheapestPairing(_ costs: [Double], _ n: Int) -> [Int] {
    // Row and column n stand for none.
    var rowPrice = Array(repeating: 0.0, count: n + 1)
    var columnPrice = rowPrice
    var rowOf = Array(repeating: n, count: n + 1)
    for row in 0..<n {
      rowOf[n] = row
      var column = n
      var least = Array(repeating: Double.infinity, count: n + 1)
      var before = Array(repeating: n, count: n + 1)
      var isDone = Array(repeating: false, count: n + 1)
      repeat {
        isDone[column] = true
        let current = rowOf[column]
        var step = Double.infinity
        var next = n
        for other in 0..<n where !isDone[other] {
          let cost = costs[current * n + other] - rowPrice[current] - columnPrice[other]
          if cost < least[other] { (least[other], before[other]) = (cost, column) }
          if least[other] < step { (step, next) = (least[other], other) }
        }
        for other in 0...n {
          if isDone[other] {
            rowPrice[rowOf[other]] += step
            columnPrice[other] -= step
          } else {
            least[other] -= step
          }
        }
        column = next
      } while rowOf[column] != n
      repeat {
        rowOf[column] = rowOf[before[column]]
        column = before[column]
      } while column != n
    }
    var partners = Array(repeating: 0, count: n)
    for column in 0..<n { partners[rowOf[column]] = column }
    return partners
  }
}
