import Autoencoding
import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Networks
import Probability
import Torch

/// The contrastive mutual information machine: an autoencoder that maximises the joint likelihood of its encoding and
/// decoding distributions and, without augmentation, tells the code of an example from those of others.
///
/// - Source: Livne, *cMIM: A Contrastive Mutual Information Framework for Unified Generative and Discriminative
///   Representation Learning*, 2025, arXiv:2502.19642; the machine itself is that of Livne, Swersky & Fleet, *MIM: Mutual
///   Information Machine*, 2019, arXiv:1910.03175, with its authors' bounds on log variances.
/// - Departs: only codes of the encoder are drawn, and the density of an example is that which the decoder gives it at its
///   own code (there A-MIM); ReLU unless --activation says otherwise.
public struct CMIM: LossRecipe {
  public static let card = Card(
    id: "cmim", title: "Contrastive mutual information machine",
    source:
      "Livne, cMIM: A Contrastive Mutual Information Framework for Unified Generative and Discriminative "
      + "Representation Learning, 2025, arXiv:2502.19642",
    system: "S432",
    summary:
      "Reconstruction, a sharp encoder and codes near the prior by half their log densities each, and a term by which "
      + "each code is told from those of the batch by its direction.")

  /// Weight of the contrastive term; 0 gives the mutual information machine.
  public var contrast = 1.0
  /// What cosines of codes are divided by.
  public var temperature = 0.1
  /// Number of latent units, k.
  public var latents = 20
  public var networks = EncoderDecoder()
  /// What the decoder's outputs say of the data: auto, gaussian, bernoulli, continuous-bernoulli or logistic.
  public var likelihood = LikelihoodFamily.auto
  public var training = Training()

  public init() {}

  /// The autoencoder, whose encoder has log variances from −6 to 2.
  public struct Network: Module {
    let autoencoder: GaussianAutoencoder
    let activation: Activation
  }

  public func validate(for domain: Domain) throws {
    try AutoencoderSettings.validate(domain, latents, networks, likelihood)
    try AutoencoderSettings.validate(weights: [("contrast", contrast)])
    try require(
      temperature > 0 && temperature.isFinite, "--temperature \(temperature): must be above 0")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    Network(
      autoencoder: GaussianAutoencoder(domain, latents, networks, likelihood, random),
      activation: networks.activation)
  }

  public func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let q = network.posterior(batch.x)  // q(z|x), [n, k]
    let z = q.sample(step.random("noise"))  // [n, k]
    let p = network.autoencoder.likelihood(network.autoencoder.decoder(z))  // p(x|z)
    var terms = [
      Loss.Term.term("reconstruction", -p.logProbability(of: batch.x)),  // nats
      .term("encoding", -q.logProbability(of: z), weight: 0.5),  // nats
      .term("prior", -Normal.standardLogProbability(of: z), weight: 0.5),  // nats
    ]
    if contrast > 0 {
      terms.append(
        .term("contrast", Self.contrast(z, temperature: temperature), weight: contrast))  // nats
    }
    return Loss(terms)
  }

  /// −log of how likely a code `z`, `[n, k]`, is taken for its own and not another's, nats, `[n]`: its cosine with
  /// itself against the mean over the others, so that their number does not matter.
  static func contrast(_ z: Tensor, temperature: Double, sums: Bool = false) -> Tensor {
    let n = z.size(0)
    guard n > 1 else { return (z * 0).sumPerExample() }
    let unit = z / z.norm(over: 1, keep: true).clamped(atLeast: 1e-12)
    let own = Tensor.identity(n, device: z.device) * -1e9
    let cosines = unit.matmul(unit.transposed()) / temperature + own
    let others = cosines.logSumExp(over: 1) - (sums ? 0 : log(Double(n - 1)))
    return (others - 1 / temperature).softplus()
  }
}

extension CMIM.Network: Inferring, Sampling, Bounding {
  public var latents: Int { autoencoder.latents }

  /// q(z|x), over `[n, k]`.
  public func posterior(_ x: Tensor) -> Normal {
    let q = autoencoder.posterior(x)
    return Normal(mean: q.mean, logVariance: q.logVariance.clamped(-6, 2))
  }
  /// Posterior means, `[n]` + shape to `[n, k]`.
  public func encode(_ x: Tensor) -> Tensor { posterior(x).mean }
  /// Expected examples, `[n, k]` to `[n]` + shape.
  public func decode(_ z: Tensor) -> Tensor { autoencoder.decode(z) }

  /// The paper's informative embeddings: the decoder's last hidden layer at the posterior mean, `[n]` + shape to `[n, h]`.
  public func decoderEmbeddings(_ x: Tensor) -> Tensor {
    autoencoder.decoder.layers.dropLast().reduce(encode(x)) { $1($0, then: activation) }
  }

  public func elbo(_ x: Tensor, _ random: RandomStream) -> Tensor {
    let q = posterior(x)
    let p = autoencoder.likelihood(autoencoder.decoder(q.sample(random)))
    return p.logProbability(of: x) - q.divergenceFromStandard()
  }

  public func logWeights(_ x: Tensor, draws: Int, _ random: RandomStream) -> Tensor {
    let q = posterior(x).repeated(draws)
    let z = q.sample(random)  // [draws · n, k]
    let p = autoencoder.likelihood(autoencoder.decoder(z)).logProbability(of: x.repeated(draws))
    let weights = p + Normal.standardLogProbability(of: z) - q.logProbability(of: z)
    return weights.reshaped(draws, x.size(0))
  }
}
