import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Torch

/// Clusters of a person's codes by several methods, how far the methods agree, and with labels how far each agrees
/// with them.
///
/// - Source: each method's own, named in its file; scores: Hubert & Arabie, *Comparing partitions*, 1985.
public struct ClusteringBattery: Study {
  public static let card = Card(
    id: "clustering", title: "Clustering battery",
    source: "Hubert & Arabie, Comparing partitions, Journal of Classification 1985",
    summary:
      "k-means, mixtures of normals, DBSCAN, Ward's tree and Leiden communities of the same points, by their "
      + "agreement with labels and with each other.")

  public static let inputs = [
    StudyInput(
      "codes", "A matrix [examples, units]; without it every other column of numbers is a unit.",
      optional: true),
    StudyInput("label", "The true class of each example.", optional: true),
  ]

  /// Methods to compare, separated by commas: k-means, gaussian-mixture, spherical-mixture, dbscan, ward, leiden; all where empty.
  public var methods = ""
  /// Clusters to find, for the methods that must be told; 0 takes the number of labels.
  public var clusters = 0
  /// Nearest others that leiden joins a point with.
  public var neighbours = 15
  /// Resolution of leiden: more gives more communities.
  public var resolution = 1.0
  /// Starts of k-means, of which the best is kept.
  public var restarts = 10
  /// How far a point reaches in dbscan; 0 takes the knee of the distances to neighbours.
  public var radius = 0.0
  /// Points within the radius that make a core of a cluster in dbscan.
  public var enough = 5
  /// Whether each unit is scaled to deviation 1 first.
  public var standardise = false
  /// The method whose cluster of every example is listed; none where empty.
  public var list = ""

  public init() {}

  public func run(_ room: StudyRoom) throws -> Findings {
    let points = try LabelledPoints(room.inputs, standardise: standardise)
    let task = try task(points)
    let chosen = try ClusteringMethod.named(methods)
    let listed = list.isEmpty ? [] : try ClusteringMethod.named(list)
    var partitions: [(method: ClusteringMethod, labels: [Int])] = []
    for method in chosen {
      try require(!room.shouldStop(), "stopped")
      partitions.append((method, try task.labels(method, points.values, seed: room.seed)))
      room.progress(partitions.count, chosen.count)
    }
    var findings = findings(partitions, points)
    for (method, labels) in partitions where listed.contains(method) {
      findings.add(
        table: "Clusters by \(method.rawValue)", ["example", "cluster"],
        labels.enumerated().map { [.number(Double($0 + 1)), .number(Double($1))] })
    }
    return findings
  }

  private func findings(
    _ partitions: [(method: ClusteringMethod, labels: [Int])], _ points: LabelledPoints
  ) -> Findings {
    func parts(_ labels: [Int]) -> Double { Double(Set(labels).subtracting([-1]).count) }
    var rows: [(name: String, row: [Findings.Cell], score: Double)] = []
    for (method, labels) in partitions {
      let out = Double(labels.count { $0 == -1 }) / Double(labels.count)
      var row: [Findings.Cell] = [
        .word(method.rawValue), .number(parts(labels)), .number(out),
      ]
      let truth = points.labels.map { PartitionAgreement(labels, $0) }
      if let truth {
        row += [.number(truth.adjustedRandIndex), .number(truth.normalisedMutualInformation)]
      }
      rows.append((method.rawValue, row, truth?.adjustedRandIndex ?? 0))
    }
    let best = rows.max { $0.score < $1.score }
    var findings = Findings(
      points.labels == nil
        ? "Without labels no method is right; where methods of different kinds agree, clusters are more than a habit "
          + "of one of them."
        : String(
          format: "%@ agrees most with the labels: an adjusted Rand index of %.3f.",
          best?.name ?? "none", best?.score ?? .nan))
    findings.add(
      table: "Clusters",
      ["method", "clusters", "left out"]
        + (points.labels == nil ? [] : ["adjusted Rand index", "mutual information"]),
      rows.map(\.row))
    findings.add(
      table: "Agreement of the methods, adjusted Rand index",
      ["method"] + partitions.map(\.method.rawValue),
      partitions.map { one in
        [.word(one.method.rawValue)]
          + partitions.map {
            .number(PartitionAgreement(one.labels, $0.labels).adjustedRandIndex)
          }
      })
    return findings
  }

  private func task(_ points: LabelledPoints) throws -> ClusteringTask {
    let count = clusters > 0 ? clusters : points.labels.map { Set($0).count } ?? 0
    let n = points.values.size(0)
    try require(
      count > 0,
      "there are no labels to count clusters by; --clusters K says how many to look for")
    try require(
      (1...n) ~= count, "--clusters \(count): must be from 1 to \(n), the number of examples")
    try require((1..<n) ~= neighbours, "--neighbours \(neighbours): must be from 1 to \(n - 1)")
    try require(resolution > 0, "--resolution \(resolution): must be above 0")
    try require(1...1000 ~= restarts, "--restarts \(restarts): must be from 1 to 1000")
    try require(radius >= 0, "--radius \(radius): must be at least 0")
    try require(enough >= 1, "--enough \(enough): must be at least 1")
    return ClusteringTask(
      clusters: count, neighbours: neighbours, resolution: resolution, restarts: restarts,
      enough: enough, radius: radius > 0 ? radius : nil)
  }
}
