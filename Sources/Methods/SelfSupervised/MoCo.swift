import Datasets
import Files
import Learning
import Networks
import Torch

/// Momentum contrast: a view's projection is to be nearer to what a slow average of the network makes of the other view
/// than to a long queue of what it made of earlier examples.
///
/// - Source: He, Fan, Wu, Xie & Girshick, *Momentum contrast for unsupervised visual representation learning*, CVPR 2020,
///   arXiv:1911.05722, eqs. 1 and 2; head and views of Chen et al., *Improved baselines with momentum contrastive
///   learning*, 2020, arXiv:2003.04297.
/// - Departs: Adam instead of stochastic gradient descent; no shuffled batch norm, since one device holds the batch.
public struct MoCo: JointEmbedding {
  public static let card = Card(
    id: "moco", title: "Momentum contrast",
    source:
      "He, Fan, Wu, Xie & Girshick, Momentum contrast for unsupervised visual representation "
      + "learning, CVPR 2020, arXiv:1911.05722",
    summary:
      "Contrast with a queue of earlier examples, as a slow average of the network saw them: many negatives "
      + "in small batches.")

  public var encoder = BackboneSettings()
  public var views = Views()
  /// Widths of the head; what is compared has the last.
  public var projection = [128, 64]
  /// Temperature of the similarities.
  public var temperature = 0.2
  /// Earlier examples that are held against each.
  public var queue = 4096
  /// How much of the average survives a step.
  public var targetDecay = 0.99
  /// Spread of the projections below which a training stops; 0 never stops it.
  public var collapse = 0.01
  public var training = Training()

  public init() {}

  /// The network that learns, its average, and what that made of earlier examples.
  public struct Network: Watched {
    public let online: Projected
    public let target: MovingAverage<Projected>
    public let memory: MemoryQueue
    public let watch: CollapseWatch
  }

  public func validate(for domain: Domain) throws {
    try validateParts(for: domain)
    try require(
      temperature > 0 && temperature.isFinite, "--temperature \(temperature): must be above 0")
    try require(1...10_000_000 ~= queue, "--queue \(queue): must be 1 to 10000000")
    try require(
      0..<1 ~= targetDecay, "--target-decay \(targetDecay): must be at least 0 and below 1")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    Network(
      online: makeProjected(domain, random),
      // The same stream: the average starts as the network does.
      target: MovingAverage(makeProjected(domain, random)),
      memory: MemoryQueue(queue, width: projection.last ?? 1, random.child("queue")),
      watch: CollapseWatch(device: random.device))
  }

  public func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let (a, b) = (
      views(batch.x, step.random("first view")), views(batch.x, step.random("second view"))
    )
    let queries = network.online(a).ofUnitLength  // [n, m]
    let keys = withoutGradients { network.target.base(b).ofUnitLength }
    let own = (queries * keys).sum(over: 1, keep: true)  // [n, 1]
    let others = queries.linear(network.memory.rows.tensor.copied())  // [n, K]
    let logits = Tensor.concatenate([own, others], along: 1) / temperature
    if Runtime.isTraining { network.memory.push(keys) }
    let first = Tensor.zeros([batch.x.size(0)], type: .int64, device: batch.x.device)
    return Loss(
      [.term("contrast", logits.crossEntropy(first))] + network.watch.terms(queries, keys))  // nats
  }

  public func didStep(_ network: Network, _ step: Step) throws {
    try network.target.follow(network.online, keeping: targetDecay)
    try network.watch.check(limit: collapse, after: step)
  }
}
