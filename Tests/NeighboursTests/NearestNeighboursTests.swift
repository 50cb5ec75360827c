import Files
import Neighbours
import Testing
import Torch

@Suite struct NearestNeighboursTests {
  /// Neighbours by distance, then by place, of each row.
  private func bruteForce(_ points: [[Double]], _ k: Int) -> [[Int32]] {
    points.indices.map { i in
      let near = points.indices.filter { $0 != i }.map { j in
        (zip(points[i], points[j]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }, j)
      }
      return near.sorted { $0 < $1 }.prefix(k).map { Int32($0.1) }
    }
  }

  private func rows(_ points: Tensor) throws -> [[Double]] {
    let d = points.size(1)
    let values = try points.values(as: Double.self)
    return stride(from: 0, to: values.count, by: d).map { Array(values[$0..<$0 + d]) }
  }

  @Test(arguments: [(203, 5, 7), (40, 1, 3), (17, 33, 16), (65, 64, 1)])
  func theyAreThoseOfBruteForce(n: Int, d: Int, k: Int) throws {
    let points = RandomStream(UInt64(n)).normal([n, d])
    let found = try NearestNeighbours(k).find(among: points, seed: Seed(0))
    #expect(found.isExact && found.recall == 1)
    #expect(try found.places.values(as: Int32.self) == bruteForce(rows(points), k).flatMap { $0 })
    let first = try found.distances[0, 0].value()
    let neighbour = Int(try found.places[0, 0].value())
    let gap = try (points[0] - points[neighbour]).norm().value()
    #expect(abs(first - gap) < 1e-5)
  }

  @Test func equalDistancesComeByPlace() throws {
    // Corners of a square lattice: every distance occurs often.
    let points = (0..<49).map { [Double($0 / 7), Double($0 % 7)] }
    let tensor = Tensor(points.flatMap { $0.map { Float($0) } }, shape: [49, 2])
    let found = try NearestNeighbours(8).find(among: tensor, seed: Seed(0))
    #expect(try found.places.values(as: Int32.self) == bruteForce(points, 8).flatMap { $0 })
  }

  @Test func fewerPointsThanNeighboursGiveAllOthers() throws {
    let found = try NearestNeighbours(15).find(
      among: Tensor([0, 1, 3].map { Float($0) }, shape: [3, 1]), seed: Seed(0))
    #expect(try found.places.values(as: Int32.self) == [1, 2, 0, 2, 1, 0])
    #expect(try found.distances.values() == [1, 3, 1, 2, 2, 3])
  }

  @Test func distancesOfHugeAndOfTinyNumbersNeitherOverflowNorVanish() throws {
    for scale in [1e30, 1e-30] {
      let points = Tensor([0, 1, 3].map { Float($0 * scale) }, shape: [3, 1])
      let found = try NearestNeighbours(1).find(among: points, seed: Seed(0))
      let near = try found.distances.values(as: Double.self)
      for (value, wanted) in zip(near, [1, 1, 2]) {
        #expect(abs(value / scale - Double(wanted)) < 1e-5)
      }
    }
  }

  @Test func anApproximateSearchFindsWhatItSays() throws {
    let random = RandomStream(3)
    let centres = random.normal([20, 12]) * 3
    let points = centres.tiled(200, 1) + random.normal([4000, 12])
    var search = NearestNeighbours(10)
    let exact = try search.find(among: points, seed: Seed(1))
    search.exactWork = 0
    let near = try search.find(among: points, seed: Seed(1))
    #expect(!near.isExact && near.recall >= 0.95)
    let (all, found) = (
      try exact.places.values(as: Int32.self), try near.places.values(as: Int32.self)
    )
    let hits = stride(from: 0, to: all.count, by: 10).reduce(0) { sum, start in
      sum + Set(all[start..<start + 10]).intersection(found[start..<start + 10]).count
    }
    #expect(
      abs(Double(hits) / Double(all.count) - near.recall) < 0.02, "the sample tells the truth")
    #expect(try search.find(among: points, seed: Seed(1)).places.values() == found.map(Float.init))
  }

  @Test func anApproximateSearchAmongEqualPointsEnds() throws {
    var search = NearestNeighbours(5)
    search.exactWork = 0
    let found = try search.find(among: Tensor.ones([300, 4]), seed: Seed(1))
    #expect(try found.distances.max().value() == 0)
    #expect(try found.places.min().value() >= 0)
  }

  @Test func whatIsNotFiniteIsNamedByItsRow() {
    let points = Tensor([0, 1, Float.nan, 2, 3, 4], shape: [3, 2])
    let error = #expect(throws: UserError.self) {
      try NearestNeighbours(1).find(among: points, seed: Seed(0))
    }
    #expect(error?.description.contains("row 1 of the 3 points") == true)
  }

  @Test func aSearchStopsWhenTold() {
    #expect(throws: MapStopped.self) {
      try NearestNeighbours(3).find(among: RandomStream(1).normal([500, 3]), seed: Seed(0)) { _ in
        false
      }
    }
  }

  @Test func ranksCountThePointsThatAreNearer() throws {
    let search = try ExactSearch(Tensor([0, 1, 3, 3, 7].map { Float($0) }, shape: [5, 1]))
    #expect(try search.ranks([0, 4], of: [3, 1, 0, 2]) == [2, 0, 3, 0])
    #expect(try search.neighbours(of: [4, 2], 2) == [2, 3, 3, 1])
  }
}
