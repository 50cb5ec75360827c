import Evaluation
import Networks
import Torch

/// How well the vectors of patches say what lies there: scenes whose patches are known, and others that are judged.
///
/// - Source: Balažević et al., *Towards in-context scene understanding*, NeurIPS 2023, for the neighbours' votes.
struct PatchSegmentation {
  /// Classes, that of the ground among them, C.
  var classes: Int
  /// Neighbours that vote.
  var neighbours = 10
  /// Temperature of the votes, which fall off with the cosine.
  var temperature = 0.05

  /// The class of each of `patches`, `[m, width]`, by the votes of the nearest known ones, `[r, width]` of classes `[r]`,
  /// int64 `[m]`.
  func nearest(_ patches: Tensor, among known: Tensor, _ labels: Tensor) -> Tensor {
    let memory = known.ofUnitLength.transposed()
    let parts = stride(from: 0, to: patches.size(0), by: 2000).map { start in
      let some = patches.sliced(0, start, min(start + 2000, patches.size(0))).ofUnitLength
      let near = some.matmul(memory).top(min(neighbours, known.size(0)), along: 1)
      let votes = (near.values / temperature).softmax()
      let kinds = labels.indexSelect(0, near.indices.flattened()).reshaped(near.indices.shape)
      return Tensor.zeros([some.size(0), classes]).scatterAdd(1, kinds, votes).argmax(over: 1)
    }
    return Tensor.concatenate(parts)
  }

  /// The class of each of `patches`, `[m, width]`, by logistic regression on standardised known ones, int64 `[m]`.
  ///
  /// - Throws: as `LogisticRegression.fit`.
  func linear(_ patches: Tensor, taught known: Tensor, _ labels: Tensor) throws -> Tensor {
    let known = known.to(.float64)
    let mean = known.mean(over: 0, keep: true)
    let deviation = known.variance(over: 0, keep: true).squareRoot().clamped(atLeast: 1e-12)
    let model = try LogisticRegression().fit(
      (known - mean) / deviation, labels.places(), classes: classes)
    let found = try model.classes((patches.to(.float64) - mean) / deviation)
    return Tensor(found.map(Int64.init))
  }

  /// Of each class, the patches that are found and are of it over those that are either; classes that are neither found
  /// nor there are left out.
  ///
  /// - Throws: `TensorError`.
  func overlaps(_ found: Tensor, _ wanted: Tensor) throws -> [Double] {
    let (found, wanted) = try (found.places(), wanted.places())
    var (both, either) = (
      [Double](repeating: 0, count: classes), [Double](repeating: 0, count: classes)
    )
    for (a, b) in zip(found, wanted) {
      either[a] += 1
      if a == b { both[a] += 1 } else { either[b] += 1 }
    }
    return zip(both, either).filter { $0.1 > 0 }.map { $0.0 / $0.1 }
  }
}
