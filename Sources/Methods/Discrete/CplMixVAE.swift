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
/// - Departs: copies are turned, shifted and noisy ones instead of draws of a learned augmenter; no second softmax of
///   low temperature on the shares, no batch normalisation, no dropout; no pruning of categories; the Gaussian
///   likelihood of standardised inputs for tables of counts, which the authors take the logarithms of.
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
  /// Weight of the distance between the arms' shares in categories.
  public var coupling = 1.0
  /// Weight of the KL term of the style.
  public var beta = 1.0
  /// Temperature of the Gumbel-softmax.
  public var temperature = 1.0
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
    try augmentation.validate()
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> CoupledAutoencoders {
    CoupledAutoencoders(
      domain, arms: arms, styles: latents, categories: categories, networks, likelihood, random)
  }

  public func loss(_ network: CoupledAutoencoders, _ batch: Batch, _ step: Step) -> Loss {
    var (fit, style, rate) = (Tensor(0), Tensor(0), Tensor(0))
    var shares: [Tensor] = []
    for (index, arm) in network.arms.enumerated() {
      let random = step.random("arm").child(index)
      let x = augmentation(batch.x, random.child("copy"))
      let features = arm.encoder(x)
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
