import Autoencoding
import Datasets
import Learning
import Networks
import Probability
import Torch

/// A network with two stochastic layers that predicts the lower half of a picture from the upper one.
///
/// - Source: Jang, Gu & Poole, ICLR 2017, §4.1: 392-(24 × 10)-(24 × 10)-392, linear between the stochastic layers.
struct HalfImagePrediction: LossRecipe {
  static let card = Card(
    id: "half-image-prediction", title: "Half-image prediction",
    source: "Jang, Gu & Poole, ICLR 2017, §4.1",
    summary:
      "Two layers of categorical variables between the upper half of a picture and the lower one.")

  var estimator = CategoricalEstimator.gumbelSoftmax
  /// Number of categorical variables of each layer.
  var units = 24
  var classes = 10
  /// Temperatures of the two Gumbel estimators.
  var temperature = 1.0
  var finalTemperature = 0.5
  var training = Training()

  /// The three maps around the stochastic layers.
  struct Network: Module {
    let first: Linear
    let second: Linear
    let third: Linear
    let baseline: NeuralBaseline?
    let units: Int
    let classes: Int
  }

  func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    let (width, half) = (units * classes, domain.size / 2)
    return Network(
      first: Linear(half, width, random), second: Linear(width, width, random),
      third: Linear(width, domain.size - half, random),
      baseline: estimator == .scoreFunction ? NeuralBaseline([half], random) : nil,
      units: units, classes: classes)
  }

  func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let isRelaxed = estimator == .gumbelSoftmax || estimator == .straightThroughGumbel
    let cooling = Cooling(from: temperature, to: finalTemperature, over: 0.5)
    let pass = network.pass(
      batch.x, by: estimator, temperature: isRelaxed ? cooling.value(at: step) : 1,
      step.random("noise"))
    return Loss(
      [.term("prediction", -pass.fit)]
        + network.baseline.scoreTerms(pass.fit, at: pass.upper, pass.log))
  }
}

extension HalfImagePrediction.Network {
  /// log p(lower half | draws), the draws' log probability, both nats, `[n]`, and the upper halves.
  func pass(
    _ x: Tensor, by estimator: CategoricalEstimator, temperature: Double, _ random: RandomStream
  ) -> (fit: Tensor, log: Tensor, upper: Tensor) {
    let flat = x.flattened(from: 1)
    let half = flat.size(1) / 2
    let upper = flat.sliced(1, 0, half)
    func drawn(_ logits: Tensor, _ name: String) -> (Tensor, Tensor) {
      let q = OneHotCategorical(logits: logits.reshaped(-1, units, classes))
      let y = estimator.draw(q, temperature: temperature, random.child(name))
      return (y.flattened(from: 1), q.logProbability(of: y.detached()))
    }
    let (y, one) = drawn(first(upper), "first")
    let (z, other) = drawn(second(y), "second")
    let p = Bernoulli(logits: third(z))
    return (p.logProbability(of: flat.sliced(1, half, flat.size(1))), one + other, upper)
  }

  /// log of the mean of p(lower half | draws) over `draws` one-hot draws, nats, `[n]`.
  func logLikelihood(_ x: Tensor, draws: Int, _ random: RandomStream) -> Tensor {
    let fit = pass(x.repeated(draws), by: .scoreFunction, temperature: 1, random).fit
    return ImportanceWeights.bound(fit.reshaped(draws, x.size(0)))
  }
}
