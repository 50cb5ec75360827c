import Autoencoding
import Datasets
import Learning
import Networks
import Probability
import Torch

/// A JointVAE whose two KL terms together are held to one capacity, the sum of both.
struct SharedCapacity: LossRecipe {
  static let card = Card(
    id: "shared-capacity", title: "Joint autoencoder with one capacity",
    source: "Dupont, NeurIPS 2018, §3", summary: "One capacity for both blocks of codes.")

  var base = JointVAE()
  var training: Training {
    get { base.training }
    set { base.training = newValue }
  }

  func makeNetwork(_ domain: Domain, _ random: RandomStream) -> JointAutoencoder {
    base.makeNetwork(domain, random)
  }

  func loss(_ network: JointAutoencoder, _ batch: Batch, _ step: Step) -> Loss {
    let (fit, q) = network.relaxed(batch.x, temperature: base.temperature, step)
    let all = Capacity(base.continuousCapacity + base.categoricalCapacity, over: base.growth)
    return Loss(
      .term("reconstruction", -fit),
      .term(
        "rate", all.penalty(q.z.divergenceFromStandard() + q.categoricalRate, at: step),
        weight: base.capacityWeight))
  }
}

/// A β-VAE of 10 units.
///
/// - Source: Higgins et al., *beta-VAE*, ICLR 2017.
struct BetaVAE: LossRecipe {
  static let card = Card(
    id: "plain-beta-vae", title: "beta-VAE", source: "Higgins et al., beta-VAE, ICLR 2017",
    summary: "The evidence lower bound with a weight on the KL term.")

  var beta = 1.0
  var networks = EncoderDecoder()
  var training = Training()

  func makeNetwork(_ domain: Domain, _ random: RandomStream) -> GaussianAutoencoder {
    GaussianAutoencoder(domain, 10, networks, .auto, random)
  }

  func loss(_ network: GaussianAutoencoder, _ batch: Batch, _ step: Step) -> Loss {
    let q = network.posterior(batch.x)
    let p = network.likelihood(network.decoder(q.sample(step.random("noise"))))
    return Loss(
      .term("reconstruction", -p.logProbability(of: batch.x)),
      .term("rate", q.divergenceFromStandard(), weight: beta))
  }
}
