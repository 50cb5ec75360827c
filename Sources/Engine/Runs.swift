import Files
import Foundation
import Learning
import Manual

/// `latent runs`: the registry.
enum Runs {
  static func run(_ arguments: Arguments, _ console: Console) throws {
    let listing = RunsListing(try RunRegistry())
    let ids = arguments.positionals
    if ids.count > 1 { return try compare(try ids.map(listing.entry), console) }
    if let id = ids.first {
      let found = try listing.entry(id)
      return try console.result(json(found, withHistory: true), text: json(found).pretty)
    }
    var filter = RunsListing.Filter()
    filter.method = arguments.string("method")
    filter.source = arguments.string("source")
    filter.status = arguments.string("status").flatMap(RunStatus.init)
    filter.limit = arguments.int("limit") ?? 20
    let entries = try listing.entries(filter)
    var table = TextTable([
      "run", "started", "method", "source", "seed", "status", "epochs", "loss", "time", "space",
    ])
    for entry in entries {
      let record = entry.record
      table.add([
        record.id, String(record.started.prefix(16)), record.method,
        (record.source as NSString).lastPathComponent, "\(record.seed)", entry.status.rawValue,
        entry.history.last.map { "\($0.epoch)" } ?? "", loss(entry).map { format(value: $0) } ?? "",
        entry.seconds > 0 ? format(duration: entry.seconds) : "", record.space ?? "",
      ])
    }
    let none =
      ["method", "source", "status"].contains(where: arguments.isGiven)
      ? "no such runs" : "no runs yet"
    try console.result(
      .array(entries.map { json($0) }), text: entries.isEmpty ? none : table.text())
  }

  private static func loss(_ entry: RunsListing.Entry) -> Double? {
    entry.metrics["validation/loss"] ?? entry.metrics["train/loss"]
  }

  private static func compare(_ runs: [RunsListing.Entry], _ console: Console) throws {
    let comparison = RunsComparison(runs)
    var table = TextTable([""] + runs.map(\.record.id))
    table.add(["status"] + runs.map(\.status.rawValue))
    for row in comparison.settings { table.add([row.name] + row.cells.map { $0 ?? "" }) }
    for figure in comparison.figures {
      table.add([figure.name] + figure.values.map { $0.map { format(value: $0) } ?? "" })
    }
    let answer: JSON = [
      ("runs", .array(runs.map { json($0) })),
      (
        "settings",
        .object(
          comparison.settings.map { row in
            (row.name, .array(row.cells.map { $0.map { .string($0) } ?? .null }))
          })
      ),
      (
        "figures",
        .object(
          comparison.figures.map { figure in
            (figure.name, .array(figure.values.map { $0.map { .number($0) } ?? .null }))
          })
      ),
    ].json
    try console.result(answer, text: table.text())
  }

  private static func json(_ entry: RunsListing.Entry, withHistory: Bool = false) -> JSON {
    let record = entry.record
    var members: [(String, JSON)] = [
      ("id", .string(record.id)), ("started", .string(record.started)),
      ("finished", record.finished.map { .string($0) } ?? .null),
      ("method", .string(record.method)), ("source", .string(record.source)),
      ("seed", .int(Int(clamping: record.seed))), ("device", .string(record.device)),
      ("threads", .int(record.threads)), ("status", .string(entry.status.rawValue)),
      ("space", record.space.map { .string($0) } ?? .null), ("complete", .bool(entry.hasSpace)),
      ("settings", JSON(entry.settings)), ("metrics", numbers(entry.metrics)),
      ("steps", .int(entry.steps)), ("seconds", .number(entry.seconds)),
      ("latent", .string(record.codeVersion)), ("libtorch", .string(record.torchVersion)),
      ("message", record.message.map { .string($0) } ?? .null),
    ]
    if withHistory {
      members.append(("history", .array(entry.history.map(epoch))))
    }
    return members.json
  }

  private static func epoch(_ epoch: EpochMetrics) -> JSON {
    [
      ("epoch", .int(epoch.epoch)), ("step", .int(epoch.step)), ("train", numbers(epoch.train)),
      ("validation", numbers(epoch.validation)), ("seconds", .number(epoch.seconds)),
      ("rate", .number(epoch.rate)),
    ].json
  }

  private static func numbers(_ values: [String: Double]) -> JSON {
    .object(values.sorted { $0.key < $1.key }.map { ($0.key, .number($0.value)) })
  }
}
