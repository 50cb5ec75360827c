import Autoencoding
import Datasets
import Learning
import Networks
import Probability
import Torch

/// The variational autoencoder with a weight on its KL term, which is told nothing: the baseline of this family, and the
/// autoencoder of those who work on codes that are there.
///
/// - Source: Higgins et al., *beta-VAE: Learning Basic Visual Concepts with a Constrained Variational Framework*,
///   ICLR 2017.
struct BetaVAE: LossRecipe {
  static let card = Card(
    id: "beta-vae-baseline", title: "Variational autoencoder with a weighted KL term",
    source: "Higgins et al., beta-VAE, ICLR 2017",
    summary: "A variational autoencoder whose KL term has a weight.")

  var beta = 1.0
  var latents = 10
  var networks = EncoderDecoder()
  var likelihood = LikelihoodFamily.auto
  var training = Training()

  func makeNetwork(_ domain: Domain, _ random: RandomStream) -> GaussianAutoencoder {
    GaussianAutoencoder(domain, latents, networks, likelihood, random)
  }

  func loss(_ network: GaussianAutoencoder, _ batch: Batch, _ step: Step) -> Loss {
    network.negativeELBO(batch, beta: beta, step)
  }
}
