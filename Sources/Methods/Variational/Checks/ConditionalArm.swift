import Autoencoding
import Datasets
import Learning
import Networks
import Probability
import Torch

/// A conditional variational autoencoder on the factors of a source, the baseline of a check.
///
/// - Source: Sohn, Lee & Yan, *Learning structured output representation using deep conditional generative models*,
///   NeurIPS 2015.
struct ConditionalArm: LossRecipe {
  static let card = Card(
    id: "conditional-arm", title: "Conditional variational autoencoder",
    source: "Sohn et al., 2015",
    summary: "A variational autoencoder whose encoder and decoder are told the factors.")

  var latents = 8
  var networks = EncoderDecoder()
  var likelihood = LikelihoodFamily.gaussian
  var training = Training()

  struct Network: Module {
    let encoder: Encoder
    let head: NormalHead
    let decoder: Decoder
    let likelihood: Likelihood
    let latents: Int

    /// q(z|x, c).
    func posterior(_ batch: Batch) -> Normal {
      head(.concatenate([encoder(batch.x), factors(batch)], along: 1))
    }

    /// p(x|z, c).
    func distribution(_ z: Tensor, _ batch: Batch) -> any Distribution {
      likelihood(decoder(.concatenate([z, factors(batch)], along: 1)))
    }

    private func factors(_ batch: Batch) -> Tensor {
      batch.factors ?? Tensor.zeros([batch.x.size(0), 0])
    }
  }

  func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    let encoder = networks.encoder(domain, random)
    let known = domain.factors.count
    return Network(
      encoder: encoder, head: NormalHead(encoder.features + known, latents, random),
      decoder: networks.decoder(domain, latents: latents + known, random),
      likelihood: Likelihood(likelihood, isUnit: domain.isUnit, device: random.device),
      latents: latents)
  }

  func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let q = network.posterior(batch)
    let p = network.distribution(q.sample(step.random("noise")), batch)
    return Loss(
      .term("reconstruction", -p.logProbability(of: batch.x)),
      .term("rate", q.divergenceFromStandard()))
  }
}
