import Networks
import Torch

/// The largest of what was read over a whole batch, so that examples share the units among them; afterwards all above
/// the threshold that this has come to.
///
/// - Source: Bussmann, Leask & Nanda, *BatchTopK sparse autoencoders*, 2024, arXiv:2412.06410.
public struct BatchTopK: Activating {
  /// `[m]`.
  let bias: Parameter
  /// A moving average of the least active number of a batch, `[1]`.
  let threshold: Buffer
  /// Units that are active in each example on average.
  let active: Int

  init(units: Int, active: Int, _ random: RandomStream) {
    bias = Parameter(Tensor.zeros([units], device: random.device))
    threshold = Buffer(Tensor.zeros([1], device: random.device))
    self.active = active
  }

  public func callAsFunction(_ read: Tensor) -> Tensor {
    let all = (read + bias.tensor.unsqueezed(0)).relu()
    guard Runtime.isTraining, all.error == nil else {
      return all * (all .> threshold.tensor).to(.float32)
    }
    let bound = withoutGradients {
      let top = all.detached().flattened().top(min(active * all.size(0), all.count), along: 0)
      let least = top.values.min(over: 0, keep: true)  // [1]
      let before = threshold.tensor
      // The first batch sets the average. Cannot fail: the shapes are the buffer's.
      try? before.assign((before .> 0).choose(before.lerp(least, 0.01), least))
      return least
    }
    return all * (all .>= bound).to(.float32)
  }
}
