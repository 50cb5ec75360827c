import Evaluation
import Files
import Foundation
import Learning
import Torch

/// How well clusters that several noisy views share can be found by unfolding the views' tensor, against a
/// closed form, and what tensor iteration adds.
///
/// - Source: Lebeau, Seddik & Goulart, *Performance Gaps in Multi-view Clustering under the Nested
///   Matrix-Tensor Model*, ICLR 2024, arXiv:2402.10677.
/// - Departs: the closed form is derived by free convolution (see ``NestedModel/unfoldingAlignment``) and
///   written in the strengths; the tensor is that of the power iteration which starts at the unfolding.
public struct NestedMatrixTensor: Study {
  public static let card = Card(
    id: "nested-matrix-tensor", title: "Nested matrix-tensor model",
    source: "Lebeau, Seddik & Goulart, Performance Gaps in Multi-view Clustering under the Nested "
      + "Matrix-Tensor Model, ICLR 2024, arXiv:2402.10677",
    system: "S122",
    summary:
      "Two clusters are planted in a noisy matrix, and the matrix in every view of a noisy tensor; the top "
      + "singular vector of the unfolding finds them above a threshold that random matrix theory predicts, and "
      + "power iteration on the tensor goes on from there.")

  public static let inputs: [StudyInput] = []

  /// Features of an item.
  public var features = 200
  /// Items, in two clusters.
  public var items = 150
  /// Noisy views of each item.
  public var views = 100
  /// Strength of the clusters in the matrix; they are visible above the fourth root of n1 n2 / (n1 + n2)².
  public var separation = 1.5
  /// Strengths of the views in the tensor, in the scale where the unfolding's threshold does not grow.
  public var strengths = [0.1, 0.3, 0.5, 0.7, 1, 1.5, 2, 3]
  /// Tensors for each strength.
  public var worlds = 10
  /// Most steps of the tensor's power iteration.
  public var steps = 100
  /// Probability that the intervals are to cover with.
  public var level = 0.95

  public init() {}

  public func run(_ room: StudyRoom) throws -> Findings {
    try validate()
    var model = NestedModel(
      features: features, items: items, views: views, strength: 1, separation: separation)
    var rows: [Row] = []
    for (place, strength) in strengths.sorted().enumerated() {
      model.strength = strength
      var row = Row(model)
      for world in 0..<worlds where !room.shouldStop() {
        room.progress(place * worlds + world, strengths.count * worlds)
        let random = RandomStream(room.seed.child("world").child(place).child(world))
        let (tensor, clusters) = model.sample(random)
        let vectors = ItemVectors(tensor)
        let start = vectors.unfolding()
        row.unfolding.append(try ClusterScore(start, clusters))
        row.iterated.append(
          try ClusterScore(vectors.iterated(from: start, steps: steps), clusters))
      }
      guard row.iterated.count == worlds else { break }
      rows.append(row)
    }
    return try findings(rows, model)
  }

  private func validate() throws {
    for (flag, value) in [("features", features), ("items", items), ("views", views)] {
      try require(
        (2...2000).contains(value), "--\(flag) \(value): must be at least 2 and at most 2000")
    }
    let size = features * items * views
    try require(
      size <= 200_000_000,
      "\(features) features, \(items) items and \(views) views are \(size) numbers; 200 million is the most"
    )
    try require(separation > 0, "--separation \(separation): must be above 0")
    try require(
      !strengths.isEmpty && strengths.allSatisfy { $0 > 0 && $0 <= 1e6 },
      "--strengths: one or more numbers above 0 are needed")
    try require(worlds >= 2, "--worlds \(worlds): must be 2 or more, for an interval")
    try require(steps >= 1, "--steps \(steps): must be 1 or more")
    try require(level > 0 && level < 1, "--level \(level): must lie between 0 and 1")
  }
}
