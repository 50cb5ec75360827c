import Datasets
import Files
import Learning
import Networks
import Torch

/// An encoder with the head through which it is taught.
public struct Projected: Module, Encoding {
  public let encoder: Backbone
  public let projector: ProjectionHead

  /// Projections, `[n]` + shape to `[n, m]`.
  public func callAsFunction(_ x: Tensor) -> Tensor { projector(encoder(x)) }
  /// Features before the head, `[n]` + shape to `[n, k]`.
  public func encode(_ x: Tensor) -> Tensor { encoder(x) }
}

/// A network that is watched while it learns: what is encoded are the features of the part that learns.
public protocol Watched: Module, Encoding {
  var online: Projected { get }
  var watch: CollapseWatch { get }
}

extension Watched {
  /// Features before the head, `[n]` + shape to `[n, k]`.
  public func encode(_ x: Tensor) -> Tensor { online.encode(x) }
}

/// An encoder, its head, and nothing else that learns.
public struct TwinEmbedding: Watched {
  public let online: Projected
  public let watch: CollapseWatch
}

/// A method that learns from two views of every example, through a head that is left out afterwards.
public protocol JointEmbedding: LossRecipe where Network: Watched {
  /// The network whose features are the space.
  var encoder: BackboneSettings { get }
  /// How views are made.
  var views: Views { get }
  /// Widths of the head; what is compared has the last.
  var projection: [Int] { get }
  /// Spread of the projections below which a training stops.
  var collapse: Double { get }
}

extension JointEmbedding {
  /// Refuses what no method of the family can use.
  func validateParts(for domain: Domain) throws {
    try encoder.validate(for: domain)
    try views.validate()
    try require(
      !projection.isEmpty && projection.allSatisfy { 1...100_000 ~= $0 },
      "--projection \(projection.map(\.description).joined(separator: ",")): must be widths of at "
        + "least 1")
    try require(0..<1 ~= collapse, "--collapse \(collapse): must be at least 0 and below 1")
  }

  public func validate(for domain: Domain) throws { try validateParts(for: domain) }

  func makeProjected(_ domain: Domain, _ random: RandomStream) -> Projected {
    let encoder = encoder.makeNetwork(domain.shape, random.child("encoder"))
    return Projected(
      encoder: encoder,
      projector: ProjectionHead([encoder.features] + projection, random.child("projector")))
  }

  /// Stops a training whose projections no longer differ.
  public func didStep(_ network: Network, _ step: Step) throws {
    try network.watch.check(limit: collapse, after: step)
  }
}

extension JointEmbedding where Network == TwinEmbedding {
  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    Network(online: makeProjected(domain, random), watch: CollapseWatch(device: random.device))
  }

  /// Projections of two views of each example, `[n, m]` each.
  func projections(_ network: Network, _ batch: Batch, _ step: Step) -> (Tensor, Tensor) {
    let both = network.online(views.two(batch.x, step.random)).split(into: 2, along: 0)
    return (both[0], both[1])
  }
}
