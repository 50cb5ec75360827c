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

  /// An autoencoder, the network that expects its signal, and what the signal was of late.
  struct Network: Module {
    let autoencoder: GaussianAutoencoder
    let features: Encoder
    let expectation: Linear
    var mean: Buffer
    let variance: Buffer

    init(_ autoencoder: GaussianAutoencoder, _ shape: [Int], _ random: RandomStream) {
      self.autoencoder = autoencoder
      features = Encoder(shape, .mlp, hidden: [100], activation: .tanh, random)
      // From 0, so that the running mean is all there is until something better is learned.
      expectation = Linear(100, 1, bias: false, random, initialiser: .constant(0))
      mean = Buffer(Tensor.zeros([1], device: random.device))
      variance = Buffer(Tensor.ones([1], device: random.device))
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
    let surprise = network.surprise(fit.detached(), network.expected(batch.x))  // [n]
    let signal = network.scaled(surprise.detached())
    return Loss(
      .term("reconstruction", -fit),
      .term("rate", q.divergenceFromStandard()),  // nats
      .term("score", -(signal * q.logProbability(of: z))),
      .term("baseline", surprise.squared()))  // nats²
  }
}

extension ScoreFunction.Network {
  /// The share of the past in the running moments, as in Mnih & Gregor 2014, §2.3.
  private static let keeping = 0.8

  /// What the signal of each example is expected to be above its running mean, `[n]`.
  func expected(_ x: Tensor) -> Tensor { expectation(features(x)).flattened() }

  /// `signal` less what was expected of it and a running mean of what then remains.
  func surprise(_ signal: Tensor, _ expected: Tensor) -> Tensor {
    let rest = signal - expected
    return rest - moved(mean, rest.detached().mean())
  }

  /// `surprise` over its running deviation where that is above 1.
  func scaled(_ surprise: Tensor) -> Tensor {
    surprise / moved(variance, surprise.variance()).squareRoot().clamped(atLeast: 1)
  }

  /// A moment after a look at what it is now; outside of training as it stands.
  private func moved(_ moment: Buffer, _ now: Tensor) -> Tensor {
    guard Runtime.isTraining else { return moment.tensor }
    let next = moment.tensor.lerp(now.reshaped(1), 1 - Self.keeping)
    // What can fail here has failed in `next`, which carries it into the loss.
    try? moment.tensor.assign(next)
    return next
  }
}
