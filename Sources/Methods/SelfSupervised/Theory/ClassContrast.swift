import Evaluation
import Foundation
import Networks
import Torch

/// Learning by contrast from similar pairs, or blocks of similar examples, with the logistic loss.
///
/// - Source: Arora, Khandeparkar, Khodak, Plevrakis & Saunshi, *A Theoretical Analysis of Contrastive Unsupervised
///   Representation Learning*, ICML 2019, arXiv:1902.09229, definitions 2.2 and 2.3 and equation 17.
struct ClassContrast: Sendable {
  /// Classes that an example is told apart from in each draw, k.
  var negatives = 1
  /// Similar examples whose features are averaged.
  var block = 1
  /// Width of the hidden layer.
  var hidden = 64
  /// Width of the features.
  var latents = 16
  /// Length of the features.
  var radius = 3.0
  var steps = 600
  var batch = 128
  /// Draws that the unsupervised loss is measured on.
  var measured = 20_000

  /// What is known at one moment of a training.
  struct Moment: Sendable {
    let step: Int
    /// The loss of one negative, on new draws.
    let unsupervised: Double
    /// The mean loss of telling two classes apart by their mean features.
    let supervised: Double
    /// Accuracy of the class means among all classes.
    let accuracy: Double
  }

  /// log₂(1 + Σ e^(−v)) of margins `[…, k]`; 1 at a single margin of 0.
  static func loss(_ margins: Tensor) -> Tensor {
    let zero = Tensor.zeros(Array(margins.shape.dropLast()) + [1], type: margins.dtype)
    return Tensor.concatenate([zero, -margins], along: -1).logSumExp(over: -1) / log(2)
  }

  /// The loss of each draw.
  func loss(_ draw: LatentClasses.Draw, _ features: (Tensor) -> Tensor) -> Tensor {
    let anchors = features(draw.anchors)  // [b, m]
    let near = features(draw.positives).mean(over: 1)  // [b, m]
    let far = features(draw.negatives).mean(over: 2)  // [b, k, m]
    return Self.loss((anchors.unsqueezed(1) * (near.unsqueezed(1) - far)).sum(over: 2))
  }

  /// A network's features and what was measured on `test` while it learned from `train`.
  struct Result {
    let features: (Tensor) -> Tensor
    let moments: [Moment]
  }

  /// Trains, measuring at the start and after each tenth of the steps.
  ///
  /// - Throws: `TensorError`, or `UserError` where it is told to stop.
  func train(
    on train: LatentClasses, test: LatentClasses, _ seed: Seed, shouldStop: () -> Bool
  ) throws -> Result {
    let random = RandomStream(seed)
    let network = MLP([train.rows.size(1), hidden, latents], random.child("network"))
    let features = { (x: Tensor) in network(x).ofUnitLength * radius }
    let weights = network.parameters
    let adam = Adam(weights)
    var moments: [Moment] = []
    for step in 0...steps {
      if step % max(1, steps / 10) == 0 {
        try refuseToGoOn(shouldStop())
        moments.append(try measure(test, step, features, random.child("measure")))
      }
      guard step < steps else { break }
      let draw = train.draw(
        batch, negatives: negatives, block: block, random.child("draws").child(step))
      try adam.step(loss(draw, features).mean().gradients(for: weights), rate: 1e-3)
    }
    return Result(features: features, moments: moments)
  }

  private func measure(
    _ test: LatentClasses, _ step: Int, _ features: (Tensor) -> Tensor, _ random: RandomStream
  ) throws -> Moment {
    try withoutGradients {
      var single = self
      (single.negatives, single.block) = (1, 1)
      let draw = test.draw(measured, negatives: 1, block: 1, random)
      let means = MeanClassifier(features(test.rows), classes: test.classes)
      return Moment(
        step: step, unsupervised: try single.loss(draw, features).mean().value(),
        supervised: try means.pairLoss(features(test.rows), test.labels),
        accuracy: try means.hits(features(test.rows), test.labels).mean)
    }
  }
}

/// The classifier whose weights are the classes' mean features.
struct MeanClassifier {
  /// `[C, m]`.
  let means: Tensor

  /// From features that are sorted by class, as many of each.
  init(_ features: Tensor, classes: Int) {
    means = features.reshaped(classes, features.size(0) / classes, features.size(1)).mean(over: 1)
  }

  /// 1 for each row whose class it finds, else 0: of the nearest mean.
  ///
  /// - Throws: `TensorError`.
  func hits(_ features: Tensor, _ labels: Tensor) throws -> [Double] {
    let offset = means.squared().sum(over: 1) * 0.5
    let found = (features.matmul(means.transposed()) - offset.unsqueezed(0)).argmax(over: 1)
    return try (found .== labels).to(.float64).values()
  }

  /// The mean logistic loss, without intercepts, of telling each row's class from each other.
  ///
  /// - Throws: `TensorError`.
  func pairLoss(_ features: Tensor, _ labels: Tensor) throws -> Double {
    let scores = features.matmul(means.transposed()).to(.float64)  // [n, C]
    let margins = scores.gather(1, labels.unsqueezed(1)) - scores
    let losses = ClassContrast.loss(margins.unsqueezed(2))  // [n, C], 1 at the own class
    let classes = Double(means.size(0))
    return try (losses.sum(over: 1) - 1).mean().value() / (classes - 1)
  }
}

extension ClassContrast.Moment {
  /// What the supervised loss cannot be above, with `classes` alike: (L − τ)/(1 − τ), τ = 1/C.
  func bound(classes: Int) -> Double {
    let collision = 1 / Double(classes)
    return (unsupervised - collision) / (1 - collision)
  }
}
