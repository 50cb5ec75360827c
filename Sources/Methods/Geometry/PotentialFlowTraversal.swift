import Autoencoding
import Datasets
import Files
import Learning
import Networks
import Probability
import Torch

/// A variational autoencoder with ways through its codes: flows down landscapes that change in time as waves do, each of
/// which a classifier must tell by what it does to the decoded examples.
///
/// - Source: Song, Keller, Sebe & Welling, *Latent traversals in generative models as potential flows*, ICML 2023,
///   arXiv:2304.12944, section 3, and the authors' program.
/// - Departs: the landscapes learn beside the autoencoder, which hears nothing of them, and not after it; they have one
///   hidden layer, with the Laplacian written out; what a move changes is the difference of decoded examples and no
///   derivative; the way back follows the landscape, not its mirror image; the autoencoder is not trained through them.
public struct PotentialFlowTraversal: GradientRecipe {
  public static let card = Card(
    id: "potential-flow-traversal", title: "Traversal by potential flows",
    source:
      "Song, Keller, Sebe & Welling, Latent Traversals in Generative Models as Potential Flows, ICML 2023, "
      + "arXiv:2304.12944",
    system: "S101",
    summary:
      "Several landscapes over the codes of an autoencoder obey a wave equation; codes move down their slopes, and a "
      + "classifier must see by which. latent traverse shows the ways.")

  /// What codes move along.
  public enum Ways: String, Codable, CaseIterable, Sendable {
    /// Slopes of landscapes that change in time.
    case waves
    /// Learned directions.
    case lines
  }

  /// Number of ways.
  public var potentials = 4
  /// What codes move along: waves, or lines as in Voynov & Babenko, 2020.
  public var ways = Ways.waves
  /// Moves of a code on its way.
  public var moves = 8
  /// Hidden units of each landscape.
  public var landscape = 64
  /// Weight of the classifier's errors.
  public var telling = 1.0
  /// Weight of the wave equation, of resting at the start and of the change that is asked for.
  public var wave = 1.0
  /// Widths of the classifier's layers.
  public var judge = [128]
  /// Weight of the KL term; 1 gives the evidence lower bound.
  public var beta = 1.0
  /// Number of latent units, k.
  public var latents = 20
  public var networks = EncoderDecoder()
  /// What the decoder's outputs say of the data: auto, gaussian, bernoulli, continuous-bernoulli or logistic.
  public var likelihood = LikelihoodFamily.auto
  public var training = Training()

  public init() {}

  public struct Network: Module {
    let base: GaussianAutoencoder
    let ways: TraversedWays
    let eye: Encoder
    let head: Linear
  }

  public func validate(for domain: Domain) throws {
    try AutoencoderSettings.validate(domain, latents, networks, likelihood)
    try AutoencoderSettings.validate(
      weights: [("telling", telling), ("wave", wave), ("beta", beta)])
    try AutoencoderSettings.validate(widths: [("judge", judge)])
    try require(2...1000 ~= potentials, "--potentials \(potentials): must be 2 to 1000")
    try require(2...1000 ~= moves, "--moves \(moves): must be 2 to 1000")
    try require(1...10_000 ~= landscape, "--landscape \(landscape): must be 1 to 10000 units")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    let both = [2 * domain.shape[0]] + domain.shape.dropFirst()
    let eye = Encoder(both, networks.architecture, hidden: judge, random.child("judge"))
    let stream = random.child("ways")
    return Network(
      base: GaussianAutoencoder(domain, latents, networks, likelihood, random.child("base")),
      ways: TraversedWays(
        potentials: ways == .waves
          ? Potentials(
            potentials, latents: latents, hidden: landscape, moves: moves, stream) : nil,
        directions: ways == .lines
          ? Parameter(stream.normal([potentials, latents]) * (0.5 / Double(latents).squareRoot()))
          : nil,
        moves: moves),
      eye: eye, head: Linear(eye.features, potentials, random.child("head")))
  }

  public func phases(_ network: Network) -> [Phase] {
    let flow = network.ways.parameters + network.eye.parameters + network.head.parameters
    return [
      Phase("autoencoder", network.base.parameters) {
        network.base.negativeELBO($0, beta: beta, $1)
      },
      Phase("flow", flow) { batch, step in flowLoss(network, batch.x.size(0), step) },
    ]
  }

  /// What is asked of ways that start at `n` draws from the prior.
  private func flowLoss(_ network: Network, _ n: Int, _ step: Step) -> Loss {
    var draw = SplitMix(step.seed.child("move"))
    let isBack = draw.uniform() < 0.5
    let at = 1 + Int(draw.uniform() * Double(moves - 1))
    let which = step.random("ways").integers(0..<potentials, [n])
    let walk = network.ways(
      step.random("codes").normal([n, latents]), which, sign: isBack ? -1 : 1)
    // Told in the direction of the landscape, whichever way was gone.
    let pair =
      isBack ? [walk.codes[at + 1], walk.codes[at]] : [walk.codes[at], walk.codes[at + 1]]
    let (from, to) = (network.base.decode(pair[0]), network.base.decode(pair[1]))
    let change = (to - from).flattened(from: 1).squared().mean(over: 1)
    return Loss(
      .term("telling", network.told(from, to).crossEntropy(which), weight: telling),  // nats
      .term("start", walk.start, weight: wave), .term("wave", walk.residual, weight: wave),
      .term("change", -change, weight: wave))
  }
}

extension PotentialFlowTraversal.Network: Inferring, Sampling, Bounding {
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

  /// Logits of the way that changed examples into others, `[n]` + shape each to `[n, ways]`.
  func told(_ from: Tensor, _ to: Tensor) -> Tensor {
    head(eye(Tensor.concatenate([from, to], along: 1)))
  }
}
