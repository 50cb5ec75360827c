import Datasets
import Learning
import Networks
import Probability
import Torch

/// The autoencoders of the theory with hidden layers, on pictures: plain, from one half of a picture to the other, or
/// with two levels of codes.
struct NonlinearCollapse: LossRecipe {
  static let card = Card(
    id: "nonlinear-collapse", title: "Autoencoders of the theory of collapse, with hidden layers",
    source: "Dang et al., 2024, §5", summary: "What the check of S070 trains on pictures.")

  /// Which autoencoder.
  enum Model: String, Codable, Sendable {
    case plain
    /// The lower half of a picture, given its upper half.
    case conditional
    /// The lower half of a picture, given the upper half of another.
    case unrelated
    case hierarchical
  }

  var model = Model.plain
  var latents = 16
  var hidden = 200
  /// Weight of the KL term, of the second level's where there are two.
  var beta = 1.0
  /// Variance of the decoder's noise.
  var noise = 0.25
  /// Deviation of the first encoder; nil where it is learnt.
  var deviation: Double?
  /// Deviation of the second encoder.
  var secondDeviation: Double?
  var training = Training()

  struct Network: Module {
    let encoder: MLP
    let decoder: MLP
    let above: MLP?
    let below: MLP?
    let method: NonlinearCollapse
  }

  func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    let halves = model == .conditional || model == .unrelated
    let outputs = halves ? domain.size / 2 : domain.size
    let condition = halves ? domain.size - outputs : 0
    func head(_ deviation: Double?) -> Int { deviation == nil ? 2 * latents : latents }
    func perceptron(_ from: Int, _ to: Int) -> MLP { MLP([from, hidden, to], random) }
    let isDeep = model == .hierarchical
    return Network(
      encoder: perceptron(domain.size, head(deviation)),
      decoder: perceptron(latents + condition, outputs),
      above: isDeep ? perceptron(latents, head(secondDeviation)) : nil,
      below: isDeep ? perceptron(latents, latents) : nil, method: self)
  }

  func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let (output, condition) = network.parts(batch.x)
    let q = network.posterior(output, condition)
    let z = q.sample(step.random("first"))
    let found = network.decoder(condition.map { .concatenate([z, $0], along: 1) } ?? z)
    let fit = (output - found).squared().sumPerExample() * (0.5 / noise)
    guard let above = network.above, let below = network.below else {
      return Loss(
        .term("reconstruction", fit), .term("rate", q.divergenceFromStandard(), weight: beta))
    }
    let second = Self.normal(above(z), secondDeviation)
    let top = second.sample(step.random("second"))
    let gap = z - below(top)
    return Loss(
      .term("reconstruction", fit),
      .term("first", gap.squared().sumPerExample() * 0.5 - q.logVariance.sumPerExample() * 0.5),
      .term("second", second.divergenceFromStandard(), weight: beta))
  }

  static func normal(_ outputs: Tensor, _ deviation: Double?) -> Normal {
    guard let deviation else {
      let both = outputs.split(into: 2, along: 1)
      return Normal(mean: both[0], logVariance: both[1])
    }
    let variance = Tensor.full(outputs.shape, deviation * deviation, device: outputs.device)
    return Normal(mean: outputs, logVariance: variance.log())
  }
}

extension NonlinearCollapse.Network: Encoding {
  /// What is to be written and what is given, `[n, d]` each.
  func parts(_ x: Tensor) -> (output: Tensor, condition: Tensor?) {
    let flat = x.flattened(from: 1)
    guard method.model == .conditional || method.model == .unrelated else { return (flat, nil) }
    let half = flat.size(1) - flat.size(1) / 2
    let condition = flat.sliced(1, 0, half)
    let other = method.model == .unrelated ? condition.rolled(by: 1, along: 0) : condition
    return (flat.sliced(1, half, flat.size(1)), other)
  }

  /// q of the first codes.
  func posterior(_ output: Tensor, _ condition: Tensor?) -> Normal {
    let input = condition.map { .concatenate([output, $0], along: 1) } ?? output
    return NonlinearCollapse.normal(encoder(input), method.deviation)
  }

  /// Posterior means of the codes, of the second level where there are two, `[n]` + shape to `[n, k]`.
  func encode(_ x: Tensor) -> Tensor {
    let (output, condition) = parts(x)
    let mean = posterior(output, condition).mean
    guard let above else { return mean }
    return NonlinearCollapse.normal(above(mean), method.secondDeviation).mean
  }
}
