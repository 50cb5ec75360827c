import Autoencoding
import Datasets
import Files
import Learning
import Networks
import Probability
import Torch

/// An encoder to independent categorical variables, equally likely classes as prior, and a decoder of their one-hot
/// vectors.
public struct CategoricalAutoencoder: Module {
  let encoder: Encoder
  let head: Linear
  let decoder: Decoder
  let likelihood: Likelihood
  let units: Int
  let classes: Int

  /// Networks for codes of `units` variables of `classes` classes each.
  init(
    _ domain: Domain, units: Int, classes: Int, _ networks: EncoderDecoder,
    _ likelihood: LikelihoodFamily, _ random: RandomStream
  ) {
    encoder = networks.encoder(domain, random)
    head = Linear(encoder.features, units * classes, random)
    decoder = networks.decoder(domain, latents: units * classes, random)
    self.likelihood = Likelihood(likelihood, isUnit: domain.isUnit, device: random.device)
    self.units = units
    self.classes = classes
  }

  /// q(y|x), over `[n, units, classes]`.
  func posterior(_ x: Tensor) -> OneHotCategorical {
    OneHotCategorical(logits: head(encoder(x)).reshaped(-1, units, classes))
  }

  /// p(x|y) for `y`, one-hot or relaxed, `[n, units, classes]`.
  func distribution(_ y: Tensor) -> any Distribution { likelihood(decoder(y.flattened(from: 1))) }

  /// The evidence lower bound's terms at one draw for each example, with gradients by `estimator`.
  func loss(
    _ x: Tensor, by estimator: CategoricalEstimator, temperature: Double, _ step: Step
  ) -> Loss {
    let q = posterior(x)
    let y = estimator.draw(q, temperature: temperature, step.random("noise"))
    return Loss(
      .term("reconstruction", -distribution(y).logProbability(of: x)),  // nats
      .term("rate", q.divergenceFromUniform()))  // nats
  }

  /// Refuses fewer than one variable or two classes, and what no autoencoder takes.
  ///
  /// - Throws: `UserError`.
  static func validate(
    _ domain: Domain, units: Int, classes: Int, _ networks: EncoderDecoder,
    _ likelihood: LikelihoodFamily
  ) throws {
    try require(
      (1...10_000) ~= units, "--units \(units): must be from 1 to 10000 categorical variables")
    try require((2...10_000) ~= classes, "--classes \(classes): must be from 2 to 10000 classes")
    try AutoencoderSettings.validate(domain, units * classes, networks, likelihood)
  }
}

extension CategoricalAutoencoder: Encoding, Sampling, Bounding, Tokenising {
  /// Numbers of a code, one for each class of each variable.
  public var latents: Int { units * classes }
  public var codebookSize: Int { classes }

  /// Probabilities of the classes, `[n]` + shape to `[n, units · classes]`.
  public func encode(_ x: Tensor) -> Tensor { posterior(x).mean.flattened(from: 1) }
  /// Expected examples, `[n, units · classes]` to `[n]` + shape.
  public func decode(_ z: Tensor) -> Tensor { likelihood(decoder(z)).mean }

  /// The likeliest class of each variable, `[n]` + shape to `[n, units]`.
  public func tokens(_ x: Tensor) -> Tensor { posterior(x).logits.argmax(over: 2) }
  /// Expected examples, classes `[n, units]` to `[n]` + shape.
  public func decode(tokens: Tensor) -> Tensor {
    decode(tokens.oneHot(classes).to(.float32).flattened(from: 1))
  }

  /// One-hot draws of equally likely classes, `[count, units · classes]`; a temperature does not change them.
  public func samplePrior(
    _ count: Int, temperature: Double, _ random: RandomStream
  ) -> Tensor {
    random.integers(0..<classes, [count, units]).oneHot(classes).to(.float32).flattened(from: 1)
  }

  public func elbo(_ x: Tensor, _ random: RandomStream) -> Tensor {
    let q = posterior(x)
    return distribution(q.sample(random)).logProbability(of: x) - q.divergenceFromUniform()
  }

  public func logWeights(_ x: Tensor, draws: Int, _ random: RandomStream) -> Tensor {
    let q = posterior(x).repeated(draws)
    let y = q.sample(random)  // [draws · n, units, classes]
    let p = distribution(y).logProbability(of: x.repeated(draws))
    return (p - q.logProbability(of: y) + q.logUniform).reshaped(draws, x.size(0))
  }
}
