import CTorch

extension PointCells.Lists {
  /// The points that have each point among their neighbours, at most `most` of them, by rows.
  ///
  /// - Throws: ``TensorError`` where a place is not there.
  public func reversed(most: Int) throws -> (starts: Tensor, places: Tensor) {
    let both = try results("reversed", [places], count: 2) { all, out in
      ct_reverse(all[0], Int64(most), out)
    }
    return (both[0], both[1])
  }

  /// Fills the rows from `range` of `better` with the nearest among these neighbours, theirs, and those of the points
  /// in `reversed`, in place.
  ///
  /// - Throws: ``TensorError`` where shapes do not fit.
  public func refine(
    _ points: Tensor, reversed: (starts: Tensor, places: Tensor), _ range: Range<Int>,
    into better: PointCells.Lists
  ) throws {
    let inputs = [
      points, distances, places, reversed.starts, reversed.places, better.distances, better.places,
    ]
    _ = try results("refine", inputs, count: 0) { all, _ in
      ct_refine(
        all[0], all[1], all[2], all[3], all[4], Int64(range.lowerBound), Int64(range.upperBound),
        all[5], all[6])
    }
  }
}

extension Tensor {
  /// Of points `[n, d]` and centres `[k, d]`, both float64: the place of each point's nearest centre, the first of
  /// several, int64 `[n]`, the sum of each centre's points, `[k, d]`, and how many they are, `[k]`.
  ///
  /// - Throws: ``TensorError`` where shapes do not fit.
  public func centreShares(
    _ centres: Tensor
  ) throws -> (places: Tensor, sums: Tensor, sizes: Tensor) {
    let found = try results("centre shares", [self, centres], count: 3) { all, out in
      ct_centre_shares(all[0], all[1], out)
    }
    return (found[0], found[1], found[2])
  }
}

/// An undirected graph with weights, by rows: each edge stands in the rows of both its points.
public struct WeightedGraph: Sendable {
  /// Where each row starts, int64 `[n + 1]`.
  public let starts: Tensor
  /// The points at the other ends, int32, rising in each row.
  public let places: Tensor
  /// Weights of the edges, float32.
  public let weights: Tensor

  /// The fuzzy simplicial set of points whose neighbours `places`, int32 `[n, k]`, −1 for none, lie at `distances`,
  /// float32 `[n, k]`, rising.
  ///
  /// - Source: McInnes, Healy & Melville, *UMAP: uniform manifold approximation and projection for dimension
  ///   reduction*, 2018, algorithms 2 and 3.
  /// - Throws: ``TensorError`` where shapes do not fit.
  public init(fuzzy places: Tensor, distances: Tensor) throws {
    let memberships = Self.memberships(places, distances)
    let all = try results("fuzzy union", [places, memberships], count: 3) { inputs, out in
      ct_fuzzy_union(inputs[0], inputs[1], out)
    }
    (starts, self.places, weights) = (all[0], all[1], all[2])
  }

  /// Memberships of each point's neighbours, from 0 to 1, in its own view: `[n, k]`.
  public static func memberships(_ places: Tensor, _ distances: Tensor) -> Tensor {
    op("memberships", distances, places) { ct_memberships($0, $1) }
  }

  /// What one sweep of an embedding is made with.
  public struct Sweep: Sendable {
    /// Likeness of points at distance r on the map: 1 / (1 + a r²ᵇ).
    public var a, b: Double
    /// How far points go, from 0 to 1.
    public var rate: Double
    /// Points that repel for each that attracts.
    public var repulsion: Double
    /// Points drawn for the repulsion of each.
    public var draws: Int
    /// What the draws follow from.
    public var seed: Seed

    public init(a: Double, b: Double, rate: Double, repulsion: Double, draws: Int, seed: Seed) {
      (self.a, self.b, self.rate, self.repulsion) = (a, b, rate, repulsion)
      (self.draws, self.seed) = (draws, seed)
    }
  }

  /// Moves every point of the map `places`, float32 `[n, 2]`, on where all others are in it, and writes the new map into
  /// `moved`, in place: the same bits for any number of threads.
  ///
  /// - Throws: ``TensorError`` where shapes do not fit.
  public func sweep(_ map: Tensor, _ sweep: Sweep, into moved: Tensor) throws {
    let numbers = ct_sweep(
      a: sweep.a, b: sweep.b, rate: sweep.rate, repulsion: sweep.repulsion,
      draws: Int32(clamping: sweep.draws), key: sweep.seed.value)
    _ = try results("sweep", [map, starts, places, weights, moved], count: 0) { all, _ in
      ct_embedding_sweep(all[0], all[1], all[2], all[3], numbers, all[4])
    }
  }
}

/// The directions of most variance of some points.
public struct PrincipalDirections: Sendable {
  /// The mean of the points, float64 `[d]`.
  public let mean: Tensor
  /// Directions of length 1, that of most variance first, float64 `[k, d]`; the largest number of each is positive.
  public let directions: Tensor
  /// Variances along them, float64 `[k]`.
  public let variances: Tensor
  /// The sum of the variances along all directions.
  public let total: Double
  /// The points along the directions, from their mean, float32 `[n, k]`.
  public let places: Tensor

  /// The `count` directions of most variance of points, float32 `[n, d]`, the same bits for any number of threads.
  ///
  /// Points of more than 2,048 numbers take 24 rounds of subspace iteration instead of their covariances.
  /// - Throws: ``TensorError`` where there are no points, or fewer directions than `count`.
  public init(_ points: Tensor, count: Int) throws {
    let all = try results("principal", [points], count: 5) { inputs, out in
      ct_principal(inputs[0], Int64(count), out)
    }
    (mean, directions, variances) = (all[0], all[1], all[2])
    total = try all[3].value()
    places = all[4]
  }
}
