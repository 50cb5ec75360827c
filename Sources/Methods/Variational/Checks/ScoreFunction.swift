import Autoencoding
import Datasets
import Learning
import Networks
import Probability
import Torch

/// The evidence lower bound ascended without reparameterisation: the encoder follows the score of its own samples,
/// weighted with how well they explain the data.
///
/// From the signal go what a network of the input expects of it and a running mean; it is scaled by a running
/// deviation. The KL term is exact, as in the variational autoencoder.
///
/// - Source: Mnih & Gregor, *Neural variational inference and learning in belief networks*, ICML 2014,
///   algorithm 1; Ranganath, Gerrish & Blei, *Black box variational inference*, AISTATS 2014.
/// - Departs: normal codes instead of binary ones; Adam.
struct ScoreFunction: LossRecipe {
  static let card = Card(
    id: "score-function", title: "Score-function variational inference",
    source:
      "Mnih & Gregor, Neural variational inference and learning in belief networks, ICML 2014",
    summary:
      "The encoder follows the gradient of the log probability of its samples, weighted with how much better "
      + "than expected they explain the data.")

  /// The networks and the training.
  var vae = VAE()
  var training: Training {
    get { vae.training }
    set { vae.training = newValue }
  }

  /// An autoencoder, and what its signal is expected to be.
  struct Network: Module {
    let autoencoder: GaussianAutoencoder
    var baseline: NeuralBaseline

    init(_ autoencoder: GaussianAutoencoder, _ shape: [Int], _ random: RandomStream) {
      self.autoencoder = autoencoder
      baseline = NeuralBaseline(shape, random)
    }
  }

  func validate(for domain: Domain) throws { try vae.validate(for: domain) }

  func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    Network(vae.makeNetwork(domain, random), domain.shape, random)
  }

  func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let q = network.autoencoder.posterior(batch.x)
    let z = q.sample(step.random("noise")).detached()  // [n, k]
    let p = network.autoencoder.likelihood(network.autoencoder.decoder(z))
    let fit = p.logProbability(of: batch.x)  // nats, [n]
    let surprise = network.baseline.surprise(fit.detached(), at: batch.x)  // [n]
    let signal = network.baseline.scaled(surprise.detached())
    return Loss(
      .term("reconstruction", -fit),
      .term("rate", q.divergenceFromStandard()),  // nats
      .term("score", -(signal * q.logProbability(of: z))),
      .term("baseline", surprise.squared()))  // nats²
  }
}
