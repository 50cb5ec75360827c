import Networks
import Torch

/// Vectors of the columns of a row by a transformer, with learned tokens of its own beside them.
struct ColumnReader: Module {
  let columns: ColumnTokens
  /// `[t, width]`, where there are any.
  let tokens: Parameter?
  let trunk: TransformerTrunk

  /// Vectors of the columns at `places`, `[n, q]`, or of all: `[n]` + shape to `[n, q, width]`.
  func callAsFunction(_ x: Tensor, at places: Tensor? = nil) -> Tensor {
    let all = columns(x)
    let read = places.map { all.picked($0) } ?? all
    guard let tokens = tokens?.tensor, read.error == nil else { return trunk(read) }
    let beside = tokens.unsqueezed(0).expanded([read.size(0)] + tokens.shape)
    let both = Tensor.concatenate([beside, read], along: 1)
    return trunk(both).sliced(1, tokens.size(0), both.size(1))
  }
}

/// How many columns of a row are read, and how many predicted in each set.
struct ColumnSets {
  let context: Int
  let target: Int

  /// Of `count` columns, at least two: shares between those in `shares`, of which there are two up to a half.
  init(_ count: Int, shares: [Double], _ seed: Seed) {
    var random = SplitMix(seed)
    func drawn() -> Int {
      let share = shares[0] + (shares[1] - shares[0]) * random.uniform()
      return max(1, Int((share * Double(count)).rounded()))
    }
    context = min(drawn(), count - 1)
    target = min(drawn(), count - context)
  }
}
