import Catalog
import Evaluation
import Files
import Foundation
import Learning
import Manual
import Networks
import Torch

extension ServedSpace {
  /// What lists say of the space.
  var summary: [(String, JSON)] {
    let description = space.description
    return [
      ("id", .string(id)), ("folder", .string(folder)), ("method", .string(method)),
      ("title", .string(card.title)), ("system", card.system.map { .string($0) } ?? .null),
      ("source", .string(description.source.spec)), ("seed", .int(Int(clamping: description.seed))),
      ("kind", .string(kind)), ("shape", .array(domain.shape.map { .int($0) })),
      ("latents", latents.map { .int($0) } ?? .null), ("items", .int(items?.count ?? 0)),
      ("split", .string(split)),
      ("classes", .array(domain.classes.map { .string($0) })),
      ("labelled", .bool(labels != nil)),
      ("columns", .array(columns.map(Self.json))),
      (
        "maps",
        .array(
          can.contains { $0.name == "neighbours" && $0.able }
            ? ServedMaps.names.map { .string($0) } : [])
      ),
      ("can", .object(can.map { ($0.name, .bool($0.able)) })),
      (
        "cannot",
        .object(cannot.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
      ),
    ]
  }

  private static func json(_ column: Column) -> JSON {
    .object(
      [
        ("name", .string(column.name)), ("kind", column.classes == nil ? "number" : "class"),
        ("origin", .string(column.origin.rawValue)),
      ] + (column.classes.map { [("classes", .array($0.map { .string($0) }))] } ?? []))
  }

  /// All there is to say of it.
  var details: JSON {
    let description = space.description
    let settings = Catalogue.settings(of: description).map { ($0.flag, JSON.string($0.value)) }
    let metrics = description.metrics.sorted { $0.key < $1.key }.map {
      ($0.key, JSON.number($0.value))
    }
    let epochs = (try? History(opening: folder))?.epochs ?? []
    return .object(
      summary + [
        ("settings", .object(settings)), ("metrics", .object(metrics)),
        ("history", .array(epochs.map(\.json))), ("card", cardJSON), ("facts", facts),
        (
          "command",
          .string(CommandText.of(Catalogue.fitWords(of: description, folder: folder)))
        ),
      ])
  }

  private var cardJSON: JSON {
    let record = card.system.flatMap(CheckReport.recorded)
    return [
      "id": .string(card.id), "title": .string(card.title), "source": .string(card.source),
      "summary": .string(card.summary), "departures": .string(Catalogue.departures(of: card) ?? ""),
      "verdict": record.map {
        [
          "outcome": .string($0.verdict.rawValue),
          "sentence": .string($0.claims.first?.statement ?? ""),
          "date": $0.recorded.map { .string($0) } ?? .null,
        ]
      } ?? .null,
    ]
  }

  private var facts: JSON {
    let description = space.description
    var facts: [(String, JSON)] = [
      ("parameters", .int(space.network.parameterCount)),
      ("device", .string(description.device)), ("threads", .int(description.threads)),
      ("fingerprint", .string(description.source.fingerprint)),
      ("support", .string(domain.support.rawValue)),
    ]
    for (name, version) in description.versions.sorted(by: { $0.key < $1.key }) {
      facts.append((name, .string(version)))
    }
    for name in ["steps", "seconds"] {
      if let value = description.metrics[name] { facts.append((name, .number(value))) }
    }
    if let absence { facts.append(("items", .string(absence))) }
    return .object(facts)
  }
}

extension EpochMetrics {
  /// As answers have it.
  var json: JSON {
    func object(_ values: [String: Double]) -> JSON {
      .object(values.sorted { $0.key < $1.key }.map { ($0.key, .number($0.value)) })
    }
    return [
      "epoch": .int(epoch), "train": object(train), "validation": object(validation),
      "seconds": .number(seconds), "rate": .number(rate),
    ]
  }
}
