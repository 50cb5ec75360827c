import Files
import Foundation
import KeptMaps
import Neighbours
import Testing
import Torch

@Suite struct EmbeddingTests {
  /// Three groups of 60 points in ten dimensions, far from each other.
  private var blobs: Tensor {
    let random = RandomStream(5)
    return random.normal([180, 10]) + (random.normal([3, 10]) * 8).repeatingEach(60, along: 0)
  }

  @Test func likenessCurvesAreThoseOfUMAP() {
    // As umap-learn 0.5 has them.
    for (least, a, b) in [(0.1, 1.5769434603, 0.8950608780), (0.001, 1.929, 0.7915)] {
      let curve = LikenessCurve(minDistance: least)
      #expect(abs(curve.a - a) < 1e-3 && abs(curve.b - b) < 1e-3, "\(curve)")
    }
  }

  @Test func membershipsOfAPointSumToTheLogarithmOfTheirNumber() throws {
    let found = try NearestNeighbours(12).find(among: blobs, seed: Seed(0))
    let memberships = WeightedGraph.memberships(found.places, found.distances)
    for sum in try memberships.sum(over: 1).values(as: Double.self) {
      #expect(abs(sum - log2(12)) < 1e-3)
    }
    #expect(try memberships[.all, 0].values().allSatisfy { $0 == 1 }, "the nearest belongs whole")
  }

  @Test func theFuzzySetIsTheUnionOfBothViews() throws {
    let found = try NearestNeighbours(6).find(among: blobs, seed: Seed(0))
    let memberships = WeightedGraph.memberships(found.places, found.distances)
    let a = Tensor.zeros([180, 180]).scatter(1, found.places.to(.int64), memberships)
    let wanted = a + a.transposed() - a * a.transposed()
    let graph = try WeightedGraph(fuzzy: found.places, distances: found.distances)
    let dense = Tensor.sparseRows(
      starts: graph.starts, columns: graph.places.to(.int64), values: graph.weights,
      shape: [180, 180]
    ).dense()
    #expect(try (dense - wanted).abs().max().value() < 1e-6)
  }

  @Test func groupsThatLieApartStayApart() throws {
    let map = try NeighbourEmbedding().places(of: blobs, seed: Seed(2))
    let groups = map.reshaped(3, 60, 2)
    let centres = groups.mean(over: 1)
    let radius = try (groups - centres.unsqueezed(1)).norm(over: 2).max().value()
    for (i, j) in [(0, 1), (0, 2), (1, 2)] {
      #expect(try (centres[i] - centres[j]).norm().value() > 2 * radius)
    }
  }

  @Test func theSameSeedGivesTheSameBitsForAnyNumberOfThreads() throws {
    let before = Runtime.threads
    defer { Runtime.threads = before }
    let points = RandomStream(8).normal([700, 20])
    var embedding = NeighbourEmbedding()
    embedding.epochs = 40
    var maps: [Data] = []
    for threads in [1, 2, 2, 3] {
      Runtime.threads = threads
      maps.append(try embedding.places(of: points, seed: Seed(1)).bytes())
    }
    for map in maps { #expect(map == maps[0]) }
    #expect(try embedding.places(of: points, seed: Seed(2)).bytes() != maps[0])
  }

  @Test func anApproximateSearchToo() throws {
    let before = Runtime.threads
    defer { Runtime.threads = before }
    let points = RandomStream(8).normal([1500, 6])
    var search = NearestNeighbours(8)
    search.exactWork = 0
    var lists: [Data] = []
    for threads in [1, 2] {
      Runtime.threads = threads
      lists.append(try search.find(among: points, seed: Seed(1)).distances.bytes())
    }
    #expect(lists[0] == lists[1])
  }

  @Test func smallAndDegenerateSetsHavePlaces() throws {
    let cases: [(String, Tensor)] = [
      ("one point", Tensor.zeros([1, 3])), ("two points", ([[0, 0], [1, 1]] as Tensor)),
      ("equal points", Tensor.ones([50, 4])),
      ("fewer than neighbours", RandomStream(1).normal([9, 4])),
      ("single numbers", RandomStream(1).normal([80, 1])),
      ("a constant column", RandomStream(1).normal([80, 3]) * ([[1, 0, 1]] as Tensor)),
      ("each point twice", RandomStream(1).normal([40, 3]).tiled(2, 1)),
      (
        "many equal points",
        Tensor.concatenate([Tensor.zeros([60, 3]), RandomStream(1).normal([60, 3])])
      ),
    ]
    for (name, points) in cases {
      let map = try NeighbourEmbedding().places(of: points, seed: Seed(1))
      #expect(map.shape == [points.size(0), 2], "\(name)")
      #expect(try map.isFinite().all(over: 1).all(over: 0).value() == 1, "\(name)")
      #expect(try map.abs().max().value() < 100, "\(name)")
      let pca = try PrincipalMap(points)
      #expect(pca.places.shape == [points.size(0), 2], "\(name)")
      #expect(try pca.places.isFinite().all(over: 1).all(over: 0).value() == 1, "\(name)")
    }
  }

  @Test func whatCannotBeIsRefused() {
    let points = RandomStream(1).normal([20, 3])
    var embedding = NeighbourEmbedding()
    embedding.neighbours = 1
    #expect(throws: UserError.self) { try embedding.places(of: points, seed: Seed(1)) }
    embedding = NeighbourEmbedding()
    embedding.minDistance = -1
    #expect(throws: UserError.self) { try embedding.places(of: points, seed: Seed(1)) }
    #expect(throws: UserError.self) {
      try NeighbourEmbedding().places(of: points[0], seed: Seed(1))
    }
  }

  @Test func progressRisesToTheEndAndStopsTheWork() throws {
    let points = RandomStream(1).normal([300, 3])
    var shares: [Double] = []
    _ = try NeighbourEmbedding().places(of: points, seed: Seed(1)) {
      shares.append($0.done)
      return true
    }
    #expect(shares == shares.sorted() && abs((shares.last ?? 0) - 1) < 1e-9 && shares.count > 400)
    var calls = 0
    #expect(throws: MapStopped.self) {
      try NeighbourEmbedding().places(of: points, seed: Seed(1)) { progress in
        calls += 1
        return progress.stage == .neighbours
      }
    }
    #expect(calls < 5)
  }
}
