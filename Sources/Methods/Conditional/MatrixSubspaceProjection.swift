import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Probability
import Torch

/// A variational autoencoder with a matrix that reads what is known of each example from its code, so that an attribute is
/// changed by replacing what the matrix reads.
///
/// - Source: Li, Lin, Li, Wang & Guerin, *Latent space factorisation and manipulation via matrix subspace projection*, ICML
///   2020, arXiv:1907.12385, eqs. 3–7, and the authors' program for the weight.
/// - Departs: no discriminator of patches; likelihood in place of squared error where the data lie in 0…1; attributes are
///   classes and factors of the source.
public struct MatrixSubspaceProjection: LossRecipe {
  public static let card = Card(
    id: "matrix-subspace-projection", title: "Matrix subspace projection",
    source:
      "Li, Lin, Li, Wang & Guerin, Latent Space Factorisation and Manipulation via Matrix Subspace Projection, ICML 2020, "
      + "arXiv:1907.12385",
    system: "S042",
    summary:
      "A variational autoencoder with one matrix that reads class and factors from codes; its rows become nearly "
      + "orthonormal, so that an attribute is edited by replacing its projection and the rest stays."
  )

  /// What is read from codes: auto for all that is known, classes or factors.
  public var attributes = KnownAttributes.auto
  /// Weight of the projection's errors; 0 takes the authors': inputs over units and attributes together.
  public var projection = 0.0
  /// Weight of the KL term; 1 gives the evidence lower bound.
  public var beta = 1.0
  /// Number of latent units, k.
  public var latents = 32
  public var networks = EncoderDecoder()
  /// What the decoder's outputs say of the data: auto, gaussian, bernoulli, continuous-bernoulli or logistic.
  public var likelihood = LikelihoodFamily.auto
  public var training = Training()

  public init() {}

  public struct Network: Module {
    let known: Conditions
    let base: GaussianAutoencoder
    let projection: SubspaceProjection
  }

  public func validate(for domain: Domain) throws {
    try AutoencoderSettings.validate(domain, latents, networks, likelihood)
    try AutoencoderSettings.validate(weights: [("projection", projection), ("beta", beta)])
    try Conditions.validate(domain, attributes)
    let width = Conditions(domain, attributes, RandomStream(0)).width
    try require(
      width <= latents,
      "--latents \(latents): \(width) numbers are known of each example, and as many units at least must hold them"
    )
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    let known = Conditions(domain, attributes, random)
    return Network(
      known: known, base: GaussianAutoencoder(domain, latents, networks, likelihood, random),
      projection: SubspaceProjection(known.width, latents, random.child("projection")))
  }

  public func fit(_ network: Network, _ run: FitRun) throws -> FitResult {
    try network.known.learn(from: run.source.train, run.seed)
    return try train(network, in: phases(network), run)
  }

  public func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let q = network.base.posterior(batch.x)  // q(z|x)
    let z = q.sample(step.random("noise"))  // [n, k]
    let p = network.base.likelihood(network.base.decoder(z))  // p(x|z)
    let inputs = Double(batch.x.count / batch.x.size(0))
    let weight = inputs / Double(latents + network.known.width)
    return Loss(
      .term("reconstruction", -p.logProbability(of: batch.x)),  // nats
      .term("rate", q.divergenceFromStandard(), weight: beta),  // nats
      .term(
        "projection", network.projection.error(z, network.attributes(of: batch)),
        weight: projection > 0 ? projection : weight))
  }
}

extension MatrixSubspaceProjection.Network {
  /// What is known of a batch, `[n, c]`: −1 and 1 for classes and values, as the paper has them.
  func attributes(of batch: Batch) -> Tensor { signed(known(batch)) }

  /// Conditions in 0…1 told from −1 to 1; standardised ones as they are.
  func signed(_ condition: Tensor) -> Tensor {
    let isUnit = Tensor(known.isUnit.map { $0 ? Float(1) : 0 }, shape: [1, known.width])
      .to(condition.device)
    return condition + isUnit * (condition - 1)
  }

  /// Where the numbers of the factor at `place` are in a condition.
  func range(ofFactor place: Int) -> Range<Int> {
    let widths = known.factors.map { max(1, $0.values) }
    let start = known.classes + widths.prefix(place).reduce(0, +)
    return start..<start + widths[place]
  }

  /// 1 at these numbers of a condition, `[1, c]`.
  func mask(_ range: Range<Int>, _ z: Tensor) -> Tensor {
    Tensor((0..<known.width).map { range.contains($0) ? Float(1) : 0 }, shape: [1, known.width])
      .to(z.device)
  }
}

extension MatrixSubspaceProjection.Network: Inferring, Sampling, Bounding, SubspaceEditing {
  public var latents: Int { base.latents }
  /// q(z|x), over `[n, k]`.
  public func posterior(_ x: Tensor) -> Normal { base.posterior(x) }
  /// Posterior means, `[n]` + shape to `[n, k]`.
  public func encode(_ x: Tensor) -> Tensor { base.encode(x) }
  /// Expected examples, `[n, k]` to `[n]` + shape.
  public func decode(_ z: Tensor) -> Tensor { base.decode(z) }
  public func elbo(_ x: Tensor, _ random: RandomStream) -> Tensor { base.elbo(x, random) }
  public func logWeights(_ x: Tensor, draws: Int, _ random: RandomStream) -> Tensor {
    base.logWeights(x, draws: draws, random)
  }

  public var editsClasses: Bool { known.classes > 0 }
  public var editsFactors: Bool { !known.factors.isEmpty }

  public func moved(_ z: Tensor, toClass label: Int, by strength: Double) -> Tensor {
    let wanted = mask(label..<label + 1, z) * 2 - 1
    return projection.replaced(z, by: wanted, where: mask(0..<known.classes, z) * strength)
  }

  public func moved(_ z: Tensor, factor place: Int, by strength: Double) -> Tensor {
    let range = range(ofFactor: place)
    guard known.factors[place].values > 0 else {
      return z + projection.code(of: mask(range, z) * strength)
    }
    let wanted = mask(range.upperBound - 1..<range.upperBound, z) * 2 - 1
    return projection.replaced(z, by: wanted, where: mask(range, z) * strength)
  }
}
