import Evaluation
import Files
import Foundation
import Learning
import Torch

/// Whether the neurons of a rectified network come to stand for the hidden variables of a tree that none of them is told,
/// under contrastive losses between views of the leaves.
///
/// - Source: Tian, Yu, Chen & Ganguli, *Understanding Self-supervised Learning with Dual Deep Networks*, 2020,
///   arXiv:2010.00578, sections 3 to 5.
/// - Departs: Adam; distances of embeddings of unit length; normalisation without learned scales.
public struct DualDeepSSLTheory: Study {
  public static let card = Card(
    id: "dual-deep-ssl-theory", title: "Dual deep networks and hidden variables",
    source:
      "Tian, Yu, Chen & Ganguli, Understanding Self-supervised Learning with Dual Deep Networks, 2020, arXiv:2010.00578",
    system: "S072",
    summary:
      "Contrast between views amplifies what a neuron happens to prefer and views leave alone, so that hidden neurons align "
      + "with the hidden variables of a tree, level by level.")
  public static let inputs: [StudyInput] = []

  /// Children of a node of the tree.
  public var branching = 3
  /// Levels below the root; the last are the leaves, which are seen.
  public var depth = 3
  /// Correlation of a node with its parent.
  public var agreement = 0.7
  /// Neurons for each hidden node.
  public var neurons = 10
  /// The lowest level that two views of an example share; 0 is the root.
  public var shared = 0
  /// Steps of a training.
  public var steps = 600
  /// Starts.
  public var repeats = 2

  public init() {}

  /// A loss, or what holds it in check, with its results.
  private struct Arm {
    let name: String
    let results: [TreeTraining.Result]
  }

  public func run(_ room: StudyRoom) throws -> Findings {
    try validate()
    let plan: [(String, TreeTraining)] =
      DualLoss.allCases.map { ($0.rawValue, training($0, shared: shared)) }
      + [("infonce, views alike", training(.infoNCE, shared: nil))]
    var done = 0
    let arms = try plan.map { name, training in
      Arm(
        name: name,
        results: try (0..<repeats).map { index in
          let result = try training.run(room.seed.child(index), shouldStop: room.shouldStop)
          done += 1
          room.progress(done, plan.count * repeats)
          return result
        })
    }
    return findings(arms)
  }

  func training(_ loss: DualLoss, shared: Int?) -> TreeTraining {
    var training = TreeTraining()
    training.tree = LatentTree(branching: branching, depth: depth, agreement: agreement)
    (training.neurons, training.loss, training.shared) = (neurons, loss, shared)
    training.steps = steps
    return training
  }

  private func findings(_ arms: [Arm]) -> Findings {
    func mean(_ arm: Arm, _ value: (TreeTraining.Result) -> Double) -> Double {
      arm.results.map(value).mean
    }
    let infonce = arms[DualLoss.allCases.count - 1]
    var findings = Findings(
      String(
        format:
          "Under InfoNCE the best neuron of each lowest hidden node goes from a correlation of %.2f with it to %.2f; "
          + "where both views are one, to %.2f.", mean(infonce) { $0.before[0] },
        mean(infonce) { $0.after[0] }, mean(arms[arms.count - 1]) { $0.after[0] }))
    findings.add(
      table: "Correlation of the best neuron with its hidden node",
      ["loss", "level", "before", "after"],
      arms.flatMap { arm in
        (0..<depth - 1).map { place -> [Findings.Cell] in
          [
            .word(arm.name), .number(Double(depth - 1 - place)),
            .number(mean(arm) { $0.before[place] }), .number(mean(arm) { $0.after[place] }),
          ]
        }
      })
    findings.add(
      table: "Share of the lowest weights along the operator's first eigenvector",
      ["loss", "before", "after"],
      arms.map { arm in
        [
          .word(arm.name), .number(mean(arm) { $0.energy.before }),
          .number(mean(arm) { $0.energy.after }),
        ]
      })
    return findings
  }

  private func validate() throws {
    try require(2...10 ~= branching, "--branching \(branching): must lie from 2 to 10")
    try require(2...6 ~= depth, "--depth \(depth): must lie from 2 to 6")
    try require(
      pow(Double(branching), Double(depth)) <= 2000,
      "--depth \(depth): with \(branching) children each there are more than 2000 leaves")
    try require(
      agreement > 0 && agreement < 1, "--agreement \(agreement): must lie between 0 and 1")
    try require(1...500 ~= neurons, "--neurons \(neurons): must lie from 1 to 500")
    try require(
      0..<depth ~= shared, "--shared \(shared): must be a level from 0, the root, to \(depth - 1)")
    try require(1...1_000_000 ~= steps, "--steps \(steps): must lie from 1 to a million")
    try require(1...1000 ~= repeats, "--repeats \(repeats): must lie from 1 to 1000")
  }
}
