import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Probability
import Torch

/// Coupled mixture autoencoders: several arms that each see a copy of an example of their own, and must agree which
/// category it is of.
///
/// - Source: Marghi, Gala & Sümbül, *Mixture Representation Learning with Coupled Autoencoders*, 2021,
///   arXiv:2007.09880, the loss with the distance d_σ; the authors' program (AllenInstitute, MMIDAS).
/// - Departs: copies are turned, shifted and noisy ones instead of draws of a learned augmenter; batch normalisation of
///   the last features alone, no dropout; no pruning of categories; a temperature of 0.67 instead of 1, as JointVAE has;
///   a far smaller coupling, since trainings are some hundred steps instead of many thousands; the Gaussian likelihood
///   of standardised inputs, with a learned scale, for tables of counts, which the authors take the logarithms of.
///
/// The distance divides by how much a share varies over a minibatch. Shares that all are near even vary by a thousandth,
/// and the coupling then outweighs the data by thousands: batch normalisation and the low temperature τ of the second
/// softmax keep it from that, and a minibatch should hold each category many times.
public struct CplMixVAE: LossRecipe {
  public static let card = Card(
    id: "cpl-mixvae", title: "Coupled mixture autoencoders",
    source:
      "Marghi, Gala & Sümbül, Mixture Representation Learning with Coupled Autoencoders, 2021, "
      + "arXiv:2007.09880",
    system: "S371",
    summary:
      "Each of several autoencoders sees its own altered copy of an example and infers a category "
      + "and a style; a penalty on how far their shares in categories are apart makes them find the "
      + "same ones.")

  /// Number of autoencoders.
  public var arms = 2
  /// Number of categories.
  public var categories = 10
  /// Number of continuous units of the style.
  public var latents = 2
  /// Weight of the distance between the arms' shares in categories; more categories ask for less.
  public var coupling = 0.001
  /// Weight of the KL term of the style.
  public var beta = 1.0
  /// Temperature of the Gumbel-softmax.
  public var temperature = 0.67
  /// Temperature of a second softmax, of the shares in categories; 0 stands for one over the number of categories.
  public var sharpness = 0.0
  public var augmentation = Augmentation()
  public var networks = EncoderDecoder()
  /// What the decoders' outputs say of the data: auto, gaussian, bernoulli, continuous-bernoulli or
  /// logistic.
  public var likelihood = LikelihoodFamily.auto
  public var training = Training()

  public init() {}

  public func validate(for domain: Domain) throws {
    try AutoencoderSettings.validate(domain, latents, networks, likelihood)
    try AutoencoderSettings.validate(weights: [("coupling", coupling), ("beta", beta)])
    try require(
      (2...100) ~= arms, "--arms \(arms): must be from 2 to 100, since one has none to agree with")
    try require(
      (2...10_000) ~= categories, "--categories \(categories): must be from 2 to 10000 categories")
    try require(
      temperature > 0 && temperature.isFinite, "--temperature \(temperature): must be above 0")
    try require(
      0...1 ~= sharpness, "--sharpness \(sharpness): must be a temperature from 0 to 1")
    try augmentation.validate()
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> CoupledAutoencoders {
    CoupledAutoencoders(
      domain, arms: arms, styles: latents, categories: categories,
      sharpness: sharpness > 0 ? sharpness : 1 / Double(categories), networks, likelihood, random)
  }

  public func loss(_ network: CoupledAutoencoders, _ batch: Batch, _ step: Step) -> Loss {
    var (fit, style, rate) = (Tensor(0), Tensor(0), Tensor(0))
    var shares: [Tensor] = []
    for (index, arm) in network.arms.enumerated() {
      let random = step.random("arm").child(index)
      let x = augmentation(batch.x, random.child("copy"))
      let features = arm.features(x)
      let q = arm.category(features)
      let c = CategoricalEstimator.gumbelSoftmax.draw(
        q, temperature: temperature, random.child("category"))
      let s = arm.style(features, c)
      fit += arm.distribution(s.sample(random.child("style")), c).logProbability(of: x)
      style += s.divergenceFromStandard()
      rate += q.divergenceFromUniform()
      shares.append(q.mean)
    }
    var distance = Tensor(0)
    for (index, one) in shares.enumerated() {
      for other in shares[(index + 1)...] { distance += SimplexDistance.squared(one, other) }
    }
    // Every arm is in as many pairs as there are others.
    let pairs = Double(arms - 1)
    return Loss(
      .term("reconstruction", -fit, weight: pairs),  // nats
      .term("style", style, weight: pairs * beta),  // nats
      .term("category", rate, weight: pairs),  // nats
      .term("disagreement", distance, weight: coupling))
  }
}
