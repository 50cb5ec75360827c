import Datasets
import Evaluation
import Files
import Foundation
import GoldenFixtures
import Learning
import Probability
import TestSupport
import Testing
import Torch

@testable import Clustering

/// What `Tests/Golden/clustering.py` wrote.
struct ClusteringGolden: Decodable {
  struct KMeans: Decodable {
    let labels: [Int]
    let inertia: Double
  }
  struct Mixture: Decodable {
    let weights: [Double]
    let means: [Double]
    let bound: Double
    let labels: [Int]
  }
  struct Graph: Decodable {
    let edges: [[Int]]
    let weights: [Double]
    let nodes: Int
    let resolution: Double
    let membership: [Int]
    /// The best of leidenalg's twenty seeds.
    let quality: Double
    let mean: Double
  }

  let points: [Double]
  let truth: [Int]
  let kMeans: KMeans
  let full: Mixture
  let spherical: Mixture
  let density: [Int]
  let ward: [Int]
  let scores: [[Double]]
  let graphs: [Graph]

  static func read() throws -> Self { try golden("clustering") }

  var x: Tensor { Tensor(points, shape: [120, 3]) }
}

@Suite struct ClusteringTests {
  @Test func everyStudyHasACheckOfItsOwnRow() {
    #expect(Clustering.studies.allSatisfy { $0.check?.system == $0.card.system })
  }

  @Test func scoresOfPartitionsAreScikitLearns() throws {
    let golden = try ClusteringGolden.read()
    let found = [golden.kMeans.labels, golden.density, golden.ward]
    for (labels, scores) in zip(found, golden.scores) {
      let agreement = PartitionAgreement(golden.truth, labels)
      #expect(near(agreement.adjustedRandIndex, scores[0]))
      #expect(near(agreement.normalisedMutualInformation, scores[1]))
    }
    let one = Array(repeating: 3, count: 10)
    #expect(PartitionAgreement(one, one).adjustedRandIndex == 1)
    #expect(PartitionAgreement(one, one).normalisedMutualInformation == 1)
    #expect(PartitionAgreement(one, Array(0..<10)).adjustedRandIndex == 0)
    #expect(PartitionAgreement(one, Array(0..<10)).normalisedMutualInformation == 0)
  }

  @Test func kMeansFromTheSameCentresIsScikitLearns() throws {
    let golden = try ClusteringGolden.read()
    let found = try KMeans(clusters: 4).descend(golden.x, from: golden.x.sliced(0, 0, 4))
    #expect(found.labels == golden.kMeans.labels)
    #expect(near(found.inertia, golden.kMeans.inertia))
    let best = try KMeans(clusters: 4).fit(golden.x, seed: Seed(1))
    #expect(best.inertia <= golden.kMeans.inertia + 1e-9)
  }

  @Test func mixturesFromTheSamePartitionAreScikitLearns() throws {
    let golden = try ClusteringGolden.read()
    for (shape, expected) in [
      (GaussianMixture.Shape.full, golden.full), (.spherical, golden.spherical),
    ] {
      let model = try GaussianMixture(shape: shape)
        .fit(golden.x, from: golden.kMeans.labels, components: 4)
      #expect(model.labels == expected.labels)
      #expect(near(model.logLikelihood, expected.bound, 1e-6))
      for (a, b) in zip(try model.means.values(as: Double.self), expected.means) {
        #expect(near(a, b, 1e-6))
      }
    }
  }

  @Test func densityAndWardAreScikitLearns() throws {
    let golden = try ClusteringGolden.read()
    let density = try DensityClusters(radius: 1.1, enough: 5).labels(golden.x)
    #expect(density.map { $0 == -1 } == golden.density.map { $0 == -1 })
    #expect(PartitionAgreement(density, golden.density).adjustedRandIndex == 1)
    let ward = try WardTree(golden.x).labels(4)
    #expect(PartitionAgreement(ward, golden.ward).adjustedRandIndex == 1)
    #expect(try WardTree(golden.x).labels(1) == Array(repeating: 0, count: 120))
    #expect(Set(try WardTree(golden.x).labels(120)).count == 120)
  }

  @Test func leidenReachesTheModularityOfLeidenalg() throws {
    for golden in try ClusteringGolden.read().graphs {
      var rows = Array(repeating: [Int: Double](), count: golden.nodes)
      for (edge, weight) in zip(golden.edges, golden.weights) {
        rows[edge[0]][edge[1]] = weight
        rows[edge[1]][edge[0]] = weight
      }
      let graph = WeightedGraph(rows)
      let leiden = Leiden(resolution: golden.resolution)
      #expect(near(leiden.modularity(graph, golden.membership), golden.quality, 1e-9))
      let found = (0..<20).map {
        leiden.modularity(graph, leiden.communities(graph, seed: Seed(UInt64($0))))
      }
      #expect(found.mean > golden.mean - 0.002)
      #expect((found.max() ?? 0) > golden.quality - 0.002)
      #expect(found.allSatisfy { $0 < golden.quality + 0.002 })
    }
  }

  @Test func communitiesHangTogether() {
    // Two triangles and an edge between them.
    let pairs = [(0, 1), (1, 2), (0, 2), (3, 4), (4, 5), (3, 5), (2, 3)]
    var rows = Array(repeating: [Int: Double](), count: 7)
    for (a, b) in pairs { (rows[a][b], rows[b][a]) = (1, 1) }
    let parts = Leiden().communities(WeightedGraph(rows), seed: Seed(1))
    #expect(parts == [0, 0, 0, 1, 1, 1, 2])
    #expect(near(Leiden().modularity(WeightedGraph(rows), parts), 6 / 7 - 0.5))
    #expect(Leiden().communities(WeightedGraph([[:], [:]]), seed: Seed(1)) == [0, 1])
  }

  @Test func anyMethodFindsClustersThatAreFarApart() throws {
    let random = RandomStream(1)
    let centres = Tensor([0, 0, 30, 0, 0, 30] as [Double], shape: [3, 2])
    let labels = (0..<90).map { $0 % 3 }
    let index = Tensor(labels.map(Int64.init), shape: [90])
    let x = centres.indexSelect(0, index) + random.normal([90, 2], type: .float64)
    let task = ClusteringTask(clusters: 3, neighbours: 12, resolution: 0.2)
    for method in ClusteringMethod.allCases where method != .density {
      let found = try task.labels(method, x, seed: Seed(2))
      #expect(PartitionAgreement(found, labels).adjustedRandIndex == 1, "\(method)")
    }
    var near = task
    near.radius = 3
    let found = try near.labels(.density, x, seed: Seed(2))
    #expect(PartitionAgreement(found, labels).adjustedRandIndex > 0.9)
  }

  private func files(_ arrays: [(String, NamedArrays.Content)]) throws -> NamedArrays {
    var named = NamedArrays()
    for (name, content) in arrays { try named.add(name, content) }
    return named
  }

  @Test func theBatteryScoresEveryMethod() throws {
    let golden = try ClusteringGolden.read()
    let inputs = try files([
      ("codes", .numbers(golden.points, shape: [120, 3])),
      ("label", .numbers(golden.truth.map(Double.init), shape: [120])),
    ])
    var study = ClusteringBattery()
    study.list = "ward"
    let findings = try study.run(StudyRoom(inputs, seed: Seed(1)))
    #expect(findings.tables.count == 3 && findings.tables[0].rows.count == 6)
    #expect(findings.tables[2].rows.count == 120)
  }

  @Test func whatDoesNotFitIsNamed() throws {
    func message(_ arrays: [(String, NamedArrays.Content)], _ study: ClusteringBattery) -> String? {
      do {
        _ = try study.run(StudyRoom(try files(arrays), seed: Seed(1)))
        return nil
      } catch { return "\(error)" }
    }
    let points = ("codes", NamedArrays.Content.numbers([1, 2, 3, 4, 5, 6], shape: [3, 2]))
    #expect(message([points], ClusteringBattery())?.contains("--clusters K") == true)
    var study = ClusteringBattery()
    study.clusters = 2
    #expect(message([points], study)?.contains("--neighbours 15") == true)
    study.neighbours = 1
    #expect(message([points], study) == nil)
    study.methods = "kmeans"
    #expect(message([points], study)?.contains("--methods kmeans") == true)
    study.methods = ""
    #expect(
      message([points, ("label", .numbers([1, 2], shape: [2]))], study)?
        .contains("2 labels and 3 points") == true)
    #expect(message([("word", .words(["a", "b"]))], study)?.contains("no column") == true)
    #expect(
      message([("codes", .numbers([1, .nan], shape: [2, 1]))], study)?.contains("missing") == true)
    // Points that all lie in one place.
    let same = (
      "codes", NamedArrays.Content.numbers(Array(repeating: 1, count: 20), shape: [10, 2])
    )
    #expect(message([same], study) == nil)
  }
}
