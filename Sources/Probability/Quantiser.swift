import Networks
import Torch

/// Puts one of K vectors, or its number, in place of each vector.
public protocol Quantiser: Module {
  /// Number of vectors to choose from, K.
  var size: Int { get }
  /// Numbers in a vector, w.
  var width: Int { get }
  /// The choice for each vector, `[n, t, w]` to `[n, t]`, int64 from 0 to K − 1.
  func indices(_ z: Tensor) -> Tensor
  /// The vectors chosen, `[n, t]` to `[n, t, w]`.
  func vectors(_ indices: Tensor) -> Tensor
  /// The vectors in place of `z`, `[n, t, w]`, with gradients as if they were `z`.
  func quantised(_ z: Tensor) -> Tensor
}

extension Tensor {
  /// `other`, with gradients as if it were this tensor.
  ///
  /// - Source: Bengio, Léonard & Courville, *Estimating or propagating gradients through stochastic neurons*, 2013.
  public func straightThrough(to other: Tensor) -> Tensor { self + (other - self).detached() }

  /// Vectors along the last axis at length 1.
  public func unit() -> Tensor { self / norm(over: -1, keep: true).clamped(atLeast: 1e-12) }
}
