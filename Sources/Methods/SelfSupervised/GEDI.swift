import Datasets
import Files
import Learning
import Networks
import Torch

/// Clusters and a density learned by one backbone: the density holds the features to the data, views of an example are
/// to be in one cluster, and all clusters are to be used alike.
///
/// Each term rules out a way to fail: without the density features may say nothing of the data, without the views
/// examples that are alike may be in different clusters, and without the even use one cluster may take all.
///
/// - Source: Sansone & Manhaeve, *Unifying self-supervised clustering and energy-based models*, TMLR 2025,
///   arXiv:2401.00873: the lower bound of a generative, an invariance and a prior term.
/// - Departs: the terms on clusters weigh less than the density and rise over the training (`rise`), so that the
///   density is found first; symbols are not grounded by sums; chains begin at shuffled numbers of examples; the noise
///   of a chain is that of its step, without the colder noise that is usual for images; one view is the example itself;
///   MLPs or plain convolutions.
public struct GEDI: LossRecipe {
  public static let card = Card(
    id: "gedi", title: "GEDI: generative and discriminative clusters",
    source:
      "Sansone & Manhaeve, Unifying self-supervised clustering and energy-based models, TMLR 2025, "
      + "arXiv:2401.00873",
    system: "S433",
    summary:
      "The logits of clusters are a density at once, taught by Langevin chains; views share a cluster, and all clusters are "
      + "used alike.")

  /// What is given as the code of an example.
  public enum Codes: String, Codable, CaseIterable, Sendable {
    /// What the backbone gives before the clusters.
    case features
    /// The logits of the clusters: the largest is the example's cluster, their logsumexp its log density.
    case logits
  }

  /// Number of clusters, K.
  public var clusters = 10
  /// Codes that the space has: features, or logits of the clusters.
  public var codes = Codes.features
  /// Widths of the fully connected layers.
  public var hidden = [100, 100]
  /// Network that reads the data: auto, mlp or convolution.
  public var architecture = Architecture.auto
  public var views = Views()
  /// Deviation of the noise that a view adds to each number.
  public var noise = 0.15
  /// Weight of the density.
  public var generative = 1.0
  /// Weight of the agreement of an example and its view on the cluster.
  public var invariance = 0.3
  /// Weight of the even use of the clusters.
  public var prior = 0.3
  /// Share of the training over which the weights of the clusters rise from 0; 0 has them from the start.
  public var rise = 0.8
  /// Chains that are kept.
  public var chains = 2000
  /// Moves of a chain each time that it is taken up.
  public var chainSteps = 2
  /// Step of the chains along the slope of the density; a tenth of it where inputs lie between 0 and 1.
  public var chainRate = 0.01
  /// Share of the chains that begin anew each time.
  public var restarts = 0.05
  /// Deviation of the noise on the examples that the density is learned from.
  public var smoothing = 0.03
  /// Moves of a chain for a new example, from where the training left it.
  public var drawSteps = 100
  public var training = Training()

  public init() {
    // Numbers of other examples would lead out of a cluster; noise does not.
    views.corrupted = 0
  }

  public func validate(for domain: Domain) throws {
    try require(
      domain.support != .tokens, "this method takes numbers, and the source holds tokens of text")
    try require(
      architecture.suits(domain.shape),
      "--architecture convolution needs images of at least 4×4, and the source has shape \(domain.shape)"
    )
    try views.validate()
    try require(
      !hidden.isEmpty && hidden.allSatisfy { 1...100_000 ~= $0 },
      "--hidden \(hidden.map(\.description).joined(separator: ",")): must be widths of at least 1")
    try require(2...100_000 ~= clusters, "--clusters \(clusters): must be 2 to 100000")
    try require(1...10_000_000 ~= chains, "--chains \(chains): must be 1 to 10000000")
    for (flag, count) in [("chain-steps", chainSteps), ("draw-steps", drawSteps)] {
      try require(1...1_000_000 ~= count, "--\(flag) \(count): must be 1 to 1000000")
    }
    try require(
      chainRate > 0 && chainRate.isFinite, "--chain-rate \(chainRate): must be above 0")
    for (flag, value) in [
      ("noise", noise), ("smoothing", smoothing), ("generative", generative),
      ("invariance", invariance), ("prior", prior),
    ] { try require(value >= 0 && value.isFinite, "--\(flag) \(value): must be at least 0") }
    for (flag, share) in [("rise", rise), ("restarts", restarts)] {
      try require(0...1 ~= share, "--\(flag) \(share): must be a share from 0 to 1")
    }
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> ClusterEnergy {
    let encoder = Encoder(domain.shape, architecture, hidden: hidden, random.child("encoder"))
    let isBounded = domain.support != .real
    return ClusterEnergy(
      encoder: encoder, head: Linear(encoder.features, clusters, random.child("head")),
      chains: ReplayedChains(chains, domain.shape, device: random.device),
      sampler: LangevinChain(
        steps: drawSteps, rate: isBounded ? chainRate / 10 : chainRate,
        range: isBounded ? 0...1 : nil), givesLogits: codes == .logits)
  }

  public func loss(_ network: ClusterEnergy, _ batch: Batch, _ step: Step) -> Loss {
    let warmth = step.warmth(over: rise)
    let (x, logits) = (batch.x, network.logits(batch.x))  // logits [n, K]
    let seen = network.logits(view(x, step, "view"))
    let smooth = noisy(x, smoothing, step.random("smoothing"))
    let drawn = negatives(network, x, step)  // [m] + shape
    return Loss(
      .term("energy", -network.logDensity(smooth), weight: generative),
      .term("energy of chains", -network.logDensity(drawn), weight: -generative),
      .term(
        "invariance", seen.crossEntropy(ofShares: logits.softmax(along: 1)),
        weight: invariance * warmth),
      .term("prior", logits.unevenness, weight: prior * warmth))  // nats
  }

  /// Draws of the density as it is, `[m]` + shape: ends of chains, which go on from there the next time.
  private func negatives(_ network: ClusterEnergy, _ x: Tensor, _ step: Step) -> Tensor {
    // A rival without a density pays for no chains.
    guard generative > 0 else { return x }
    let (numbers, starts) = network.chains.taken(
      beside: x, restarts: restarts, step.random("starts"))
    var sampler = network.sampler
    sampler.steps = chainSteps
    let ends = sampler.ends(from: starts, step.random("chains"), network.logDensity)
    if Runtime.isTraining { network.chains.leave(numbers, at: ends) }
    return ends
  }

  /// A view of each example, `[n]` + shape to the same, whose chance is that of `name`.
  func view(_ x: Tensor, _ step: Step, _ name: String) -> Tensor {
    noisy(views(x, step.random(name)), noise, step.random("\(name) noise"))
  }

  private func noisy(_ x: Tensor, _ deviation: Double, _ random: RandomStream) -> Tensor {
    deviation > 0 ? x + random.normal(x.shape) * deviation : x
  }
}
