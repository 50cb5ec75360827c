import Networks
import Torch

extension Tensor {
  /// The places `[n, q]` for each of `width` numbers, `[n, q, width]`.
  func spread(over width: Int) -> Tensor {
    unsqueezed(-1).expanded([size(0), size(1), width])
  }

  /// The vectors at the places `[n, q]` of each example, `[n, p, width]` to `[n, q, width]`.
  func picked(_ places: Tensor) -> Tensor {
    gather(1, places.spread(over: size(2)))
  }

  /// Places in some order, `[n, p]`, as those that are shown and, for the share `masked`, those that are not: at least
  /// `least` are shown and one is not.
  func parted(masked: Double, least: Int = 1) -> (kept: Tensor, lost: Tensor) {
    let p = size(1)
    let shown = Swift.min(p - 1, Swift.max(least, Int((Double(p) * (1 - masked)).rounded())))
    return (sliced(1, 0, shown), sliced(1, shown, p))
  }
}

extension RandomStream {
  /// The places of `count` tokens of each of `n` examples in random order, `[n, count]`.
  func order(_ n: Int, _ count: Int) -> Tensor {
    uniform([n, count]).sorted(along: 1).indices
  }
}

extension PatchFeatures {
  /// Vectors of the patches at the places `[n, q]`, of patches `[n, p, numbers]` to `[n, q, width]`, by a transformer that
  /// reads no others.
  func vectors(of patches: Tensor, at places: Tensor) -> Tensor {
    trunk((embedding(patches) + positions.tensor).picked(places))
  }
}
