import Autoencoding
import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Networks
import Probability
import Torch

/// The joint variational autoencoder: a normal block and categorical variables beside it, each block held to an
/// amount of information of its own that grows over the training.
///
/// - Source: Dupont, *Learning Disentangled Joint Continuous and Discrete Representations*, NeurIPS 2018,
///   arXiv:1804.00104, eq. 7.
/// - Departs: capacities grow over a share of the training instead of a number of steps, by default over all of it, and
///   the categorical one to the logarithm of 10 classes instead of 5 nats, which stand for the same in the end: where it
///   is reached early in a short training, all examples fall into a few classes. Fully connected networks for pictures
///   of up to 1,024 numbers unless --architecture says otherwise.
public struct JointVAE: LossRecipe {
  public static let card = Card(
    id: "joint-vae", title: "Joint variational autoencoder",
    source:
      "Dupont, Learning Disentangled Joint Continuous and Discrete Representations, NeurIPS 2018, "
      + "arXiv:1804.00104",
    system: "S096",
    summary:
      "A variational autoencoder with a normal block and relaxed categorical variables; the KL term "
      + "of each block is held to a capacity that grows, so that classes go into the variables and "
      + "what varies within a class into the block.")

  /// Number of continuous latent units.
  public var latents = 10
  /// Number of classes of each categorical variable.
  public var categories = [10]
  /// Nats that the continuous block may hold in the end.
  public var continuousCapacity = 5.0
  /// Nats that the categorical variables may hold in the end, at most the logarithms of their
  /// numbers of classes together.
  public var categoricalCapacity = 2.3
  /// Weight of how far each KL term is from its capacity.
  public var capacityWeight = 30.0
  /// Share of the training over which the capacities grow from 0.
  public var growth = 1.0
  /// Temperature of the Gumbel-softmax.
  public var temperature = 0.67
  public var networks = EncoderDecoder()
  /// What the decoder's outputs say of the data: auto, gaussian, bernoulli, continuous-bernoulli or
  /// logistic.
  public var likelihood = LikelihoodFamily.auto
  public var training = Training()

  public init() {}

  public func validate(for domain: Domain) throws {
    try JointAutoencoder.validate(
      domain, continuous: latents, categories: categories, networks, likelihood)
    try Capacity(continuousCapacity, over: growth)
      .validate(final: "continuous-capacity", share: "growth")
    try Capacity(categoricalCapacity, over: growth)
      .validate(final: "categorical-capacity", share: "growth")
    try AutoencoderSettings.validate(weights: [("capacity-weight", capacityWeight)])
    try require(
      temperature > 0 && temperature.isFinite, "--temperature \(temperature): must be above 0")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> JointAutoencoder {
    JointAutoencoder(
      domain, continuous: latents, categories: categories, networks, likelihood, random)
  }

  public func loss(_ network: JointAutoencoder, _ batch: Batch, _ step: Step) -> Loss {
    let (fit, q) = network.relaxed(batch.x, temperature: temperature, step)
    return Loss(
      .term("reconstruction", -fit),  // nats
      .term(
        "continuous",
        Capacity(continuousCapacity, over: growth).penalty(q.z.divergenceFromStandard(), at: step),
        weight: capacityWeight),
      .term(
        "categorical", (q.categoricalRate.mean() - categoricalNats(at: step)).abs(),
        weight: capacityWeight))
  }

  /// The capacity of the categorical variables, which cannot hold more than the logarithms of their numbers of classes.
  func categoricalNats(at step: Step) -> Double {
    let most = categories.reduce(0) { $0 + log(Double($1)) }
    return min(Capacity(categoricalCapacity, over: growth).nats(at: step), most)
  }
}

extension JointAutoencoder {
  /// log p(x|z, c) at one draw, relaxed for the classes, nats, `[n]`, and the posterior.
  func relaxed(_ x: Tensor, temperature: Double, _ step: Step) -> (fit: Tensor, q: Posterior) {
    let q = posterior(x)
    let classes = step.random("classes")
    let c = q.c.enumerated().map { index, c in
      CategoricalEstimator.gumbelSoftmax.draw(c, temperature: temperature, classes.child(index))
    }
    let z = q.z.sample(step.random("noise"))
    return (distribution(.concatenate([z] + c, along: 1)).logProbability(of: x), q)
  }
}
