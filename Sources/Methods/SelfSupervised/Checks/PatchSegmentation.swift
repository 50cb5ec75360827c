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
    let probe = try DenseProbe(known, labels.places(), classes: classes)
    return Tensor(try probe.classes(patches).map(Int64.init))
  }
}
