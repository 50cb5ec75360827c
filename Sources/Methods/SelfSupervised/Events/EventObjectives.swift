import Foundation
import Networks
import Torch

extension Tensor {
  /// How far slices of one stream lie apart, and by how much slices of others come nearer than `margin`:
  /// projections `[n · count, m]`, `count` of each stream after another, to a scalar.
  ///
  /// Σ of the squared distances of pairs of one stream, and of what is missing to the margin, squared, of each
  /// slice and its `hardest` nearest of other streams, over the slices. Projections are made of unit length.
  ///
  /// - Source: Babaev et al., *CoLES: contrastive learning for event sequences with self-supervision*, SIGMOD 2022,
  ///   eq. 1, with hard negatives.
  func marginContrast(slices count: Int, margin: Double, hardest: Int = 5) -> Tensor {
    let n = size(0)
    let z = ofUnitLength
    let squares = 2 - 2 * z.matmul(z.transposed())  // [n, n]
    let streams = Tensor.range(0, Double(n), type: .int64, device: device)
      .floorDivide(Tensor(Double(count), type: .int64, device: device))
    let same = (streams.unsqueezed(0) .== streams.unsqueezed(1)).to(.float32)
    // Each pair is there twice, and a slice with itself has no distance.
    let near = (squares * same).sum() / 2
    // Farther than any distance of vectors of unit length.
    let others = (squares + same * 9).top(Swift.min(hardest, n - count), along: 1, largest: false)
    // The root has no slope at 0.
    let lack = (margin - others.values.clamped(atLeast: 1e-8).squareRoot()).relu().squared()
    return (near + lack.sum()) / Double(n)
  }
}

/// Whether two embeddings are of one stream, as a sigmoid of their cosine, with a scale and a shift that are
/// learned.
///
/// - Source: Zhai et al., *Sigmoid loss for language image pre-training*, ICCV 2023, arXiv:2303.15343, algorithm 1.
struct PairedSigmoid: Module {
  /// Log of the scale, which starts at 10.
  let scale = Parameter(Tensor(log(10)))
  /// Starts at -10, since most pairs are no pairs.
  let shift = Parameter(Tensor(-10))

  /// −Σ log p over all partners of an embedding, nats, of two kinds of embeddings `[n, m]`; the mean over n, a
  /// scalar.
  func callAsFunction(_ one: Tensor, _ other: Tensor) -> Tensor {
    let cosines = one.ofUnitLength.matmul(other.ofUnitLength.transposed())  // [n, n]
    let logits = cosines * scale.tensor.exp() + shift.tensor
    let signs = Tensor.identity(one.size(0), device: one.device) * 2 - 1
    return -(logits * signs).logSigmoid().sum(over: 1).mean()
  }
}
