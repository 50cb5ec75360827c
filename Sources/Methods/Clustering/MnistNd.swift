import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Torch

/// How clustering methods fare as dimensions grow, on codes of the same labelled images in spaces of each.
///
/// - Source: Turishcheva et al., *MNIST-Nd: a set of naturalistic datasets to benchmark clustering across
///   dimensions*, 2024, arXiv:2410.16124.
/// - Departs: smaller networks and shorter training, unless asked; mixtures of Student's t are left out, and DBSCAN and
///   Ward's tree are added.
public struct MnistNd: Study {
  public static let card = Card(
    id: "mnist-nd", title: "MNIST-Nd: clustering across dimensions",
    source: "Turishcheva et al., MNIST-Nd: a set of naturalistic datasets to benchmark clustering "
      + "across dimensions, 2024, arXiv:2410.16124",
    system: "S370",
    summary:
      "Autoencoders with a mixture prior and 2 to 64 latent units give sets of the same images whose clusters overlap "
      + "alike; each is divided by several methods and held against the labels.")
  public static let inputs: [StudyInput] = []

  /// Labelled images, by name or path.
  public var source = "mnist"
  /// Latent units of the sets.
  public var dimensions = [2, 4, 8, 16, 32, 64]
  /// Images to learn the autoencoders from; 0 takes all.
  public var images = 8000
  /// Test images whose codes are divided.
  public var points = 2000
  /// Passes over the images.
  public var epochs = 10
  /// Widths of the autoencoder's layers.
  public var hidden = [256, 256]
  /// Weight of the KL term times the latent units, which keeps the sets comparable.
  public var balance = 8.0
  /// Methods to compare, separated by commas: k-means, gaussian-mixture, spherical-mixture, dbscan, ward, leiden; all where empty.
  public var methods = ""
  /// Clusters to find, for the methods that must be told; 0 takes the number of classes.
  public var clusters = 0
  /// Autoencoders for each dimension, from different starts.
  public var repeats = 2

  public init() {}

  public func run(_ room: StudyRoom) throws -> Findings {
    try validate()
    var options = SourceOptions()
    options.limit = images > 0 ? images : nil
    let opened = try Source.open(source, options)
    try require(
      opened.domain.classes.count >= 2, "\(source) has no labels to hold clusters against")
    let sweep = try sweep(classes: opened.domain.classes.count)
    let lab = Lab(quick: false, shouldStop: room.shouldStop)
    let runs = try (0..<repeats).map { run in
      try sweep.cells(opened, lab, seed: room.seed.child(run)) {
        room.progress(run * dimensions.count + $0, repeats * dimensions.count)
      }
    }
    return findings(runs, sweep.methods)
  }

  /// The sets and what is done with them.
  func sweep(classes: Int) throws -> DimensionSweep {
    var sweep = DimensionSweep(
      dimensions: dimensions, points: points, methods: try ClusteringMethod.named(methods),
      task: ClusteringTask(clusters: clusters > 0 ? clusters : classes))
    sweep.balance = balance
    sweep.recipe.hidden = hidden
    sweep.recipe.components = max(2, sweep.task.clusters)
    sweep.recipe.training.epochs = epochs
    return sweep
  }

  private func findings(
    _ runs: [[DimensionSweep.Cell]], _ methods: [ClusteringMethod]
  ) -> Findings {
    func mean(_ place: Int, _ value: (DimensionSweep.Cell) -> Double?) -> Double {
      runs.compactMap { value($0[place]) }.mean
    }
    let last = dimensions.count - 1
    let falls = methods.map { method in
      (method, mean(0) { $0.adjustedRand[method] } - mean(last) { $0.adjustedRand[method] })
    }
    let best = methods.max {
      (a, b) in mean(last) { $0.adjustedRand[a] } < mean(last) { $0.adjustedRand[b] }
    }
    let steady = falls.min { $0.1 < $1.1 }
    var findings = Findings(
      "In \(dimensions[last]) dimensions \(best?.rawValue ?? "none") agrees most with the labels; from "
        + "\(dimensions[0]) dimensions on \(steady?.0.rawValue ?? "none") loses least.")
    findings.add(
      table: "Adjusted Rand index, mean of \(repeats) autoencoders",
      ["dimensions", "nearest neighbours' accuracy"] + methods.map(\.rawValue),
      dimensions.enumerated().map { place, dimension in
        [.number(Double(dimension)), .number(mean(place) { $0.accuracy })]
          + methods.map { method in .number(mean(place) { $0.adjustedRand[method] }) }
      })
    findings.add(
      chart: "Clusters and labels as dimensions grow", x: "log₂ dimensions",
      y: "adjusted Rand index",
      methods.map { method in
        Findings.Curve(
          method.rawValue, x: dimensions.map { log2(Double($0)) },
          y: dimensions.indices.map { mean($0) { $0.adjustedRand[method] } })
      })
    return findings
  }

  private func validate() throws {
    try require(
      !dimensions.isEmpty && dimensions.allSatisfy { (1...10_000) ~= $0 },
      "--dimensions: must be numbers from 1 to 10000")
    try require(images >= 0, "--images \(images): must be at least 0")
    try require(points >= 20, "--points \(points): must be at least 20")
    try require(epochs >= 1, "--epochs \(epochs): must be at least 1")
    try require(balance >= 0, "--balance \(balance): must be at least 0")
    try require(clusters >= 0, "--clusters \(clusters): must be at least 0")
    try require(repeats >= 1, "--repeats \(repeats): must be at least 1")
    try require(
      !hidden.isEmpty && hidden.allSatisfy { (1...100_000) ~= $0 },
      "--hidden: must be widths of at least 1")
  }
}
