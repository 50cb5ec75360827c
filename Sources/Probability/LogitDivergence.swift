import Torch

// How far logits are from those of a teacher or of a past self: gradients pass to both, so what should stay fixed is
// detached by whoever asks. All `[n, k]` and `[n, k]` to `[n]`, nats.

extension Tensor {
  /// KL(softmax(other / τ) ‖ softmax(self / τ)) · τ², whose gradients are as large at every temperature τ.
  ///
  /// - Source: Hinton, Vinyals & Dean, *Distilling the knowledge in a neural network*, 2015, arXiv:1503.02531, §2.
  public func softenedDivergence(from other: Tensor, temperature: Double) -> Tensor {
    let mine = (self / temperature).logSoftmax(), theirs = (other / temperature).logSoftmax()
    return (theirs.exp() * (theirs - mine)).sum(over: -1) * (temperature * temperature)
  }

  /// Σ KL(σ(other / τ) ‖ σ(self / τ)) · τ² over the logits, each as the log odds of a coin.
  ///
  /// - Source: Yang et al., *Dual-head knowledge distillation*, 2024, arXiv:2411.08937, the loss BinaryKL.
  public func sigmoidDivergence(from other: Tensor, temperature: Double) -> Tensor {
    let mine = self / temperature, theirs = other / temperature
    let heads = theirs.sigmoid() * (theirs.logSigmoid() - mine.logSigmoid())
    let tails = (-theirs).sigmoid() * ((-theirs).logSigmoid() - (-mine).logSigmoid())
    return (heads + tails).sum(over: -1) * (temperature * temperature)
  }

  /// Σ KL(½ ‖ σ((self − other) / τ)) · τ² over the logits: how biased coins are whose log odds are the differences.
  ///
  /// - Source: Yang et al., *Dual-head knowledge distillation*, 2024, arXiv:2411.08937, the loss BinaryKL-Norm.
  public func sigmoidDifference(from other: Tensor, temperature: Double) -> Tensor {
    let difference = (self - other) / temperature
    let bias = -0.5 * (difference.logSigmoid() + (-difference).logSigmoid()) - 0.6931471805599453
    return bias.sum(over: -1) * (temperature * temperature)
  }
}
