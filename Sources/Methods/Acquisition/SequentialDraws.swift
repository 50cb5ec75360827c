import Torch

/// Points drawn one after another without replacement, each in proportion to its score among those that are left.
///
/// - Source: Efraimidis & Spirakis, *Weighted random sampling with a reservoir*, 2006: the order of
///   exponential times with the scores as rates is such a draw, so many draws are one sort.
struct SequentialDraws {
  /// Points in the order drawn, `[repeats, draws]`.
  let points: Tensor
  /// With what probability each was drawn when it was, `[repeats, draws]`.
  let probabilities: Tensor

  /// `count` draws of the points with positive `scores` `[n]`, `repeats` times.
  init(_ scores: Tensor, count: Int, repeats: Int = 1, _ random: RandomStream) {
    let rates = scores.to(.float64)
    let uniform = random.uniform([repeats, scores.count], type: .float64)
    // 1 − u lies in (0, 1], so that no time is infinite.
    let times = -(1 - uniform).log() / rates
    points = times.top(count, largest: false).indices
    let drawn = rates.expanded([repeats, scores.count]).gather(1, points)
    // What is left before each draw: all scores but those drawn earlier, which loses no digits as
    // the sum of what remains when it is added up from the end.
    let undrawn = rates.sum() - drawn.sum(over: 1, keep: true)
    let later = drawn.flipped(1).cumulativeSum(along: 1).flipped(1)
    probabilities = (drawn / (later + undrawn.clamped(atLeast: 0))).clamped(atMost: 1)
  }
}
