import Datasets
import Learning
import Networks
import Probability
import Torch

/// The evidence lower bound ascended without reparameterisation: the encoder follows the score of its own samples,
/// weighted with how well they explain the data.
///
/// The signal is centred and scaled by running moments; the KL term is exact, as in the variational autoencoder.
///
/// - Source: Mnih & Gregor, *Neural variational inference and learning in belief networks*, ICML 2014,
///   algorithm 1; Ranganath, Gerrish & Blei, *Black box variational inference*, AISTATS 2014.
/// - Departs: normal codes instead of binary ones; no baseline network of the input; Adam.
struct ScoreFunction: LossRecipe {
  static let card = Card(
    id: "score-function", title: "Score-function variational inference",
    source:
      "Mnih & Gregor, Neural variational inference and learning in belief networks, ICML 2014",
    summary:
      "The encoder follows the gradient of the log probability of its samples, weighted with the centred "
      + "and scaled log probability of the data.")

  /// The networks and the training.
  var vae = VAE()
  var training: Training {
    get { vae.training }
    set { vae.training = newValue }
  }

  /// An autoencoder, and what its signal was of late.
  struct Network: Module {
    let autoencoder: GaussianAutoencoder
    let mean: Buffer
    let variance: Buffer

    init(_ autoencoder: GaussianAutoencoder, mean: Tensor, variance: Tensor) {
      self.autoencoder = autoencoder
      self.mean = Buffer(mean)
      self.variance = Buffer(variance)
    }
  }

  func validate(for domain: Domain) throws { try vae.validate(for: domain) }

  func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    let one = Tensor.ones([1], device: random.device)
    return Network(vae.makeNetwork(domain, random), mean: one.zerosLike(), variance: one)
  }

  func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let q = network.autoencoder.posterior(batch.x)
    let z = q.sample(step.random("noise")).detached()  // [n, k]
    let p = network.autoencoder.likelihood(network.autoencoder.decoder(z))
    let fit = p.logProbability(of: batch.x)  // nats, [n]
    let signal = network.centred(fit.detached())
    return Loss(
      .term("reconstruction", -fit),
      .term("rate", q.divergenceFromStandard()),  // nats
      .term("score", -(signal * q.logProbability(of: z))))
  }
}

extension ScoreFunction.Network {
  /// The share of the past in the running moments, as in Mnih & Gregor 2014, §2.3.
  private static let keeping = 0.8

  /// The signal less its running mean, over its running deviation where that is above 1.
  func centred(_ signal: Tensor) -> Tensor {
    func moved(_ moment: Buffer, _ now: Tensor) -> Tensor {
      guard Runtime.isTraining else { return moment.tensor }
      let next = moment.tensor.lerp(now.reshaped(1), 1 - Self.keeping)
      // What can fail here has failed in `next`, which carries it into the loss.
      try? moment.tensor.assign(next)
      return next
    }
    let deviation = moved(variance, signal.variance()).squareRoot()
    return (signal - moved(mean, signal.mean())) / deviation.clamped(atLeast: 1)
  }
}
