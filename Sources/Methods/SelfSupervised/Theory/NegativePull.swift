import Torch

/// How contrast with negatives pulls at similarities: of two views of n examples, `[n, m]` each, every projection is held
/// against the 2n − 2 that are neither itself nor its partner.
enum NegativePull {
  /// Similarities of each of the 2n projections with its partner, `[2n]`, and with its negatives, `[2n, 2n − 2]`, the most
  /// similar first.
  static func similarities(_ a: Tensor, _ b: Tensor) -> (partner: Tensor, negatives: Tensor) {
    let n = a.size(0)
    let z = Tensor.concatenate([a, b]).ofUnitLength
    let all = z.matmul(z.transposed())  // [2n, 2n]
    let places = Tensor.range(0, Double(n), type: .int64, device: a.device)
    let partners = Tensor.concatenate([places + Double(n), places])
    let partner = all.gather(1, partners.unsqueezed(1)).squeezed(1)
    // What is no negative is put behind all others.
    let own = Tensor.identity(2 * n, type: a.dtype, device: a.device)
    let barred = (own + partners.oneHot(2 * n).to(a.dtype)) * 4
    let order = (all - barred).detached().sorted(along: 1, descending: true).indices
    return (partner, all.gather(1, order.sliced(1, 0, 2 * n - 2)))
  }

  /// The share of the gradient with respect to all negatives' similarities that the nearest `part` of them has under a
  /// softmax of `temperature`, mean over projections, a scalar: the softmax itself.
  ///
  /// - Source: Wang & Liu, *Understanding the Behaviour of Contrastive Loss*, CVPR 2021, equation 6.
  static func share(_ a: Tensor, _ b: Tensor, nearest part: Double, temperature: Double) -> Tensor {
    let negatives = similarities(a, b).negatives
    let count = max(1, Int((part * Double(negatives.size(1))).rounded()))
    return (negatives / temperature).softmax(along: 1).sliced(1, 0, count).sum(over: 1).mean()
  }
}

extension Tensor {
  /// The contrast without a softmax: the mean similarity with the nearest `part` of the negatives less that with the
  /// partner, the mean over both views, `[n]`.
  ///
  /// - Source: Wang & Liu, *Understanding the Behaviour of Contrastive Loss*, CVPR 2021, equations 8 and 9; means in place
  ///   of sums.
  func simpleContrast(with other: Tensor, nearest part: Double) -> Tensor {
    let (partner, negatives) = NegativePull.similarities(self, other)
    let count = Swift.max(1, Int((part * Double(negatives.size(1))).rounded()))
    let pull = negatives.sliced(1, 0, count).mean(over: 1) - partner
    return pull.reshaped(2, size(0)).mean(over: 0)
  }

  /// The mean cosine of different unit vectors `[n, m]` of one class, a scalar.
  func tolerance(_ labels: Tensor) -> Tensor {
    let same = (labels.unsqueezed(0) .== labels.unsqueezed(1)).to(dtype)
    let pairs = same - Tensor.identity(size(0), type: dtype, device: device)
    return (matmul(transposed()) * pairs).sum() / pairs.sum()
  }
}
