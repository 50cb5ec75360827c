import Learning
import Torch

/// Has ways of its own through its codes.
public protocol WayTraversing: Encoding, Decoding {
  /// Number of ways.
  var wayCount: Int { get }
  /// Codes on a way through `start`, `[1, k]`: from as far back as there are moves to as far ahead, `[2 moves + 1, k]`.
  func codes(onWay way: Int, through start: Tensor) -> Tensor
}

extension PotentialFlowTraversal.Network: WayTraversing {
  public var wayCount: Int { head.weight.tensor.size(0) }

  public func codes(onWay way: Int, through start: Tensor) -> Tensor {
    let which = Tensor([Int64(way)]).to(start.device)
    let back = ways(start, which, sign: -1).codes.dropFirst().reversed()
    return Tensor.concatenate(Array(back) + ways(start, which).codes)
  }
}
