import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Probability
import Torch

/// A variational autoencoder of categorical codes whose one-hot draws pass gradients by Heun's rule: twice the slope
/// of a softmax between draw and probabilities, less half of that at the probabilities.
///
/// - Source: Liu, Dong, Liu, Yu & Gao, *Bridging Discrete and Backpropagation: Straight-Through and Beyond*, NeurIPS
///   2023, arXiv:2304.08612, algorithm 2.
/// - Departs: ReLU unless --activation says otherwise, and the widths of --hidden; Adam where the paper also tries
///   RAdam.
public struct ReinMax: LossRecipe {
  public static let card = Card(
    id: "reinmax", title: "Categorical autoencoder with ReinMax",
    source:
      "Liu, Dong, Liu, Yu & Gao, Bridging Discrete and Backpropagation: Straight-Through and "
      + "Beyond, NeurIPS 2023, arXiv:2304.08612",
    system: "S408",
    summary:
      "The decoder gets one-hot draws of categorical variables; the gradient that their logits get "
      + "is right to second order, where that of the straight-through rule is to first.")

  /// Number of categorical variables of a code.
  public var units = 8
  /// Number of classes of each variable.
  public var classes = 4
  /// Temperature of the probabilities that the draw is averaged with on the way back, at least 1.
  public var temperature = 1.0
  public var networks = EncoderDecoder()
  /// What the decoder's outputs say of the data: auto, gaussian, bernoulli, continuous-bernoulli or
  /// logistic.
  public var likelihood = LikelihoodFamily.auto
  public var training = Training()

  public init() {}

  public func validate(for domain: Domain) throws {
    try CategoricalAutoencoder.validate(
      domain, units: units, classes: classes, networks, likelihood)
    try require(
      temperature >= 1 && temperature.isFinite,
      "--temperature \(temperature): must be at least 1, since ReinMax is right to second order at 1"
    )
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> CategoricalAutoencoder {
    CategoricalAutoencoder(domain, units: units, classes: classes, networks, likelihood, random)
  }

  public func loss(_ network: CategoricalAutoencoder, _ batch: Batch, _ step: Step) -> Loss {
    network.loss(batch.x, by: .reinMax, temperature: temperature, step)
  }
}
