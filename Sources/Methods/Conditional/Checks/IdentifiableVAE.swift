import Autoencoding
import Datasets
import Learning
import Networks
import Probability
import Torch

/// The identifiable variational autoencoder: a prior of codes that a network learns from what is known, as part of the
/// one bound, and a decoder that is not told.
///
/// - Source: Khemakhem, Kingma, Monti & Hyvärinen, *Variational Autoencoders and Nonlinear ICA: A Unifying Framework*,
///   AISTATS 2020.
struct IdentifiableVAE: LossRecipe {
  static let card = Card(
    id: "ivae-baseline", title: "Identifiable variational autoencoder",
    source: "Khemakhem et al., Variational Autoencoders and Nonlinear ICA, AISTATS 2020",
    summary: "A variational autoencoder whose prior is conditional on what is known.")

  var attributes = KnownAttributes.auto
  /// Whether the decoder is told too, which makes it a conditional variational autoencoder.
  var tellsDecoder = false
  var beta = 1.0
  var priorHidden = [200, 200]
  var latents = 10
  var networks = EncoderDecoder()
  var likelihood = LikelihoodFamily.auto
  var training = Training()

  func makeNetwork(_ domain: Domain, _ random: RandomStream) -> ConditionalAutoencoder {
    ConditionalAutoencoder(
      domain, latents, networks, likelihood, told: attributes, ordinal: true, prior: priorHidden,
      decodesCondition: tellsDecoder, random)
  }

  func loss(_ network: ConditionalAutoencoder, _ batch: Batch, _ step: Step) -> Loss {
    let u = network.condition(batch)
    let q = network.posterior(batch.x, given: u)
    let p = network.outputs(q.sample(step.random("noise")), given: u)
    return Loss(
      .term("reconstruction", -p.logProbability(of: batch.x)),  // nats
      .term("rate", q.divergence(from: network.prior(given: u)), weight: beta))  // nats
  }
}
