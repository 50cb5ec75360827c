import Evaluation
import Files
import Foundation
import Learning
import Torch

/// When fitting a representation to unlabelled examples beats learning from the labelled ones alone, against
/// the closed form of both risks in a factor model.
///
/// - Source: Ge, Tang, Fan & Jin, *On the Provable Advantage of Unsupervised Pretraining*, ICLR 2024,
///   arXiv:2303.01566.
/// - Departs: of the paper's examples the factor model alone, with white noise, where maximum likelihood is an
///   eigenvector problem and constants are known (see ``PretrainingWorld``); mixtures and contrastive
///   learning are left out.
public struct PretrainingAdvantage: Study {
  public static let card = Card(
    id: "provable-pretraining-advantage", title: "Provable advantage of pretraining",
    source:
      "Ge, Tang, Fan & Jin, On the Provable Advantage of Unsupervised Pretraining, ICLR 2024, "
      + "arXiv:2303.01566",
    system: "S083",
    summary:
      "A factor model is fitted to m unlabelled examples by maximum likelihood and a linear head to n labelled "
      + "ones; the excess risk is a term in 1/m and a small one in 1/n, against a large one in 1/n for learning "
      + "from labels alone.")

  public static let inputs: [StudyInput] = []

  /// Inputs of an example.
  public var dimensions = 100
  /// Latents behind the inputs.
  public var latents = 5
  /// Variance that each latent gives to the inputs, in units of the noise's.
  public var signal = 4.0
  /// Deviation of the response about its mean given the latents.
  public var noise = 0.5
  /// Numbers of unlabelled examples.
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
    var grid = PretrainingGrid(world, unlabelled.sorted(), labelled.sorted())
    for place in 0..<worlds {
      if room.shouldStop(), place > 1 { break }
      room.progress(place, worlds)
      try grid.measure(room.seed.child(place))
    }
    return try PretrainingFindings(grid: grid, level: level).findings
  }

  private var world: PretrainingWorld {
    var world = PretrainingWorld()
    (world.dimensions, world.latents, world.signal, world.noise) = (
      dimensions, latents, signal, noise
    )
    return world
  }

  private func validate() throws {
    try require(
      (2...1000).contains(dimensions), "--dimensions \(dimensions): must be between 2 and 1000")
    try require(
      (1..<dimensions).contains(latents),
      "--latents \(latents): must be at least 1 and fewer than the \(dimensions) dimensions")
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

/// Excess risks over numbers of unlabelled and labelled examples.
struct PretrainingGrid {
  let world: PretrainingWorld
  let unlabelled: [Int]
  let labelled: [Int]
  /// Of each world, by place among the unlabelled and the labelled.
  private(set) var pretrained: [[[Double]]]
  /// Of each world, by place among the labelled.
  private(set) var supervised: [[Double]]
  /// Of each world with labels without end, by place among the unlabelled.
  private(set) var representation: [[Double]]

  init(_ world: PretrainingWorld, _ unlabelled: [Int], _ labelled: [Int]) {
    self.world = world
    self.unlabelled = unlabelled
    self.labelled = labelled
    pretrained = unlabelled.map { _ in labelled.map { _ in [] } }
    supervised = labelled.map { _ in [] }
    representation = unlabelled.map { _ in [] }
  }

  /// Adds the world of `seed`; smaller numbers of examples are the first of the larger.
  ///
  /// - Throws: `TensorError`.
  mutating func measure(_ seed: Seed) throws {
    let sample = world.sample(seed)
    let pool = sample.draw(unlabelled.max() ?? 1).x
    let (x, y) = sample.draw(labelled.max() ?? 1)
    let representations = unlabelled.map {
      PretrainingArms.representation(pool.sliced(0, 0, $0), latents: world.latents)
    }
    for (i, each) in representations.enumerated() {
      representation[i].append(try sample.representationRisk(each))
    }
    for (j, n) in labelled.enumerated() {
      let (own, targets) = (x.sliced(0, 0, n), y.sliced(0, 0, n))
      supervised[j].append(try sample.excessRisk(PretrainingArms.ridge(own, targets)))
      for (i, representation) in representations.enumerated() {
        let slopes = PretrainingArms.head(representation, own, targets)
        pretrained[i][j].append(try sample.excessRisk(slopes))
      }
    }
  }
}
