import Torch

/// The numbers from 0 to `count` - 1 in an order that follows from `seed` alone.
///
/// Written out, since the standard library may change its shuffle between versions.
public func shuffled(_ count: Int, _ seed: Seed) -> [Int] {
  var random = SplitMix(seed)
  var order = Array(0..<count)
  order.withUnsafeMutableBufferPointer { order in
    for i in stride(from: count - 1, to: 0, by: -1) {
      let j = Int(random.next().multipliedFullWidth(by: UInt64(i + 1)).high)
      (order[i], order[j]) = (order[j], order[i])
    }
  }
  return order
}
