import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Probability
import Torch

/// A variational autoencoder of categorical codes that gradients reach through relaxed draws: softmax of logits with
/// Gumbel noise, at a temperature that falls over the training.
///
/// - Source: Jang, Gu & Poole, *Categorical Reparameterization with Gumbel-Softmax*, ICLR 2017, arXiv:1611.01144,
///   eq. 2, §2.2 and §3.
/// - Departs: the temperature falls exponentially over a share of the training, where the paper's follows
///   max(0.5, exp(−r t)) in steps t and changes every 500 or 1,000 of them; hidden ReLU layers where the paper's are
///   linear; Adam.
public struct GumbelSoftmax: LossRecipe {
  public static let card = Card(
    id: "gumbel-softmax", title: "Categorical autoencoder with Gumbel-softmax",
    source:
      "Jang, Gu & Poole, Categorical Reparameterization with Gumbel-Softmax, ICLR 2017, "
      + "arXiv:1611.01144",
    system: "S374",
    summary:
      "An encoder gives the logits of categorical variables; a softmax of logits with Gumbel noise "
      + "stands for a draw of them, so that gradients pass, and comes near to one as its "
      + "temperature falls.")

  /// Number of categorical variables of a code.
  public var units = 20
  /// Number of classes of each variable.
  public var classes = 10
  /// Temperature of the softmax at the start.
  public var temperature = 1.0
  /// Temperature of the softmax at the end.
  public var finalTemperature = 0.5
  /// Share of the training over which the temperature falls.
  public var cooling = 0.5
  /// Whether the decoder gets one-hot draws, and only gradients the relaxed ones.
  public var straightThrough = false
  public var networks = EncoderDecoder()
  /// What the decoder's outputs say of the data: auto, gaussian, bernoulli, continuous-bernoulli or
  /// logistic.
  public var likelihood = LikelihoodFamily.auto
  public var training = Training()

  public init() {}

  public func validate(for domain: Domain) throws {
    try CategoricalAutoencoder.validate(
      domain, units: units, classes: classes, networks, likelihood)
    try Cooling.validate(temperature, finalTemperature, cooling)
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> CategoricalAutoencoder {
    CategoricalAutoencoder(domain, units: units, classes: classes, networks, likelihood, random)
  }

  public func loss(_ network: CategoricalAutoencoder, _ batch: Batch, _ step: Step) -> Loss {
    network.loss(
      batch.x, by: straightThrough ? .straightThroughGumbel : .gumbelSoftmax,
      temperature: Cooling(from: temperature, to: finalTemperature, over: cooling).value(at: step),
      step)
  }
}
