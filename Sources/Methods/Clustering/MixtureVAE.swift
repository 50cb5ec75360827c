import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Networks
import Probability
import Torch

/// A variational autoencoder whose prior is a mixture of normals with a class for each: codes of examples form
/// clusters that overlap.
///
/// - Source: Turishcheva et al., *MNIST-Nd: a set of naturalistic datasets to benchmark clustering across
///   dimensions*, 2024, arXiv:2410.16124; the model is Shu's GM-VAE as Arias Figueroa wrote it, with the Gumbel-softmax
///   of Jang, Gu & Poole, ICLR 2017.
/// - Departs: the KL term of the codes has its closed form instead of one sample; variances are exponentials instead of
///   softplus; no stop on a validation loss unless --patience asks for it.
public struct MixtureVAE: LossRecipe {
  public static let card = Card(
    id: "mixture-vae", title: "Variational autoencoder with a mixture prior",
    source: "Turishcheva et al., MNIST-Nd, 2024, arXiv:2410.16124",
    summary:
      "An encoder gives shares in classes and a normal over codes for a class; each class has a normal of its own as "
      + "prior, so that codes form overlapping clusters without labels.")

  /// Number of latent units, k.
  public var latents = 8
  /// Normals of the prior.
  public var components = 10
  /// Widths of the layers of the encoders; the decoder mirrors them.
  public var hidden = [512, 512]
  /// What the decoder's outputs say of the data: auto, gaussian, bernoulli, continuous-bernoulli or logistic.
  public var likelihood = LikelihoodFamily.auto
  /// Weight of the KL term of the codes; the paper's is 8 over the latent units, which keeps the sets comparable.
  public var beta = 1.0
  /// Weight of the KL term of the classes.
  public var componentWeight = 1.0
  /// Temperature of the classes' Gumbel-softmax at the start; it halves over the first half of the training.
  public var temperature = 1.0
  public var training = Training()

  public init() {}

  public func validate(for domain: Domain) throws {
    try require(
      domain.support != .tokens, "this method takes numbers, and the source holds tokens of text")
    try require(
      (1...100_000) ~= latents, "--latents \(latents): must be from 1 to 100000 latent units")
    try require(
      (2...10_000) ~= components, "--components \(components): must be from 2 to 10000 normals")
    try require(
      !hidden.isEmpty && hidden.allSatisfy { (1...1_000_000) ~= $0 },
      "--hidden: must be widths of at least 1")
    let isUnit = domain.support == .unit || domain.support == .binary
    try require(
      Likelihood.suits(likelihood, isUnit: isUnit),
      "--likelihood \(likelihood.rawValue) is for data in 0…1, and the source holds other numbers; "
        + "--likelihood gaussian takes any")
    try require(beta >= 0, "--beta \(beta): the weight of the KL term must be at least 0")
    try require(
      componentWeight >= 0, "--component-weight \(componentWeight): must be at least 0")
    try require(temperature > 0, "--temperature \(temperature): must be above 0")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> MixtureAutoencoder {
    MixtureAutoencoder(domain, latents, components, hidden, likelihood, random)
  }

  public func loss(_ network: MixtureAutoencoder, _ batch: Batch, _ step: Step) -> Loss {
    let logs = network.componentLogs(batch.x)  // log q(y|x)
    let heat = temperature * pow(0.5, min(1, 2 * step.progress))
    let y = RelaxedCategorical(logits: logs, temperature: heat).sample(step.random("components"))
    let q = network.posterior(batch.x, y)  // q(z|x, y)
    let z = q.sample(step.random("codes"))
    let p = network.likelihood(network.decoder(z))  // p(x|z)
    let classes = (logs.exp() * logs).sum(over: 1) + log(Double(components))
    return Loss(
      .term("reconstruction", -p.logProbability(of: batch.x)),  // nats
      .term("rate", q.divergence(from: network.prior(y)), weight: beta),  // nats
      .term("classes", classes, weight: componentWeight))  // nats
  }
}
