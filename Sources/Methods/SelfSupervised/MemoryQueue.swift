import Networks
import Torch

/// The last so many rows that were put into it, `[K, m]`, of unit length; random directions at first.
public struct MemoryQueue: Module {
  public let rows: Buffer
  /// Where the next row goes, `[1]`.
  let position: Buffer

  init(_ count: Int, width: Int, _ random: RandomStream) {
    rows = Buffer(random.normal([count, width]).ofUnitLength)
    position = Buffer(.zeros([1], device: random.device))
  }

  /// Puts `keys`, `[n, m]`, in place of the oldest rows.
  func push(_ keys: Tensor) {
    let count = rows.tensor.size(0)
    let newest = keys.detached().sliced(0, max(0, keys.size(0) - count), keys.size(0))
    let places = Tensor.range(0, Double(newest.size(0)), device: keys.device) + position.tensor
    let wrapped = places.remainder(Double(count))
    // What can fail here has failed in `keys`, which the loss is made of.
    try? rows.tensor.assign(newest, at: wrapped.to(.int64))
    try? position.tensor.assign(
      (position.tensor + Double(newest.size(0))).remainder(Double(count)))
  }
}
