import Datasets
import Evaluation
import Learning
import Torch

/// Draws of a classifier's predictions, each under one dropout mask that all examples share.
///
/// - Source: Gal & Ghahramani, *Dropout as a Bayesian Approximation*, ICML 2016; masks shared by all
///   examples: Kirsch et al., *BatchBALD*, NeurIPS 2019, §3.2.
struct MonteCarloDropout {
  let network: Classifier.Network
  /// Share of features dropped, as in training.
  let dropout: Double

  /// Probabilities `[draws, examples, classes]`.
  ///
  /// - Throws: `TensorError`, or what reading throws.
  func predictions(_ examples: Examples, draws: Int, seed: Seed) throws -> Tensor {
    let features = try Tensor.concatenate(
      Scores(examples, seed: seed).map { batch, _ in [network.features(batch.x)] })
    let random = RandomStream(seed.child("masks"))
    return try withoutGradients {
      let kept = random.bernoulli(Tensor.full([draws, features.size(1)], 1 - dropout))
      let each = (0..<draws).map { draw in
        network.head(features * kept.selected(0, draw) * (1 / (1 - dropout))).softmax()
      }
      return try Tensor.stack(each).checked()
    }
  }
}
