import Files
import Learning
import Networks
import Torch

/// What is watched of projections while they are learned, and the end of a training that has made them all alike.
///
/// The terms have no weight in the loss: `spread` is 1 for directions that go everywhere alike and 0 where all are one;
/// `rank` is the participation ratio of their covariance; `alignment` is the mean squared distance of the two views of an
/// example, and `uniformity` the log mean e^(−2 d²) over pairs of examples.
///
/// - Source: Wang & Isola, *Understanding contrastive representation learning through alignment and uniformity on the
///   hypersphere*, ICML 2020, arXiv:2005.10242; the spread as in Chen & He, *Exploring simple siamese representation
///   learning*, CVPR 2021, section 4.1.
public struct CollapseWatch: Module {
  /// The spread, averaged over some ten steps, `[1]`.
  let spread: Buffer

  init(device: Device) { spread = Buffer(.ones([1], device: device)) }

  /// The terms that say how the projections of two views, `[n, m]` each, lie.
  func terms(_ a: Tensor, _ b: Tensor) -> [Loss.Term] {
    withoutGradients {
      let (u, v) = (a.detached().ofUnitLength, b.detached().ofUnitLength)
      let found = u.directionSpread
      // The last batch of an epoch may be too small to tell.
      if Runtime.isTraining, a.size(0) >= 8 {
        // What can fail here has failed in `found`, which is a term of the loss.
        try? spread.tensor.assign(spread.tensor * 0.9 + found * 0.1)
      }
      return [
        .term("spread", found, weight: 0), .term("rank", u.participationRatio, weight: 0),
        .term("alignment", (u - v).squared().sum(over: 1), weight: 0),
        .term("uniformity", u.uniformity, weight: 0),
      ]
    }
  }

  /// Ends a training whose spread has fallen below `limit`.
  ///
  /// - Throws: `UserError` that says so.
  func check(limit: Double, after step: Step) throws {
    guard limit > 0 else { return }
    let now = try spread.tensor.value()
    try require(
      now >= limit || now.isNaN,
      "training stopped at step \(step.index + 1): the representation has collapsed, since all "
        + "examples are put into nearly the same place (spread \(numberText(now)) of 1); a smaller "
        + "--learning-rate or larger --batch may help, and --collapse 0 lets it go on")
  }

  private func numberText(_ value: Double) -> String {
    "\((value * 10_000).rounded() / 10_000)"
  }
}

extension Tensor {
  /// √m times the mean deviation of the coordinates of unit vectors `[n, m]`, a scalar.
  var directionSpread: Tensor {
    let deviations = variance(over: 0, correction: 0).squareRoot()
    return deviations.mean() * Double(size(1)).squareRoot()
  }

  /// (Σλ)² / Σλ² of the covariance of rows `[n, m]`, a scalar: how many directions they spread over.
  var participationRatio: Tensor {
    let centred = self - mean(over: 0, keep: true)
    // The smaller of the two matrices has the same eigenvalues.
    let product =
      size(0) < size(1)
      ? centred.matmul(centred.transposed()) : centred.transposed().matmul(centred)
    return product.diagonal().sum().squared() / (product.squared().sum() + 1e-12)
  }

  /// log mean e^(−2 d²) over pairs of different unit vectors `[n, m]`, a scalar; 0 where there is one.
  var uniformity: Tensor {
    let n = size(0)
    guard n > 1 else { return Tensor(0, device: device) }
    let squares = 2 - 2 * matmul(transposed())  // [n, n]
    let others = (squares * -2).exp().sum() - Double(n)
    return (others / Double(n * (n - 1))).clamped(atLeast: 1e-30).log()
  }
}
