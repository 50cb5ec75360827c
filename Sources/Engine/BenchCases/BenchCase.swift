import Evaluation
import Files
import Foundation
import Learning
import Manual
import Torch

/// One case of `latent bench`: the same work done by us and by a peer, in pairs of processes that run in turn.
///
/// A case is a file of its own beside this one, and a line in ``BenchSuite/cases``. It says what each side runs; the
/// suite pairs the runs, takes medians, and writes the page.
protocol BenchCase: Sendable {
  /// The name that the command line knows it by, in kebab case.
  var id: String { get }
  /// What is done, for a person.
  var title: String { get }
  /// Whom it is held against.
  var peer: String { get }
  /// The ratio that it must reach; with more than 1 we are the faster.
  var target: Double { get }
  /// What a value counts.
  var measure: BenchMeasure { get }
  /// What quality is, and which way is better; nothing where both sides' results are equal by construction.
  var quality: (name: String, direction: Direction)? { get }

  /// Where its peers are: what `Scripts/peers` is told to make.
  var environment: String { get }

  /// Why this machine cannot run it, for a person; nothing where it can.
  var obstacle: String? { get }

  /// Our side of a pair: a process of its own.
  func ours(_ run: BenchRun) throws -> BenchFigures
  /// The peer's side of a pair: a process of its own.
  func theirs(_ run: BenchRun) throws -> BenchFigures
  /// Does our work in this process, which ``BenchRun/child(of:)`` started for it.
  func work(_ run: BenchRun) throws -> BenchFigures
}

extension BenchCase {
  var environment: String { "bench" }
  var obstacle: String? { nil }

  func ours(_ run: BenchRun) throws -> BenchFigures { try run.child(of: self) }

  func work(_ run: BenchRun) throws -> BenchFigures {
    throw UsageError("latent \(Bench.childVerb): \(id) runs as a whole command")
  }
}

/// What the values of a case count.
enum BenchMeasure: Sendable {
  /// So many of these a second: more is better.
  case rate(String)
  /// Seconds of these: less is better.
  case seconds(String)

  var unit: String {
    switch self {
    case .rate(let items): "\(items)/s"
    case .seconds(let of): "s \(of)"
    }
  }
}

/// What one side of one pair came to.
struct BenchFigures: Codable, Sendable {
  /// In the case's measure.
  var value: Double
  /// The largest resident set that the process had.
  var peak_memory_bytes: Double
  /// How good the result is, in the case's quality.
  var quality: Double?
  /// The version of the peer, as `pythae 0.1.2`.
  var version: String?

  var json: JSON {
    [
      ("value", .number(value)), ("peak_memory_bytes", .number(peak_memory_bytes)),
      ("quality", quality.map { .number($0) } ?? .null),
    ].json
  }
}

/// The circumstances of one pair.
struct BenchRun: Sendable {
  let peers: BenchPeers
  /// Of the pair, the first after that of the command line; both sides start from it.
  let seed: Int
  /// Whether less work is wanted, and rough figures.
  let isQuick: Bool
  /// For files of this bench; gone after it.
  let folder: String

  /// Runs ``BenchCase/work(_:)`` in a process of its own.
  ///
  /// - Throws: ``UserError`` where it fails.
  func child(of each: some BenchCase) throws -> BenchFigures {
    try peers.figures(
      CommandLine.arguments[0],
      [Bench.childVerb, each.id, "\(seed)", isQuick ? "quick" : "full", folder])
  }

  /// Runs a script of `Benchmarks/python`, which prints figures as its last line, with the seed and the threads.
  ///
  /// - Throws: ``UserError`` where it fails.
  func script(_ name: String, _ arguments: [String]) throws -> BenchFigures {
    try peers.figures(
      peers.python,
      ["\(peers.scripts)/\(name).py"] + arguments
        + ["--seed", "\(seed)", "--threads", "\(peers.threads)"])
  }

  /// Runs `latent` as a person types it, what it says thrown away.
  ///
  /// - Throws: ``UserError`` where it fails.
  func command(_ words: [String]) throws -> WholeRun {
    let engine = URL(fileURLWithPath: CommandLine.arguments[0])
    return try WholeRun(
      engine.deletingLastPathComponent().appendingPathComponent("latent").path, words)
  }
}
