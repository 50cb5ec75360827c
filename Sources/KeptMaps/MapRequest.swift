import Files
import Foundation

/// The settings of a map by neighbours; `Neighbours` makes it.
public struct NeighbourEmbedding: Codable, Equatable, Sendable {
  /// Neighbours of each point that hold it in place.
  public var neighbours = 15
  /// How near places may lie without loss.
  public var minDistance = 0.1
  /// Sweeps; 500 for up to 10,000 points and 200 for more when nothing.
  public var epochs: Int?

  public init() {}
}

/// A map that is asked for: its kind and all that its places follow from besides the points.
public struct MapRequest: Codable, Equatable, Sendable {
  /// The ways to make a map.
  public enum Kind: String, Codable, CaseIterable, Sendable {
    /// Along the two directions of most variance.
    case pca
    /// By neighbours: ``NeighbourEmbedding``.
    case neighbours
  }

  /// Rises when the same request gives other places than before.
  static let version = 1

  public var kind: Kind
  /// The settings of a map by neighbours.
  public var embedding: NeighbourEmbedding?
  /// Where its random numbers start.
  public var seed: UInt64?
  private var version = Self.version

  /// The map along principal directions.
  public static let pca = MapRequest(kind: .pca)

  /// A map by neighbours.
  public static func neighbours(_ embedding: NeighbourEmbedding, seed: UInt64) -> MapRequest {
    var request = MapRequest(kind: .neighbours)
    (request.embedding, request.seed) = (embedding, seed)
    return request
  }

  private init(kind: Kind) { self.kind = kind }

  /// What identifies this map of points that `content` identifies: the name of its files.
  func name(for content: String) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    var digest = Digest()
    digest.add(content)
    digest.add(String(decoding: try encoder.encode(self), as: UTF8.self))
    return kind.rawValue + "-" + digest.hex().prefix(24)
  }
}

/// What is known of a map.
public struct MapFacts: Codable, Sendable {
  /// What was asked for.
  public var request: MapRequest
  /// How long it took to make.
  public var seconds = 0.0
  /// The share of true neighbours that the search found; nothing for principal directions.
  public var recall: Double?
  /// Sweeps that were made; nothing for principal directions.
  public var epochs: Int?
  /// The share of the variance that it holds; nothing for a map by neighbours.
  public var share: Double?
  /// Trustworthiness by number of neighbours, where it was measured.
  public var trustworthiness: [Int: Double] = [:]

  public init(request: MapRequest) { self.request = request }
}
