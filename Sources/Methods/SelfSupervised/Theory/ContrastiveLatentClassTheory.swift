import Evaluation
import Files
import Foundation
import Learning
import Torch

/// How well the means of latent classes tell them apart in features learned by contrast, against the bound that the
/// contrastive loss gives, over numbers of negatives and sizes of blocks.
///
/// - Source: Arora, Khandeparkar, Khodak, Plevrakis & Saunshi, *A Theoretical Analysis of Contrastive Unsupervised
///   Representation Learning*, ICML 2019, arXiv:1902.09229, lemma 4.3 and sections 4 to 6.
/// - Departs: classes are equally likely; features have one length; a network of one hidden layer.
public struct ContrastiveLatentClassTheory: Study {
  public static let card = Card(
    id: "contrastive-latent-class-theory", title: "Contrast and latent classes",
    source:
      "Arora et al., A Theoretical Analysis of Contrastive Unsupervised Representation Learning, ICML 2019, "
      + "arXiv:1902.09229",
    system: "S018",
    summary:
      "Where similar pairs share a latent class, the contrastive loss bounds how badly the means of the classes tell them "
      + "apart; blocks of similar examples tighten that, and negatives of the same class loosen it."
  )
  public static let inputs: [StudyInput] = []

  /// Latent classes.
  public var classes = 10
  /// Clusters over which a class is spread.
  public var modes = 3
  /// Inputs.
  public var dimension = 20
  /// Deviation of the clusters' centres, in deviations of the noise.
  public var separation = 1.5
  /// Examples of each class to learn from.
  public var each = 200
  /// Numbers of negatives, compared with pairs.
  public var negatives = [1, 4, 16]
  /// Sizes of blocks, compared with one negative.
  public var blocks = [2, 5]
  /// Steps of a training.
  public var steps = 600

  public init() {}

  /// A way of contrast and what came of it.
  struct Arm {
    let contrast: ClassContrast
    let moments: [ClassContrast.Moment]
  }

  public func run(_ room: StudyRoom) throws -> Findings {
    try validate()
    let (train, test) = world(room.seed)
    let plan = negatives.map { ($0, 1) } + blocks.filter { $0 > 1 }.map { (1, $0) }
    let arms = try plan.enumerated().map { index, shape -> Arm in
      let contrast = contrast(negatives: shape.0, block: shape.1)
      let result = try contrast.train(
        on: train, test: test, room.seed.child("arm"), shouldStop: room.shouldStop)
      room.progress(index + 1, plan.count)
      return Arm(contrast: contrast, moments: result.moments)
    }
    return findings(arms)
  }

  /// Examples to learn from and to be judged by.
  func world(_ seed: Seed) -> (LatentClasses, LatentClasses) {
    let random = RandomStream(seed.child("world"))
    let world = ClassWorld(
      classes: classes, modes: modes, dimension: dimension, separation: separation,
      random.child("centres"))
    return (
      world.examples(each, random.child("train")), world.examples(200, random.child("test"))
    )
  }

  func contrast(negatives: Int, block: Int) -> ClassContrast {
    var contrast = ClassContrast()
    (contrast.negatives, contrast.block, contrast.steps) = (negatives, block, steps)
    return contrast
  }

  private func findings(_ arms: [Arm]) -> Findings {
    let all = arms.flatMap(\.moments)
    let slack = all.map { $0.bound(classes: classes) - $0.supervised }.min() ?? .nan
    let likeness = rankCorrelation(all.map(\.unsupervised), all.map(\.supervised))
    var findings = Findings(
      String(
        format:
          "The supervised loss of class means stays below its bound by at least %.3f at every moment, and goes with "
          + "the contrastive loss with a rank correlation of %.2f.", slack, likeness))
    findings.add("least distance below the bound", slack)
    findings.add("rank correlation of both losses over trainings", likeness)
    findings.add(
      table: "After \(steps) steps",
      ["negatives", "block", "contrastive loss", "bound", "supervised loss", "accuracy"],
      arms.compactMap { arm -> [Findings.Cell]? in
        guard let last = arm.moments.last else { return nil }
        return [
          .number(Double(arm.contrast.negatives)), .number(Double(arm.contrast.block)),
          .number(last.unsupervised), .number(last.bound(classes: classes)),
          .number(last.supervised), .number(last.accuracy),
        ]
      })
    let line = all.map(\.unsupervised).sorted()
    findings.add(
      chart: "Losses while learning", x: "contrastive loss, one negative", y: "supervised loss",
      arms.map { arm in
        Findings.Curve(
          "\(arm.contrast.negatives) negatives, blocks of \(arm.contrast.block)",
          x: arm.moments.map(\.unsupervised), y: arm.moments.map(\.supervised))
      } + [
        Findings.Curve(
          "bound", x: line,
          y: line.map { ($0 - 1 / Double(classes)) / (1 - 1 / Double(classes)) })
      ])
    return findings
  }

  private func validate() throws {
    try require(2...1000 ~= classes, "--classes \(classes): must lie from 2 to 1000")
    try require(1...100 ~= modes, "--modes \(modes): must lie from 1 to 100")
    try require(1...10_000 ~= dimension, "--dimension \(dimension): must lie from 1 to 10000")
    try require(0.01...100 ~= separation, "--separation \(separation): must lie from 0.01 to 100")
    try require(2...10_000 ~= each, "--each \(each): must lie from 2 to 10000")
    try require(!negatives.isEmpty, "--negatives: at least one number is needed")
    for value in negatives {
      try require(1...1000 ~= value, "--negatives \(value): must lie from 1 to 1000")
    }
    for value in blocks {
      try require(1...100 ~= value, "--blocks \(value): must lie from 1 to 100")
    }
    try require(1...1_000_000 ~= steps, "--steps \(steps): must lie from 1 to a million")
  }
}
