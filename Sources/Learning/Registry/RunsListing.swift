import Files
import Foundation

/// The runs of a registry as a person or a program looks at them: filtered, live, and side by side.
public struct RunsListing {
  private let registry: RunRegistry

  /// A look at the runs of `registry`.
  public init(_ registry: RunRegistry) { self.registry = registry }

  /// Which runs are looked at.
  public struct Filter: Sendable {
    /// The only method.
    public var method: String?
    /// The only source, as it was named or by its last part.
    public var source: String?
    /// The only status, as it is now: a run whose process is gone is `killed`.
    public var status: RunStatus?
    /// How many, the newest first.
    public var limit = 50

    /// All runs, the newest 50.
    public init() {}
  }

  /// One run as it is now.
  public struct Entry: Sendable {
    /// What the registry keeps.
    public let record: RunRecord
    /// How far it is: a run whose process is gone is `killed`.
    public let status: RunStatus
    /// Its epochs so far, also while it trains; empty where it has none, or its folder is another run's now.
    public let history: [EpochMetrics]
    /// Whether the folder holds the finished space of this run.
    public let hasSpace: Bool

    /// Figures by name, those of the last epoch: `train/loss`, `validation/loss` and so on.
    public var metrics: [String: Double] {
      guard let last = history.last ?? recorded else { return [:] }
      var metrics: [String: Double] = [:]
      for (name, value) in last.train { metrics["train/\(name)"] = value }
      for (name, value) in last.validation { metrics["validation/\(name)"] = value }
      return metrics
    }

    /// Optimiser steps so far.
    public var steps: Int { (history.last ?? recorded)?.step ?? 0 }

    /// Seconds so far: of training while it trains, of all sittings when it is done.
    public var seconds: Double { record.duration ?? (history.last ?? recorded)?.seconds ?? 0 }

    /// The last epoch as the registry has it.
    private var recorded: EpochMetrics? {
      try? JSONDecoder().decode(EpochMetrics.self, from: Data(record.metrics.utf8))
    }

    /// The method's settings, of which nested ones have names with points.
    public var settings: JSONValue {
      (try? JSONDecoder().decode(JSONValue.self, from: Data(record.settings.utf8))) ?? .null
    }
  }

  /// The runs that pass `filter`, the newest first.
  ///
  /// - Throws: ``UserError`` where the registry is damaged.
  public func entries(_ filter: Filter = Filter()) throws -> [Entry] {
    // Sources are looked at here: the registry knows them by whole paths.
    let most = filter.source == nil ? filter.limit : Int.max
    let records = try registry.runs(limit: most, method: filter.method, status: filter.status)
    let fitting = records.filter { record in
      filter.source.map {
        record.source == $0 || (record.source as NSString).lastPathComponent == $0
      } ?? true
    }
    return try fitting.prefix(filter.limit).map(entry)
  }

  /// The run with the identifier `id`.
  ///
  /// - Throws: ``UserError`` where there is none.
  public func entry(_ id: String) throws -> Entry {
    guard let record = try registry.run(id) else {
      throw UserError("there is no run \(id); latent runs lists them")
    }
    return try entry(record)
  }

  private func entry(_ record: RunRecord) throws -> Entry {
    let isLast = try registry.holdsFolder(record)
    let folder = record.space ?? ""
    let history = isLast ? (try? History(opening: folder))?.epochs ?? [] : []
    return Entry(
      record: record, status: record.status(), history: history,
      hasSpace: isLast && FileManager.default.fileExists(atPath: folder + "/weights.safetensors"))
  }
}

/// Runs next to each other: what differs in their settings, and their figures.
public struct RunsComparison: Sendable {
  /// A line of the comparison, with a cell for each run; nothing where a run has no such thing.
  public struct Row: Equatable, Sendable {
    public let name: String
    public let cells: [String?]
  }

  /// Settings that are not the same in all runs, in the order of their names.
  public let settings: [Row]
  /// Figures by name, with a number for each run.
  public let figures: [(name: String, values: [Double?])]

  /// The comparison of `runs`.
  public init(_ runs: [RunsListing.Entry]) {
    let told = runs.map { run in
      Dictionary(
        [
          ("method", run.record.method), ("source", run.record.source),
          ("seed", "\(run.record.seed)"),
          ("device", run.record.device), ("threads", "\(run.record.threads)"),
          ("latent", run.record.codeVersion), ("libtorch", run.record.torchVersion),
        ] + run.settings.leaves.map { ($0.name, $0.value.written) }
      ) { first, _ in first }
    }
    settings = Set(told.flatMap(\.keys)).sorted().compactMap { name in
      let cells = told.map { $0[name] }
      return Set(cells).count > 1 ? Row(name: name, cells: cells) : nil
    }
    let metrics = runs.map { run in
      run.metrics.merging(["steps": Double(run.steps), "seconds": run.seconds]) { $1 }
    }
    figures = Set(metrics.flatMap(\.keys)).sorted().map { name in (name, metrics.map { $0[name] }) }
  }
}

extension RunRegistry {
  /// Whether the folder of `record` is still its own: no later run in it is of another method, data, seed or settings,
  /// since a later run that is the same goes on with it.
  func holdsFolder(_ record: RunRecord) throws -> Bool {
    guard let space = record.space else { return false }
    let last = try newest(in: space)
    return last.map {
      $0.id == record.id
        || ($0.method, $0.source, $0.seed, $0.settings)
          == (record.method, record.source, record.seed, record.settings)
    } ?? false
  }
}
