import Datasets
import Files
import Learning
import Networks
import Torch

/// Siamese networks without negatives and without an average: one view's projection predicts the other's, which passes no
/// gradient.
///
/// - Source: Chen & He, *Exploring simple siamese representation learning*, CVPR 2021, arXiv:2011.10566, eqs. 1 to 4.
/// - Departs: Adam instead of stochastic gradient descent; no batch norm after the last layer of the head.
public struct SimSiam: JointEmbedding {
  public static let card = Card(
    id: "simsiam", title: "SimSiam",
    source:
      "Chen & He, Exploring simple siamese representation learning, CVPR 2021, arXiv:2011.10566",
    summary:
      "One view's projection predicts the other's, which passes no gradient; nothing else prevents collapse."
  )

  public var encoder = BackboneSettings()
  public var views = Views()
  /// Widths of the head; what is predicted has the last.
  public var projection = [128, 128]
  /// Width of the predictor's hidden layer.
  public var predictor = 32
  /// Whether what is predicted passes no gradient; off, the projections collapse.
  public var stopsGradient = true
  /// Spread of the projections below which a training stops; 0 never stops it.
  public var collapse = 0.01
  public var training = Training()

  public init() {}

  /// The network that learns, and what predicts from it.
  public struct Network: Watched {
    public let online: Projected
    public let predictor: ProjectionHead
    public let watch: CollapseWatch
  }

  public func validate(for domain: Domain) throws {
    try validateParts(for: domain)
    try require(1...100_000 ~= predictor, "--predictor \(predictor): must be 1 to 100000")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    let width = projection.last ?? 1
    return Network(
      online: makeProjected(domain, random),
      predictor: ProjectionHead([width, predictor, width], random.child("predictor")),
      watch: CollapseWatch(device: random.device))
  }

  public func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let z = network.online(views.two(batch.x, step.random))  // [2 n, m]
    let p = network.predictor(z).split(into: 2, along: 0)  // [n, m]
    let (a, b) = (z.split(into: 2, along: 0)[0], z.split(into: 2, along: 0)[1])
    func target(_ z: Tensor) -> Tensor { stopsGradient ? z.detached() : z }
    return Loss(
      [
        .term("a predicts b", -p[0].cosineSimilarity(target(b)), weight: 0.5),
        .term("b predicts a", -p[1].cosineSimilarity(target(a)), weight: 0.5),
      ] + network.watch.terms(a, b))
  }
}
