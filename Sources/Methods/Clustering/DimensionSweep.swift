import Datasets
import Evaluation
import Files
import Learning
import Torch

/// Codes of the same images in spaces of several dimensions, and what clustering methods make of each.
struct DimensionSweep {
  /// What was measured in one space.
  struct Cell: Sendable {
    let dimension: Int
    /// Agreement with the labels, by method.
    var adjustedRand: [ClusteringMethod: Double] = [:]
    /// Share of codes whose class their five nearest among the other half say.
    var accuracy = Double.nan
  }

  var dimensions: [Int]
  /// Images whose codes are divided.
  var points: Int
  var methods: [ClusteringMethod]
  var task: ClusteringTask
  /// The autoencoder, but for its latent units and its weight.
  var recipe = MixtureVAE()
  /// The weight of the KL term times the latent units; the paper's is 8.
  var balance = 8.0

  /// The cells of one seed: an autoencoder for each dimension, and one draw of its posterior for each test image.
  ///
  /// - Throws: `UserError` for a source without labels, or as fitting does.
  func cells(_ source: Source, _ lab: Lab, seed: Seed, done: (Int) -> Void = { _ in }) throws
    -> [Cell]
  {
    let test = source.test.prefix(points)
    guard let labels = try test.labels() else {
      throw UserError("\(source.name) has no labels to hold clusters against")
    }
    try require(test.count >= 20, "\(source.name) has \(test.count) test examples; 20 are needed")
    return try dimensions.enumerated().map { place, dimension in
      var recipe = recipe
      recipe.latents = dimension
      recipe.beta = balance / Double(dimension)
      let at = seed.child("dimension").child(dimension)
      let network = try lab.fit(recipe, source, seed: at, as: "\(dimension) dimensions")
      let codes = try Tensor.concatenate(
        Scores(test, seed: at.child("codes")).map { batch, random in
          [try network.sampleCodes(batch.x, random).checked()]
        }
      ).to(.float64)
      var cell = Cell(dimension: dimension)
      cell.accuracy = try accuracy(codes, labels)
      for method in methods {
        lab.say("\(dimension) dimensions: \(method.rawValue)")
        let parts = try task.labels(method, codes, seed: at)
        cell.adjustedRand[method] = PartitionAgreement(parts, labels).adjustedRandIndex
      }
      done(place + 1)
      return cell
    }
  }

  private func accuracy(_ codes: Tensor, _ labels: [Int]) throws -> Double {
    let half = labels.count / 2
    return try NearestNeighbours().hits(
      train: codes.sliced(0, 0, half), Array(labels[..<half]),
      test: codes.sliced(0, half, labels.count), Array(labels[half...])
    ).mean
  }
}
