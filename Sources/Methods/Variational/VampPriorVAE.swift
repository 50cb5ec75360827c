import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Probability
import Torch

/// A variational autoencoder whose prior is the mixture of the encoder's own posteriors at learned pseudo-inputs.
///
/// - Source: Tomczak & Welling, *VAE with a VampPrior*, AISTATS 2018, arXiv:1705.07120, section 3.
/// - Departs: one stochastic layer; pseudo-inputs of data in 0…1 are sigmoids of free numbers, where the paper clips
///   them, and start at random; ReLU in place of gated layers unless --activation says otherwise.
public struct VampPriorVAE: LossRecipe {
  public static let card = Card(
    id: "vamp-vae", title: "Variational autoencoder with a VampPrior",
    source: "Tomczak & Welling, VAE with a VampPrior, AISTATS 2018, arXiv:1705.07120",
    summary:
      "A variational autoencoder whose prior is a mixture of its posteriors at pseudo-inputs that are learned with "
      + "the rest, the best approximation of the aggregate posterior by so many components.")

  /// Number of latent units, k.
  public var latents = 20
  /// Pseudo-inputs, which are the components of the prior.
  public var pseudoInputs = 100
  public var networks = EncoderDecoder()
  /// What the decoder's outputs say of the data: auto, gaussian, bernoulli, continuous-bernoulli or logistic.
  public var likelihood = LikelihoodFamily.auto
  /// Weight of the KL term; 1 gives the evidence lower bound.
  public var beta = 1.0
  /// Share of the training over which the weight of the KL term rises from 0.
  public var annealing = 0.0
  public var training = Training()

  public init() {}

  public func validate(for domain: Domain) throws {
    try AutoencoderSettings.validate(domain, latents, networks, likelihood)
    try AutoencoderSettings.validate(beta: beta, annealing: annealing)
    try require(
      (1...100_000) ~= pseudoInputs,
      "--pseudo-inputs \(pseudoInputs): must be from 1 to 100000 components")
  }

  /// The networks of a variational autoencoder, and the pseudo-inputs.
  public struct Network: Module {
    let base: GaussianAutoencoder
    let raw: Parameter
    let isUnit: Bool
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    Network(
      base: GaussianAutoencoder(domain, latents, networks, likelihood, random),
      raw: Parameter(random.child("pseudo-inputs").normal([pseudoInputs] + domain.shape)),
      isUnit: domain.isUnit)
  }

  public func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let q = network.base.posterior(batch.x)  // q(z|x), [n, k]
    let z = q.sample(step.random("noise"))  // [n, k]
    let p = network.base.likelihood(network.base.decoder(z))  // p(x|z)
    let rate = q.logProbability(of: z) - network.prior.logProbability(of: z)
    return Loss(
      .term("reconstruction", -p.logProbability(of: batch.x)),  // nats
      .term("rate", rate, weight: beta * step.warmth(over: annealing)))  // nats
  }
}

extension VampPriorVAE.Network: Inferring, Sampling, Bounding {
  public var latents: Int { base.latents }
  /// The mixture of the posteriors at the pseudo-inputs.
  var prior: EqualMixture {
    EqualMixture(base.posterior(isUnit ? raw.tensor.sigmoid() : raw.tensor))
  }

  /// q(z|x), over `[n, k]`.
  public func posterior(_ x: Tensor) -> Normal { base.posterior(x) }
  /// Posterior means, `[n]` + shape to `[n, k]`.
  public func encode(_ x: Tensor) -> Tensor { base.encode(x) }
  /// Expected examples, `[n, k]` to `[n]` + shape.
  public func decode(_ z: Tensor) -> Tensor { base.decode(z) }

  /// Draws from the mixture, `[count, k]`.
  public func samplePrior(_ count: Int, temperature: Double, _ random: RandomStream) -> Tensor {
    prior.sample(count, temperature: temperature, random)
  }

  public func elbo(_ x: Tensor, _ random: RandomStream) -> Tensor {
    logWeights(x, draws: 1, random).squeezed(0)
  }

  public func logWeights(_ x: Tensor, draws: Int, _ random: RandomStream) -> Tensor {
    let q = posterior(x).repeated(draws)
    let z = q.sample(random)  // [draws · n, k]
    let p = base.likelihood(base.decoder(z)).logProbability(of: x.repeated(draws))
    return (p + prior.logProbability(of: z) - q.logProbability(of: z))
      .reshaped(draws, x.size(0))
  }
}
