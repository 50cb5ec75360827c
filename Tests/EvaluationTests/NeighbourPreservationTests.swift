import Datasets
import Evaluation
import Files
import GoldenFixtures
import KeptMaps
import Neighbours
import Testing
import Torch

/// Trustworthiness and continuity against scikit-learn, in `Tests/Golden/maps.json`.
@Suite struct NeighbourPreservationTests {
  private struct Case: Decodable, CustomStringConvertible, Sendable {
    let name: String
    let points: [Float]
    let width: Int
    let places: [Float]
    let neighbours: [Int]
    let trustworthiness: [Double]
    let continuity: [Double]
    var description: String { name }
  }

  private static let cases = (try? golden("maps", as: [Case].self)) ?? []

  @Test func thereAreCases() { #expect(Self.cases.count == 4) }

  @Test func theyAreThoseOfScikitLearn() throws {
    for each in Self.cases {
      let n = each.points.count / each.width
      let points = Tensor(each.points, shape: [n, each.width])
      let map = Tensor(each.places, shape: [n, each.places.count / n])
      let found = try NeighbourPreservation.measure(points, on: map, neighbours: each.neighbours)
      for (index, measured) in found.enumerated() {
        let name = "\(each.name), \(measured.neighbours)"
        #expect(abs(measured.trustworthiness.value - each.trustworthiness[index]) < 1e-9, "\(name)")
        #expect(abs(measured.continuity.value - each.continuity[index]) < 1e-9, "\(name)")
        #expect(measured.sample == n)
      }
    }
  }

  @Test func aSampleCoversTheWhole() throws {
    let points = RandomStream(1).normal([1200, 4])
    let map = points[.all, 0..<2].contiguous()
    let whole = try NeighbourPreservation.measure(points, on: map)[0]
    let part = try NeighbourPreservation.measure(points, on: map, sample: 300, seed: Seed(5))[0]
    #expect(part.sample == 300 && whole.sample == 1200)
    #expect(part.trustworthiness.interval.contains(whole.trustworthiness.value))
    #expect(whole.trustworthiness.value < 1 && whole.continuity.value < 1)
  }

  @Test func mapsByNeighboursKeepThem() throws {
    let points = RandomStream(6).normal([400, 2]).matmul(RandomStream(7).normal([2, 30]))
    let map = try NeighbourEmbedding().places(of: points, seed: Seed(1))
    let found = try NeighbourPreservation.measure(points, on: map)[0]
    #expect(found.trustworthiness.value > 0.98)
  }

  /// umap-learn 0.5.12 has 0.987 and 0.988 with its first two seeds and 500 epochs.
  @Test func digitsAreMappedAsWellAsByUMAP() throws {
    let source = try Source.open("digits", SourceOptions())
    let parts = try [source.train, source.validation, source.test].filter { $0.count > 0 }
      .map { try $0.batch(Array(0..<$0.count)).x.flattened(from: 1) }
    let points = try Tensor.concatenate(parts).checked()
    #expect(points.shape == [1797, 64])
    var embedding = NeighbourEmbedding()
    embedding.epochs = 200
    let map = try embedding.places(of: points, seed: Seed(1))
    let found = try NeighbourPreservation.measure(points, on: map)[0]
    #expect(found.trustworthiness.value > 0.985)
    #expect(found.continuity.value > 0.98)
  }

  @Test func whatCannotBeMeasuredIsRefused() {
    let points = RandomStream(1).normal([20, 3])
    #expect(throws: UserError.self) {
      try NeighbourPreservation.measure(points, on: points, neighbours: [10])
    }
    #expect(throws: UserError.self) {
      try NeighbourPreservation.measure(points, on: points[..<19], neighbours: [3])
    }
  }
}
