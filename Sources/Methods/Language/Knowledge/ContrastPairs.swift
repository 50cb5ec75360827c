import Evaluation
import Files
import Foundation
import Learning
import Probability
import Torch

/// Activations of questions answered with yes and with no, each half centred and scaled by itself, so that yes and no
/// themselves are not told apart.
///
/// - Source: Burns, Ye, Klein & Steinhardt, *Discovering latent knowledge in language models without supervision*, ICLR
///   2023, arXiv:2212.03827, §2.2.
struct ContrastPairs {
  /// `[n, d]` each.
  let yes: Tensor
  let no: Tensor
  private let scale: [(mean: Tensor, deviation: Tensor)]

  init(yes: Tensor, no: Tensor) throws {
    scale = [yes, no].map { half in
      (
        half.mean(over: 0, keep: true),
        half.variance(over: 0, correction: 0).squareRoot().unsqueezed(0).clamped(atLeast: 1e-6)
      )
    }
    (self.yes, self.no) = (
      try ((yes - scale[0].mean) / scale[0].deviation).checked(),
      try ((no - scale[1].mean) / scale[1].deviation).checked()
    )
  }

  /// Other pairs, on the scale of these.
  func scaled(yes: Tensor, no: Tensor) -> (yes: Tensor, no: Tensor) {
    (
      (yes - scale[0].mean) / scale[0].deviation, (no - scale[1].mean) / scale[1].deviation
    )
  }
}

/// A way to say of each question whether yes is its answer, from a pair of activations.
struct PairReader {
  /// Along which yes is read from the difference of a pair, `[d]`.
  let direction: Tensor
  let bias: Double
  /// Mean loss of consistency and confidence, of a search by these; else nothing.
  var loss: Double?

  /// Whether yes is the answer of pairs `[n, d]` each.
  func answers(yes: Tensor, no: Tensor) throws -> [Bool] {
    let found = (yes - no).matmul(direction.unsqueezed(1)).squeezed(1) + bias
    return try found.values().map { $0 > 0 }
  }

  /// The share of `answers` that are `labels`, or, where a reader cannot know which end is yes, that are not, whichever is
  /// more.
  static func agreement(_ answers: [Bool], _ labels: [Bool], isSigned: Bool = false) -> Double {
    let share = zip(answers, labels).map { $0 == $1 ? 1 : 0 }.mean
    return isSigned ? share : max(share, 1 - share)
  }
}

/// How readers are found.
extension PairReader {
  /// Contrast-consistent search: p(yes) of one half and of the other are to sum to 1, and not to be a half.
  ///
  /// - Source: Burns et al., 2023, eqs. 1 to 3; the best of several starts by its own loss.
  /// - Throws: `TensorError`, or `TrainingError` where it is told to stop.
  static func consistent(
    _ pairs: ContrastPairs, starts: Int = 10, steps: Int = 500, rate: Double = 0.01, _ seed: Seed,
    shouldStop: () -> Bool = { false }
  ) throws -> PairReader {
    let d = pairs.yes.size(1)
    var best: PairReader?
    for start in 0..<starts {
      if shouldStop() { throw TrainingError.stopped(step: start, steps: starts) }
      let random = RandomStream(seed).child(start)
      let weights = (random.child("direction").normal([d]) / Double(d).squareRoot())
        .requiringGradient()
      let bias = Tensor.zeros([1]).requiringGradient()
      let adam = Adam([weights, bias])
      for _ in 0..<steps {
        try adam.step(
          inconsistency(pairs, weights, bias).gradients(for: [weights, bias]), rate: rate)
      }
      let loss = try inconsistency(pairs, weights, bias).detached().value()
      guard loss < best?.loss ?? .infinity else { continue }
      // p(yes) of the mean of both halves is above a half where w (yes − no) is above 0.
      best = PairReader(direction: weights.detached().copied(), bias: 0, loss: loss)
    }
    return best ?? PairReader(direction: Tensor.zeros([d]), bias: 0)
  }

  /// (p(yes) − 1 + p(no))² + min(p(yes), p(no))², a mean over pairs.
  static func inconsistency(_ pairs: ContrastPairs, _ weights: Tensor, _ bias: Tensor) -> Tensor {
    func chance(_ half: Tensor) -> Tensor {
      (half.matmul(weights.unsqueezed(1)).squeezed(1) + bias).sigmoid()
    }
    let (yes, no) = (chance(pairs.yes), chance(pairs.no))
    let least = (yes .< no).choose(yes, no)
    return ((yes - 1 + no).squared() + least.squared()).mean()
  }

  /// The first principal direction of the differences of pairs.
  static func principal(_ pairs: ContrastPairs) throws -> PairReader {
    let gaps = (pairs.yes - pairs.no).to(.float64)
    let centred = gaps - gaps.mean(over: 0, keep: true)
    let (_, vectors) = centred.transposed().matmul(centred).symmetricEigen()
    return PairReader(
      direction: try vectors.selected(1, vectors.size(1) - 1).to(.float32).checked(), bias: 0)
  }

  /// Between the two centres of the differences of pairs.
  static func clustered(_ pairs: ContrastPairs, _ seed: Seed) throws -> PairReader {
    let gaps = (pairs.yes - pairs.no).to(.float64)
    let centres = try KMeans(clusters: 2).fit(gaps, seed: seed).centres
    let (a, b) = (centres.selected(0, 0), centres.selected(0, 1))
    let middle = ((a + b) * 0.5 * (a - b)).sum()
    return PairReader(direction: (a - b).to(.float32), bias: -(try middle.value()))
  }

  /// A logistic regression of what the answers are on the differences of pairs.
  static func supervised(_ pairs: ContrastPairs, _ truth: [Bool]) throws -> PairReader {
    let gaps = pairs.yes - pairs.no
    let model = try LogisticRegression().fit(gaps, truth.map { $0 ? 1 : 0 }, classes: 2)
    let lean = model.weights.selected(1, 1) - model.weights.selected(1, 0)  // [d + 1]
    let d = gaps.size(1)
    return PairReader(
      direction: lean.sliced(0, 0, d).to(.float32),
      bias: try lean.sliced(0, d, d + 1).sum().value())
  }
}
