import Datasets
import Files
import Neighbours
import Torch

/// The nearest other points of each point, and how far they are, in double precision.
public struct NeighbourDistances: Sendable {
  /// Distances `[n, k]`, nearest first, float64.
  public let distances: Tensor
  /// Places of the neighbours `[n, k]`, in the order of ``distances``, int64.
  public let places: Tensor
  /// Share of the true neighbours that were found; 1 where all distances were looked at.
  public let recall: Double

  /// Number of neighbours of each point, k.
  public var count: Int { distances.size(1) }

  /// The `count` neighbours of each of `points`, `[n, d]`; all others where there are fewer.
  ///
  /// - Parameter progress: Told the share that is done; false stops the search.
  /// - Throws: `UserError` for points that are not finite or fewer than two, `MapStopped`, `TensorError`.
  public init(
    _ points: Tensor, _ count: Int, seed: Seed = Seed(0), progress: (Double) -> Bool = { _ in true }
  ) throws {
    var search = Neighbours.NearestNeighbours(count)
    search.recall = 0.99
    let found = try search.find(among: points, seed: seed, progress: progress)
    recall = found.recall
    let places = found.places.to(.int64)
    let (n, k) = (places.size(0), places.size(1))
    let x = points.to(.float64)
    // A few million numbers at a time.
    let step = max(1, 4_000_000 / max(1, k * x.size(1)))
    var parts: [Tensor] = []
    for start in stride(from: 0, to: n, by: step) {
      let end = min(start + step, n)
      let near = x.indexSelect(0, places[start..<end].flattened())
        .reshaped(end - start, k, x.size(1))
      parts.append((near - x[start..<end].unsqueezed(1)).squared().sum(over: 2).squareRoot())
    }
    let order = try Tensor.concatenate(parts).checked().sorted(along: 1)
    distances = order.values
    self.places = places.gather(1, order.indices)
  }
}
