import Networks
import Torch

/// Chains that go on from where they were left, and now and then begin anew: `[c]` + shape.
///
/// A chain begins at numbers each of which is that of some example of the batch, in the same place: of the data's
/// scale, and without what its numbers have to do with each other.
///
/// - Source: Du & Mordatch, *Implicit generation and modeling with energy-based models*, NeurIPS 2019, section 3.2.
/// - Departs: chains begin at shuffled numbers, not at uniform ones, since tables have no range.
public struct ReplayedChains: Module {
  /// Where each chain was left.
  public let places: Buffer
  /// How often each was taken up, `[c]`; 0 where it has not begun.
  let turns: Buffer

  init(_ count: Int, _ shape: [Int], device: Device) {
    places = Buffer(.zeros([count] + shape, device: device))
    turns = Buffer(.zeros([count], device: device))
  }

  var count: Int { turns.tensor.size(0) }

  /// Numbers of chains `[m]`, int64, no two alike, and where they go on from, `[m]` + shape.
  ///
  /// `m` is the number of examples `x`, `[n]` + shape, or of chains if that is less. A share `restarts` of them begins
  /// anew.
  func taken(beside x: Tensor, restarts: Double, _ random: RandomStream) -> (
    numbers: Tensor, starts: Tensor
  ) {
    let m = min(x.size(0), count)
    let numbers = random.child("numbers").permutation(count)[0..<m]
    let flat = x.detached().flattened(from: 1)
    let donors = random.child("donors").integers(0..<x.size(0), [m, flat.size(1)])
    let coins = (random.child("restarts").uniform([m]) .< restarts).to(.float32)
    let isNew = coins + (turns.tensor.indexSelect(0, numbers) .== 0).to(.float32)
    let old = places.tensor.indexSelect(0, numbers).flattened(from: 1)
    let starts = (isNew .> 0).unsqueezed(1).choose(flat.gather(0, donors), old)
    return (numbers, starts.reshaped([m] + Array(x.shape.dropFirst())))
  }

  /// Leaves the chains `numbers`, `[m]`, at `ends`, `[m]` + shape.
  func leave(_ numbers: Tensor, at ends: Tensor) {
    // What can fail here has failed in `ends`, which the loss is made of.
    try? places.tensor.assign(ends.detached(), at: numbers)
    try? turns.tensor.assign(turns.tensor.indexSelect(0, numbers) + 1, at: numbers)
  }

  /// Places of `count` chains drawn at random, with repeats, `[count]` + shape.
  func drawn(_ count: Int, _ random: RandomStream) -> Tensor {
    places.tensor.indexSelect(0, random.integers(0..<self.count, [count]))
  }
}
