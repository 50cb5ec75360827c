import Autoencoding
import Foundation
import Networks
import Probability
import Torch

/// One training step on unlabelled pictures of a model with a class and a normal code, by a relaxed draw of the class
/// or by summing over all classes.
///
/// - Source: Kingma et al., *Semi-supervised learning with deep generative models*, NeurIPS 2014, model M2, eq. 7;
///   Jang, Gu & Poole, ICLR 2017, §3.1 and figure 5.
struct SemiSupervisedStep: Module {
  let classifier: MLP
  let encoder: MLP
  let head: NormalHead
  let decoder: MLP
  let classes: Int

  init(inputs: Int, classes: Int, hidden: Int, latents: Int, _ random: RandomStream) {
    classifier = MLP([inputs, hidden, classes], random)
    encoder = MLP([inputs + classes, hidden], random)
    head = NormalHead(hidden, latents, random)
    decoder = MLP([latents + classes, hidden, inputs], random)
    self.classes = classes
  }

  /// −log p(x|y, z) − log p(y) + KL of z at classes `y`, one-hot or relaxed, nats, `[n]`.
  func cost(_ x: Tensor, _ y: Tensor, _ random: RandomStream) -> Tensor {
    let q = head(encoder(.concatenate([x, y], along: 1)).relu())
    let p = Bernoulli(logits: decoder(.concatenate([q.sample(random), y], along: 1)))
    return q.divergenceFromStandard() - p.logProbability(of: x) + log(Double(classes))
  }

  /// The bound with one relaxed draw of the class for each example, a scalar.
  func relaxed(_ x: Tensor, _ random: RandomStream) -> Tensor {
    let q = OneHotCategorical(logits: classifier(x))
    let y = CategoricalEstimator.gumbelSoftmax.draw(q, temperature: 0.5, random.child("class"))
    return (cost(x, y, random.child("code")) - q.entropy).mean()
  }

  /// The bound summed over all classes, a scalar.
  func marginal(_ x: Tensor, _ random: RandomStream) -> Tensor {
    let q = OneHotCategorical(logits: classifier(x))
    let each = Tensor.range(0, Double(classes)).oneHot(classes).to(x.dtype)
    // All examples with the first class, then with the second, as `repeated` has them.
    let y = each.repeatingEach(x.size(0), along: 0)
    let costs = cost(x.repeated(classes), y, random.child("code")).reshaped(classes, x.size(0))
    return ((q.mean.transposed() * costs).sum(over: 0) - q.entropy).mean()
  }

  /// The shortest of `times` steps of loss and gradients, seconds.
  ///
  /// - Throws: `TensorError`.
  func seconds(_ times: Int, _ loss: (RandomStream) -> Tensor) throws -> Double {
    try (0..<times).map { time in
      let start = ContinuousClock.now
      for slope in try loss(RandomStream(UInt64(time))).gradients(for: parameters) {
        try slope.checked()
      }
      return (ContinuousClock.now - start) / .seconds(1)
    }.min() ?? 0
  }
}
