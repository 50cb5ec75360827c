import Catalog
import Evaluation
import Foundation
import Learning
import Manual
import Synchronization
import Torch

/// The catalogue as it is served: each row with its recorded check and its place on a map of all, worked out once.
final class ServedCatalogue: Sendable {
  private struct Ready: Sendable {
    let search: SystemSearch
    let verdicts: [String: CheckReport]
    let places: [Float]
  }

  private let ready = Mutex<Ready?>(nil)
  /// Where a text encoder is installed; why one cannot be opened, `latent find` says.
  private let meaning = Mutex<MeaningSearch?>(nil)

  private func prepared() throws -> Ready {
    try ready.withLock { slot in
      if let slot { return slot }
      let search = SystemSearch(Catalogue.rows)
      let records = Catalogue.rows.compactMap { row in
        CheckReport.recorded(row.id).map { (row.id, $0) }
      }
      let made = Ready(
        search: search, verdicts: Dictionary(uniqueKeysWithValues: records),
        places: try Self.places(search))
      slot = made
      // Reading the catalogue for the first time takes longer than anybody waits; words rank until it is done.
      DispatchQueue.global(qos: .utility).async { [self] in
        guard let made = try? MeaningSearch.installed(search) else { return }
        meaning.withLock { $0 = made }
      }
      return made
    }
  }

  /// Rows as points whose distances their cosines give, by classical scaling.
  ///
  /// - Source: Torgerson, *Multidimensional scaling: I. Theory and method*, Psychometrika, 1952.
  private static func places(_ search: SystemSearch) throws -> [Float] {
    let vectors = search.vectors()
    let n = vectors.count
    return try withoutGradients {
      let words = Tensor(vectors.flatMap { $0 }, shape: [n, vectors[0].count])
      let gram = words.matmul(words.transposed())
      let centred =
        gram - gram.mean(over: 0, keep: true) - gram.mean(over: 1, keep: true) + gram.mean()
      let (values, vectors) = centred.symmetricEigen()
      let two = vectors[.all, (n - 2)..<n].flipped(1)
      let scales = values[(n - 2)..<n].flipped(0).clamped(atLeast: 0).squareRoot()
      return try (two * scales).to(.float32).contiguous().values()
    }
  }

  /// All rows.
  func systems() throws -> JSON {
    let ready = try prepared()
    let rows = Catalogue.rows.enumerated().map { index, row -> JSON in
      .object(
        head(row, ready) + [
          (
            "place",
            .array([
              .number(Double(ready.places[2 * index])),
              .number(Double(ready.places[2 * index + 1])),
            ])
          )
        ])
    }
    return ["systems": .array(rows)]
  }

  private func head(_ row: SystemRow, _ ready: Ready) -> [(String, JSON)] {
    [
      ("id", .string(row.id)), ("name", .string(row.slug)), ("title", .string(row.title)),
      ("family", .string(row.family)), ("modality", .array(row.modality.map { .string($0) })),
      ("cost", .string(row.cost)), ("status", .string(Catalogue.status(of: row).rawValue)),
      ("verdict", ready.verdicts[row.id].map { .string($0.verdict.rawValue) } ?? .null),
      ("method", Catalogue.method(of: row).map { .string($0.card.id) } ?? .null),
    ]
  }

  /// One row with its card and its recorded check.
  func system(_ id: String) throws -> JSON {
    guard let row = try? Catalogue.row(named: id) else {
      throw Refusal(404, "there is no system \(printable(id)); /v1/systems lists them")
    }
    let ready = try prepared()
    let realised = Catalogue.realisation(of: row)
    return .object(
      head(row, ready) + [
        ("mechanism", .string(row.mechanism)), ("claim", .string(row.claim)),
        ("check", .string(row.check)), ("group", .string(row.group)), ("kind", .string(row.kind)),
        ("value", .int(row.value)), ("source", realised.map { .string($0.card.source) } ?? .null),
        ("use", realised.map { .string($0.command) } ?? .null),
        ("command", realised?.check == nil ? .null : .string("latent check \(row.id)")),
        (
          "similar",
          .array(
            try (meaning.withLock { $0 }?.rows(like: row) ?? ready.search.rows(like: row)).prefix(8)
              .map {
                .string($0.row.id)
              })
        ), ("record", ready.verdicts[row.id].map(Self.json) ?? .null),
      ])
  }

  private static func json(_ report: CheckReport) -> JSON {
    let claims = report.claims.map { claim -> JSON in
      [
        "statement": .string(claim.statement), "place": .string(claim.place),
        "verdict": .string(claim.verdict.rawValue), "system": .string(claim.system),
        "baseline": .string(claim.baseline), "metric": .string(claim.metric.name),
        "unit": .string(claim.metric.unit), "margin": .number(claim.margin),
        "effect": [
          "value": .number(claim.effect.value), "low": .number(claim.effect.interval.low),
          "high": .number(claim.effect.interval.high),
        ],
      ]
    }
    return [
      "verdict": .string(report.verdict.rawValue),
      "seeds": .array(report.seeds.map { .int(Int(clamping: $0)) }),
      "seconds": .number(report.seconds), "protocol": .string(report.protocolText),
      "claims": .array(claims),
    ]
  }

  /// Rows for a need, best first.
  func found(for need: String, count: Int) throws -> JSON {
    let ready = try prepared()
    let found = try meaning.withLock { $0 }?.rows(for: need) ?? ready.search.rows(for: need)
    let results = found.prefix(count).map { match -> JSON in
      [
        "id": .string(match.row.id), "name": .string(match.row.slug),
        "title": .string(match.row.title), "score": .number(match.score),
        "why": .array(ready.search.words(of: need, in: match.row).map { .string($0) }),
      ]
    }
    return ["results": .array(results)]
  }
}

/// The registry of runs as it is served.
enum ServedRuns {
  /// The newest runs first.
  static func list(
    method: String?, source: String?, status: String?, limit: Int, _ spaces: [ServedSpace]
  ) throws -> JSON {
    guard let registry = try registry() else { return ["runs": []] }
    // What is not asked of the registry is sifted here.
    let sifts = source != nil || status != nil
    let records = try registry.runs(limit: sifts ? 10_000 : limit, method: method).filter { run in
      (source.map { run.source.contains($0) } ?? true)
        && (status.map { $0 == Self.status(of: run) } ?? true)
    }
    return ["runs": .array(records.prefix(limit).map { .object(fields($0, spaces)) })]
  }

  /// One run with its history so far.
  static func run(_ id: String, _ spaces: [ServedSpace]) throws -> JSON {
    guard let run = try registry()?.run(id) else {
      throw Refusal(404, "there is no run \(printable(id)); /v1/runs lists them")
    }
    let epochs = run.space.flatMap { try? History(opening: $0) }?.epochs ?? []
    return .object(
      fields(run, spaces) + [
        ("history", .array(epochs.map(\.json))),
        ("message", run.message.map { .string($0) } ?? .null),
      ])
  }

  /// The registry, which is not made by looking at it.
  private static func registry() throws -> RunRegistry? {
    let path = RunRegistry.defaultPath()
    return FileManager.default.fileExists(atPath: path) ? try RunRegistry(path: path) : nil
  }

  private static func status(of run: RunRecord) -> String {
    switch run.status() {
    case .running: "running"
    case .finished:
      run.space.map { FileManager.default.fileExists(atPath: $0 + "/space.json") } ?? true
        ? "complete" : "absent"
    case .stopped, .killed: "stopped"
    case .failed: "failed"
    }
  }

  private static func fields(_ run: RunRecord, _ spaces: [ServedSpace]) -> [(String, JSON)] {
    let metrics = try? JSONDecoder().decode(EpochMetrics.self, from: Data(run.metrics.utf8))
    let last = metrics ?? run.space.flatMap { try? History(opening: $0) }?.epochs.last
    func named(_ prefix: String, _ values: [String: Double]?) -> [(String, JSON)] {
      (values ?? [:]).sorted { $0.key < $1.key }.map { ("\(prefix)\($0.key)", .number($0.value)) }
    }
    let space = spaces.first { $0.folder == run.space }
    return [
      ("id", .string(run.id)), ("method", .string(run.method)), ("source", .string(run.source)),
      ("status", .string(status(of: run))), ("started", .string(run.started)),
      ("seed", .int(Int(clamping: run.seed))),
      ("seconds", (run.duration ?? last?.seconds).map { .number($0) } ?? .null),
      ("steps", last.map { .int($0.step) } ?? .null),
      ("folder", run.space.map { .string($0) } ?? .null),
      ("metrics", .object(named("train/", last?.train) + named("validation/", last?.validation))),
      ("space", space.map { .string($0.id) } ?? .null),
    ]
  }
}
