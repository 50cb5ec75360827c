import Datasets
import Learning
import Networks
import Probability
import Torch

/// Monte Carlo expectation maximisation: a decoder that learns from samples of its own posterior, which Hamiltonian
/// Monte Carlo keeps for every training example.
///
/// - Source: Kingma & Welling, *Auto-Encoding Variational Bayes*, ICLR 2014, appendix E.
/// - Departs: each example's chain goes on where it was, and moves once for every step of the weights, not once for
///   five; Adam.
struct MonteCarloEM: LossRecipe {
  static let card = Card(
    id: "monte-carlo-em", title: "Monte Carlo expectation maximisation",
    source: "Kingma & Welling, Auto-Encoding Variational Bayes, ICLR 2014, appendix E",
    summary:
      "A decoder learns from codes that Hamiltonian Monte Carlo draws from its posterior; there is no "
      + "encoder.")

  /// The decoder and the training.
  var vae = VAE()
  /// Number of training examples, each of which has a chain.
  var examples = 1000
  var training: Training {
    get { vae.training }
    set { vae.training = newValue }
  }

  struct Network: Module {
    let decoder: Decoder
    let likelihood: Likelihood
    /// Where the chains are, `[examples, k]`.
    let chains: Buffer
    let stepSize: Buffer
  }

  func validate(for domain: Domain) throws { try vae.validate(for: domain) }

  func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    let start = vae.makeNetwork(domain, random)
    return Network(
      decoder: start.decoder, likelihood: start.likelihood,
      chains: Buffer(random.child("chains").normal([examples, vae.latents])),
      stepSize: Buffer(Tensor.full([1], 0.1, device: random.device)))
  }

  func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let which = Tensor(batch.indices.map(Int64.init)).to(network.chains.tensor.device)
    // Only training examples have chains.
    let before =
      Runtime.isTraining
      ? network.chains.tensor.indexSelect(0, which)
      : Tensor.zeros([batch.x.size(0), vae.latents], device: which.device)
    let z = HamiltonianMonteCarlo().move(
      before, stepSize: network.stepSize.tensor, step.random("moves")
    ) { network.logJoint(batch.x, $0) }
    if Runtime.isTraining {
      // What can fail here has failed in `z`, which carries it into the loss.
      try? network.chains.tensor.assign(network.chains.tensor.indexCopy(0, which, z))
    }
    return Loss(.term("joint", -network.logJoint(batch.x, z)))  // nats
  }
}

extension MonteCarloEM.Network {
  /// log p(x, z), `[n]`.
  func logJoint(_ x: Tensor, _ z: Tensor) -> Tensor {
    likelihood(decoder(z)).logProbability(of: x) + Normal.standardLogProbability(of: z)
  }
}
