import Datasets
import Files
import Learning
import Networks
import Torch

/// Twin learning for dimensionality reduction: fewer numbers for each example, by a linear map or a small network, in which
/// an example and one of its nearest neighbours are alike and no number tells what another does.
///
/// - Source: Kalantidis, Lassance, Almazán & Larlus, *TLDR: Twin Learning for Dimensionality Reduction*, TMLR 2022,
///   arXiv:2110.09455, section 3; the loss is that of Barlow Twins.
/// - Departs: Adam instead of LARS; a projector of hundreds instead of 8,192; validation pairs are nearest in their batch.
public struct TLDR: GradientRecipe {
  public static let card = Card(
    id: "tldr", title: "Twin learning for dimensionality reduction",
    source:
      "Kalantidis, Lassance, Almazán & Larlus, TLDR: Twin Learning for Dimensionality Reduction, TMLR 2022, "
      + "arXiv:2110.09455",
    system: "S171",
    summary:
      "A linear map, or a small network, reduces features of any kind so that nearest neighbours stay alike and no "
      + "coordinate repeats another.")

  /// Number of latent units, k.
  public var latents = 32
  /// Widths of the encoder's hidden layers; none makes it linear.
  public var hidden: [Int] = []
  /// Nearest neighbours of an example that may be its partner.
  public var neighbours = 3
  /// Share of true neighbours that the search must find; below 1 it is approximate.
  public var recall = 1.0
  /// Widths of the projector, which is left out afterwards; what is compared has the last.
  public var projection = [512, 512]
  /// Weight of the correlations of different coordinates.
  public var redundancyWeight = 0.005
  public var training = Training()

  public init() {}

  public struct Network: Module {
    let encoder: ProjectionHead
    let projector: ProjectionHead
  }

  public func validate(for domain: Domain) throws {
    try require(
      domain.support != .tokens, "this method takes numbers, and the source holds tokens of text")
    try require(1...100_000 ~= latents, "--latents \(latents): must be 1 to 100000")
    for (flag, widths) in [("hidden", hidden), ("projection", projection)] {
      try require(
        widths.allSatisfy { 1...100_000 ~= $0 },
        "--\(flag) \(widths.map(\.description).joined(separator: ",")): must be widths of at least 1"
      )
    }
    try require(!projection.isEmpty, "--projection: at least one width is needed")
    try require(1...1000 ~= neighbours, "--neighbours \(neighbours): must be 1 to 1000")
    try require(recall > 0 && recall <= 1, "--recall \(recall): must be a share above 0")
    try require(
      redundancyWeight >= 0 && redundancyWeight.isFinite,
      "--redundancy-weight \(redundancyWeight): must be at least 0")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    Network(
      encoder: ProjectionHead([domain.size] + hidden + [latents], random.child("encoder")),
      projector: ProjectionHead([latents] + projection, random.child("projector")))
  }

  public func phases(_ network: Network) -> [Phase] { phases(network, nil) }

  public func fit(_ network: Network, _ run: FitRun) throws -> FitResult {
    let pairs = try NeighbourPairs(run, count: neighbours, recall: recall)
    return try train(network, in: phases(network, pairs), run)
  }

  /// With partners among `pairs` in training, and in the batch elsewhere.
  private func phases(_ network: Network, _ pairs: NeighbourPairs?) -> [Phase] {
    [
      Phase("all", network.parameters) { batch, step in
        let drawn = Runtime.isTraining ? pairs : nil
        let partners =
          drawn?.partners(of: batch, step.random("partners"))
          ?? NeighbourPairs.partnersWithin(batch)
        let both = Tensor.concatenate([batch.x.flattened(from: 1), partners])
        let halves = network.projector(network.encoder(both)).split(into: 2, along: 0)  // [n, m]
        let (invariance, redundancy) = halves[0].redundancy(with: halves[1])
        return Loss(
          .term("invariance", invariance),
          .term("redundancy", redundancy, weight: redundancyWeight))
      }
    ]
  }
}

extension TLDR.Network: Encoding {
  /// Reduced features, `[n]` + shape to `[n, k]`.
  public func encode(_ x: Tensor) -> Tensor { encoder(x.flattened(from: 1)) }
}
