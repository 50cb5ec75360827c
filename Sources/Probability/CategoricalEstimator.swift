import Torch

/// How a gradient passes the draw of a categorical variable.
///
/// From the same stream all estimators draw the same classes, by the largest of logits with Gumbel noise.
public enum CategoricalEstimator: String, Codable, CaseIterable, Sendable {
  /// One-hot draws and no gradient: the loss has a term with the score, log q of the draw.
  case scoreFunction = "score-function"
  /// One-hot draws with the gradient of the probabilities: Bengio, Léonard & Courville, 2013, arXiv:1308.3432.
  case straightThrough = "straight-through"
  /// Relaxed draws with their own gradient: Jang, Gu & Poole, ICLR 2017, arXiv:1611.01144.
  case gumbelSoftmax = "gumbel-softmax"
  /// One-hot draws with the gradient of the relaxed ones: Jang, Gu & Poole, ICLR 2017, §2.2.
  case straightThroughGumbel = "straight-through-gumbel"
  /// One-hot draws with the gradient by Heun's rule: Liu et al., NeurIPS 2023, arXiv:2304.08612, algorithm 2.
  case reinMax = "reinmax"

  /// A draw of each variable of `q`, shaped as its logits, with this estimator's way back to them.
  ///
  /// - Parameter temperature: divides the logits where a softmax is taken on the way back; above 0.
  public func draw(
    _ q: OneHotCategorical, temperature: Double, _ random: RandomStream
  ) -> Tensor {
    let perturbed = q.logits + random.gumbel(like: q.logits)
    let soft = (perturbed / temperature).softmax()
    if self == .gumbelSoftmax { return soft }
    let hard = perturbed.detached().oneHotOfLargest()
    return self == .straightThroughGumbel
      ? hard.withGradient(of: soft) : passing(hard, q, temperature: temperature)
  }

  /// One-hot draws `hard` of `q`, made by whatever means, with this estimator's way back to the logits; the two
  /// estimators that need the noise of the draw pass no gradient here.
  public func passing(_ hard: Tensor, _ q: OneHotCategorical, temperature: Double = 1) -> Tensor {
    switch self {
    case .scoreFunction, .gumbelSoftmax, .straightThroughGumbel: return hard
    case .straightThrough: return hard.withGradient(of: (q.logits / temperature).softmax())
    case .reinMax:
      let between = (hard + (q.logits.detached() / temperature).softmax()) * 0.5
      let step = q.logits.softmaxTangent(at: between) * 2 - q.mean * 0.5
      return hard.withGradient(of: step)
    }
  }
}

extension Tensor {
  /// 1 at the largest element along the last axis and 0 elsewhere, in this tensor's type.
  public func oneHotOfLargest() -> Tensor { argmax(over: -1).oneHot(size(-1)).to(dtype) }

  /// These numbers, to the bit, with the derivative of `other`.
  public func withGradient(of other: Tensor) -> Tensor {
    detached() + (other - other.detached())
  }

  /// A linear function of these logits whose derivative is that of a softmax at the probabilities `p`,
  /// diag(p) − p pᵀ along the last axis.
  func softmaxTangent(at p: Tensor) -> Tensor {
    let p = p.detached()
    return p * (self - (p * self).sum(over: -1, keep: true))
  }
}
