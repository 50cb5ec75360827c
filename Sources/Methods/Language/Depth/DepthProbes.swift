import Datasets
import Evaluation
import Learning
import Networks
import Torch

/// Logistic regressions of tasks' labels on the last tokens of texts, layer by layer: three fifths of the texts to learn
/// from, the others to judge.
///
/// - Source: Jin et al., *Exploring concept depth*, COLING 2025, arXiv:2404.07066, §3, and its authors' program.
struct DepthProbes: Sendable {
  /// What is done before a model is probed.
  enum Arm: Equatable, Sendable {
    case plain
    /// Strings of letters stand before each text.
    case noised
    /// The matrices of blocks are rounded to so many bits.
    case rounded(bits: Int)
    /// Texts have the labels of others.
    case shuffled

    var name: String {
      switch self {
      case .plain: "as it is"
      case .noised: "noise"
      case .rounded(let bits): "\(bits) bits"
      case .shuffled: "labels shuffled"
      }
    }
  }

  let tasks: [DepthTask]
  let seed: Seed
  let shouldStop: @Sendable () -> Bool

  /// The curve of each task.
  ///
  /// - Throws: `UserError`, `TensorError`, or `TrainingError` where it is told to stop.
  func curves(_ model: HookedLanguageModel, _ arm: Arm) throws -> [DepthCurve] {
    if case .rounded(let bits) = arm {
      let isOfBlock = { (name: String) in name.hasPrefix("blocks.") }
      return try model.transformer.withRoundedWeights(bits: bits, where: isOfBlock) {
        try curves(model, .plain)
      }
    }
    return try tasks.map { try curve(model, $0, arm) }
  }

  private func curve(
    _ model: HookedLanguageModel, _ task: DepthTask, _ arm: Arm
  ) throws -> DepthCurve {
    // The same halves in all arms.
    let count = task.labels.count, mine = seed.child(task.name)
    let order = shuffled(count, mine)
    let labels =
      arm == .shuffled
      ? shuffled(count, mine.child("labels")).map { task.labels[$0] } : task.labels
    func part(_ places: ArraySlice<Int>) -> (places: Tensor, labels: [Int]) {
      (Tensor(places.map { Int64($0) }), places.map { labels[$0] })
    }
    let cut = count * 3 / 5
    let (train, test) = (part(order[..<cut]), part(order[cut...]))
    let layers = try model.lastVectors(arm == .noised ? task.noised : task.rows)
    let accuracies = try layers.enumerated().map { layer, x -> Double in
      if shouldStop() { throw TrainingError.stopped(step: layer, steps: layers.count) }
      return try LinearProbe().hits(
        train: x.indexSelect(0, train.places), train.labels,
        test: x.indexSelect(0, test.places), test.labels, classes: task.classes
      ).mean
    }
    return DepthCurve(accuracies: accuracies)
  }
}
