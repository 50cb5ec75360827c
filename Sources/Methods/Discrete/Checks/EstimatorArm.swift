import Datasets
import Learning
import Networks
import Probability
import Torch

/// The categorical autoencoder of the Gumbel-softmax method, with gradients by any estimator.
///
/// The score function has the baselines and the scale of ``NeuralBaseline``; the KL term is exact for all.
struct EstimatorArm: LossRecipe {
  static let card = Card(
    id: "estimator-arm", title: "Categorical autoencoder by any estimator",
    source: "Jang, Gu & Poole, ICLR 2017, table 1",
    summary: "One network, and gradients through its draws by the estimator of the arm.")

  var estimator = CategoricalEstimator.gumbelSoftmax
  /// Networks, training, and the temperatures of the two Gumbel estimators.
  var base = GumbelSoftmax()
  /// Temperature of the other estimators.
  var temperature = 1.0
  var training: Training {
    get { base.training }
    set { base.training = newValue }
  }

  /// The autoencoder, and what the score function's signal is expected to be.
  struct Network: Module {
    let autoencoder: CategoricalAutoencoder
    let baseline: NeuralBaseline?
  }

  func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    Network(
      autoencoder: base.makeNetwork(domain, random),
      baseline: estimator == .scoreFunction ? NeuralBaseline(domain.shape, random) : nil)
  }

  func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    switch estimator {
    case .gumbelSoftmax, .straightThroughGumbel:
      var method = base
      method.straightThrough = estimator == .straightThroughGumbel
      return method.loss(network.autoencoder, batch, step)
    case .straightThrough, .reinMax:
      return network.autoencoder.loss(batch.x, by: estimator, temperature: temperature, step)
    case .scoreFunction:
      return scored(network, batch, step)
    }
  }

  private func scored(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let q = network.autoencoder.posterior(batch.x)
    let y = q.sample(step.random("noise"))
    let fit = network.autoencoder.distribution(y).logProbability(of: batch.x)
    return Loss(
      [
        .term("reconstruction", -fit), .term("rate", q.divergenceFromUniform()),
      ] + network.baseline.scoreTerms(fit, at: batch.x, q.logProbability(of: y)))
  }
}

extension NeuralBaseline? {
  /// The terms whose gradients are the score function's for draws of log probability `log`, and what the baseline
  /// learns from.
  func scoreTerms(_ signal: Tensor, at x: Tensor, _ log: Tensor) -> [Loss.Term] {
    guard let self else { return [] }
    let surprise = self.surprise(signal.detached(), at: x)
    let scaled = self.scaled(surprise.detached())
    return [.term("score", -(scaled * log)), .term("baseline", surprise.squared())]
  }
}
