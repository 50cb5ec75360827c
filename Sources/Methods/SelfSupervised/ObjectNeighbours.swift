import Networks
import Torch

/// For objects seen in two views, the nearest of remembered objects, and which of them are found back.
///
/// - Source: Lebailly et al., *CrIBo: Self-Supervised Learning via Cross-Image Object-Level Bootstrapping*, ICLR 2024,
///   section 3.3, and the authors' program.
struct ObjectNeighbours {
  /// The neighbour of each object as the view remembered it that the object was seen in, `[2 r, width]`.
  let vectors: Tensor
  /// 1 where the way from an object to its neighbour, on to how the other view saw that, and to the nearest object of the
  /// other view ends at the same object, else 0, `[2 r]`.
  let isFoundBack: Tensor

  /// The neighbours by cosine of objects, `[2 r, width]`, the first view's before the second's, among remembered pairs of
  /// views side by side, `[K, 2 width]`.
  init(of objects: Tensor, among memory: Tensor) {
    let count = objects.size(0) / 2
    guard count > 0 else {
      // Nothing is nearest to nothing.
      vectors = objects
      isFoundBack = Tensor.zeros([0], device: objects.device)
      return
    }
    let (now, then) = (objects.split(into: 2, along: 0), memory.split(into: 2, along: 1))
    let own = Tensor.range(0, Double(count), type: .int64, device: objects.device)
    let ways = [(0, 1), (1, 0)].map { mine, other in
      let nearest = now[mine].nearest(in: then[mine])  // [r]
      let back = then[other].indexSelect(0, nearest).nearest(in: now[other])
      return (then[mine].indexSelect(0, nearest), (back .== own).to(objects.dtype))
    }
    vectors = Tensor.concatenate(ways.map(\.0))
    isFoundBack = Tensor.concatenate(ways.map(\.1))
  }
}

extension Tensor {
  /// The place of the row with the greatest cosine, `[r, m]` and `[K, m]` to `[r]`.
  func nearest(in rows: Tensor) -> Tensor {
    ofUnitLength.matmul(rows.ofUnitLength.transposed()).argmax(over: 1)
  }

  /// The first half of rows beside the second, `[2 r, m]` to `[r, 2 m]`.
  var viewsSideBySide: Tensor { Tensor.concatenate(split(into: 2, along: 0), along: 1) }

  /// The mean of numbers that are counted so often, a scalar; 0 where none is.
  func mean(by counts: Tensor) -> Tensor {
    (self * counts).sum() / counts.sum().clamped(atLeast: 1)
  }

  /// Cross-entropy of the logits of one view with the shares that the other has, nats, `[2 r]` in the order of the shares:
  /// the first view's rows come before the second's.
  func crossEntropy(ofOther shares: Tensor) -> Tensor {
    let views = split(into: 2, along: 0)
    return Tensor.concatenate([views[1], views[0]]).crossEntropy(ofShares: shares)
  }
}
