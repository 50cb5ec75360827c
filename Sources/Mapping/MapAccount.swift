import Foundation
import KeptMaps
import Manual

extension MapRequest {
  /// The map that the flags of `latent map` ask for.
  public init(_ arguments: Arguments) {
    guard arguments.string("kind") == "neighbours" else {
      self = .pca
      return
    }
    var embedding = NeighbourEmbedding()
    embedding.neighbours = arguments.int("neighbours") ?? embedding.neighbours
    embedding.minDistance = arguments.number("min-distance") ?? embedding.minDistance
    embedding.epochs = arguments.int("epochs")
    self = .neighbours(embedding, seed: arguments.seed)
  }
}

/// What `latent map` says of a map.
public struct MapAccount {
  private let facts: MapFacts
  private let count: Int
  private let isKept: Bool
  private let out: String
  private let picture: String?

  /// Neighbours that trustworthiness is measured with.
  public static let judged = 12

  /// Of `count` points whose places were written to `out`, and drawn to `picture`; `isKept` where they were kept from
  /// before.
  public init(
    _ facts: MapFacts, count: Int, isKept: Bool, out: String, picture: String? = nil
  ) {
    (self.facts, self.count, self.isKept) = (facts, count, isKept)
    (self.out, self.picture) = (out, picture)
  }

  private var trust: Double? { facts.trustworthiness[Self.judged] }

  /// For programs.
  public var json: JSON {
    func number(_ value: Double?) -> JSON { value.map { .number($0) } ?? .null }
    return [
      "out": .string(out), "picture": picture.map { .string($0) } ?? .null,
      "kind": .string(facts.request.kind.rawValue), "count": .int(count), "kept": .bool(isKept),
      "seconds": .number(facts.seconds), "recall": number(facts.recall),
      "epochs": facts.epochs.map { .int($0) } ?? .null, "share": number(facts.share),
      "trustworthiness": number(trust),
    ]
  }

  /// For people.
  public var text: String {
    var text = "\(out): places of \(format(count: count)) points"
    text += isKept ? ", kept from before" : " in \(format(duration: facts.seconds))"
    if let recall = facts.recall, recall < 1 {
      text += "; the search found \(String(format: "%.1f%%", recall * 100)) of the neighbours"
    }
    if let share = facts.share {
      text += "; they hold \(String(format: "%.0f%%", share * 100)) of the variance"
    }
    if let trust {
      text += "\ntrustworthiness with \(Self.judged) neighbours: \(String(format: "%.4f", trust))"
    }
    if let picture { text += "\n\(picture)" }
    return text
  }
}
