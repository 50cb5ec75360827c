import Datasets
import Evaluation
import Learning
import Torch

/// Which classes are seen, and what all have.
struct ClassSplit {
  let attributes: [[Double]]
  let unseen: Set<Int>

  init(_ attributes: [[Double]], unseen: [Int]) {
    self.attributes = attributes
    self.unseen = Set(unseen)
  }

  /// The harmonic mean of the mean accuracies over seen and over unseen classes; classes without an example do not
  /// count.
  func harmonic(_ found: [Int], _ labels: [Int]) -> Double {
    func accuracy(_ isUnseen: Bool) -> Double {
      let each = attributes.indices.filter { unseen.contains($0) == isUnseen }.compactMap {
        label -> Double? in
        let mine = labels.indices.filter { labels[$0] == label }
        guard !mine.isEmpty else { return nil }
        return Double(mine.count { found[$0] == label }) / Double(mine.count)
      }
      return each.isEmpty ? 0 : each.mean
    }
    let (seen, new) = (accuracy(false), accuracy(true))
    return seen + new > 0 ? 2 * seen * new / (seen + new) : 0
  }
}

/// Ridge regression from features to the attributes of classes, and the class with the most alike attributes.
///
/// - Source: after Lampert, Nickisch & Harmeling, *Attribute-based classification for zero-shot visual object
///   categorization*, PAMI 2014; calibration as in Chao et al., *An empirical study and analysis of generalized
///   zero-shot learning for object recognition in the wild*, ECCV 2016.
struct AttributeRegression {
  let weights: Tensor
  let split: ClassSplit

  /// Fitted to the training examples of `source`, with the penalty that serves its validation examples best.
  ///
  /// - Throws: what reading throws, `TensorError`.
  init(_ source: Source, _ split: ClassSplit) throws {
    self.split = split
    let (x, y) = try Self.table(source.train, split),
      (v, w) = try Self.table(source.validation, split)
    let gram = x.transposed().matmul(x), target = x.transposed().matmul(y)
    var best = (error: Double.infinity, weights: target)
    for penalty in [0.1, 1, 10, 100] {
      let ridge = gram + Tensor.identity(x.size(1), type: .float64) * penalty
      let weights = ridge.solve(target)
      let error = try (v.matmul(weights) - w).squared().mean().value()
      if error < best.error { best = (error, weights) }
    }
    weights = best.weights
  }

  /// Features with a 1 at their end, and the attributes of the examples' classes.
  private static func table(_ examples: Examples, _ split: ClassSplit) throws -> (Tensor, Tensor) {
    let x = try examples.batch(Array(0..<examples.count)).x.to(.float64)
    let y = (try examples.labels() ?? []).map { split.attributes[$0] }
    let ones = Tensor.ones([examples.count, 1], type: .float64)
    return (
      Tensor.concatenate([x, ones], along: 1),
      Tensor(y.flatMap { $0 }, shape: [y.count, split.attributes[0].count])
    )
  }

  /// The harmonic mean on `examples`, where the likeness to seen classes is lowered.
  ///
  /// - Throws: what reading throws, `TensorError`.
  func harmonic(_ examples: Examples, lowered: Double) throws -> Double {
    let (x, _) = try Self.table(examples, split)
    let table = Tensor(
      split.attributes.flatMap { $0 }, shape: [split.attributes.count, split.attributes[0].count])
    // [n, classes]
    let likeness = x.matmul(weights).unsqueezed(1).cosineSimilarity(table.unsqueezed(0))
    let less = Tensor(
      split.attributes.indices.map { split.unseen.contains($0) ? 0 : lowered },
      shape: [1, split.attributes.count])
    let found = try (likeness - less).argmax(over: 1).places()
    return split.harmonic(found, try examples.labels() ?? [])
  }

  /// How far likenesses to seen classes are lowered: what serves best where two seen classes stand in for unseen ones.
  ///
  /// - Throws: what reading throws, `TensorError`.
  static func calibration(_ source: Source, _ split: ClassSplit) throws -> Double {
    let seen = split.attributes.indices.filter { !split.unseen.contains($0) }
    var sums = [Double](repeating: 0, count: 21)
    for start in 0..<3 {
      let hidden = [seen[2 * start], seen[2 * start + 1]]
      // The classes that are truly unseen are no candidates here: none of their pictures is.
      let trial = ClassSplit(split.attributes, unseen: hidden)
      let regression = try AttributeRegression(source.seen(without: hidden), trial)
      for place in sums.indices {
        sums[place] += try regression.harmonic(source.validation, lowered: Double(place) / 40)
      }
    }
    let best = sums.indices.max { sums[$0] < sums[$1] } ?? 0
    return Double(best) / 40
  }
}
