import Evaluation
import Files
import Foundation
import Learning
import Torch

/// When fitting a representation to unlabelled examples beats learning from the labelled ones alone, in the paper's
/// three kinds of models, against the risks that theory has in first order.
///
/// - Source: Ge, Tang, Fan & Jin, *On the Provable Advantage of Unsupervised Pretraining*, ICLR 2024,
///   arXiv:2303.01566.
/// - Departs: the paper bounds risks of many losses by roots of 1 / m and 1 / n; here the squared error is asymptotic,
///   in 1 / m and 1 / n, with constants. Noise is white and components have unit covariances, which is known.
public struct PretrainingAdvantage: Study {
  public static let card = Card(
    id: "provable-pretraining-advantage", title: "Provable advantage of pretraining",
    source:
      "Ge, Tang, Fan & Jin, On the Provable Advantage of Unsupervised Pretraining, ICLR 2024, "
      + "arXiv:2303.01566",
    system: "S083",
    summary:
      "A factor model, a mixture or a contrastive encoder is fitted to m unlabelled examples by maximum likelihood "
      + "and a head to n labelled ones; the excess risk is a term in 1/m and a small one in 1/n, against a large one in 1/n for learning "
      + "from labels alone.")

  public static let inputs: [StudyInput] = []

  /// What the inputs are and the representation is learned from: a factor model, a mixture of normals, or the factor model seen in pairs, by contrast.
  public var model = PretrainingModel.factor
  /// Inputs of an example.
  public var dimensions = 100
  /// Latents behind the inputs, or components of a mixture.
  public var latents = 5
  /// Variance that each latent gives to the inputs, in units of the noise's.
  public var signal = 4.0
  /// Distance of any two means of a mixture, in deviations of a component.
  public var separation = 4.0
  /// Deviation of the response about its mean given the latents.
  public var noise = 0.5
  /// Numbers of unlabelled examples; of pairs, for the contrastive model.
  public var unlabelled = [300, 1000, 3000, 10_000]
  /// Numbers of labelled examples.
  public var labelled = [20, 50, 150, 500, 1500]
  /// Worlds, with examples of their own.
  public var worlds = 10
  /// Probability that the intervals are to cover with.
  public var level = 0.95

  public init() {}

  public func run(_ room: StudyRoom) throws -> Findings {
    try validate()
    var grid = try PretrainingGrid(world, unlabelled.sorted(), labelled.sorted())
    for place in 0..<worlds {
      if room.shouldStop(), place > 1 { break }
      room.progress(place, worlds)
      try grid.measure(room.seed.child(place))
    }
    return try PretrainingFindings(grid: grid, level: level).findings
  }

  private var world: any PretrainingWorld {
    let factor = FactorPretraining(
      dimensions: dimensions, latents: latents, signal: signal, noise: noise)
    switch model {
    case .factor: return factor
    case .contrastive: return ContrastivePretraining(factor: factor)
    case .mixture:
      return MixturePretraining(
        dimensions: dimensions, components: latents, separation: separation, noise: noise)
    }
  }

  private func validate() throws {
    try require(
      (2...1000).contains(dimensions), "--dimensions \(dimensions): must be between 2 and 1000")
    try require(
      (1..<dimensions).contains(latents),
      "--latents \(latents): must be at least 1 and fewer than the \(dimensions) dimensions")
    try require(
      model != .mixture || (2...12).contains(latents),
      "--latents \(latents): a mixture must have between 2 and 12 components")
    try require(
      separation >= 0.5 && separation <= 20,
      "--separation \(separation): must be between 0.5 and 20")
    try require(signal > 0 && signal <= 1e6, "--signal \(signal): must be above 0")
    try require(noise >= 0 && noise <= 1e6, "--noise \(noise): must be 0 or more")
    for (flag, sizes, least) in [
      ("unlabelled", unlabelled, latents + 1), ("labelled", labelled, latents + 2),
    ] {
      try require(
        !sizes.isEmpty && sizes.allSatisfy { $0 >= least && $0 <= 100_000 },
        "--\(flag): one or more numbers from \(least) to 100000 are needed")
    }
    try require(worlds >= 2, "--worlds \(worlds): must be 2 or more, for an interval")
    try require(level > 0 && level < 1, "--level \(level): must lie between 0 and 1")
  }
}

/// The paper's examples of a class of latent variable models.
public enum PretrainingModel: String, Codable, CaseIterable, Sendable {
  case factor
  case mixture
  case contrastive
}
