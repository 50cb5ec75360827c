import Catalog
import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Manual
import Networks
import Torch
import Variational

/// `latent bench`: speed and memory on this machine, beside the Python peers, in paired runs.
enum Bench {
  /// The verb of a child process that measures one case; not for people.
  static let childVerb = "bench-case"
  /// The same for the suite of engine.
  static let engineVerb = "bench-engine"

  /// One training case: a network and a batch.
  struct Case {
    let model: String
    let batch: Int
    let steps: Int
    var name: String { "\(model) \(batch)" }
  }

  static func run(_ arguments: Arguments, _ console: Console) throws {
    switch arguments.positional("SUITE") {
    case nil: return try BenchSuite.run(arguments, console)
    case "engine": break
    case "autoencoders": return try BenchAutoencoders.run(arguments, console)
    case "map": return try BenchMap.run(arguments, console)
    case "serve": return try BenchServe.run(arguments, console)
    case let suite? where ["sae", "ssl", "lm"].contains(suite):
      let cases = BenchSuite.cases.map(\.id).filter { $0 == suite || $0.hasPrefix("\(suite)-") }
      return try BenchSuite.run(arguments, console, only: cases)
    case let other?:
      throw UsageError(
        "latent bench: there is no suite \(other); there are engine, autoencoders, map, serve, sae, ssl and lm"
      )
    }
    let quick = arguments.flag("quick")
    let parts = arguments.list("only") ?? ["training", "start", "memory"]
    let cases = [
      Case(model: "mlp", batch: 128, steps: quick ? 200 : 1500),
      Case(model: "mlp", batch: 1024, steps: quick ? 40 : 300),
      Case(model: "conv", batch: 128, steps: quick ? 20 : 100),
      Case(model: "conv", batch: 1024, steps: quick ? 4 : 15),
    ]
    var rows: [BenchRow] = []
    if parts.contains("training") || parts.contains("memory") {
      let peers = try BenchPeers()
      for each in cases {
        rows += try peers.compare(each, pairs: quick ? 2 : 9, console)
      }
    }
    var start: Double?
    if parts.contains("start") { start = try BenchPeers.startTime(runs: quick ? 5 : 20) }
    try BenchPage(rows: rows, start: start).print(arguments, console)
  }

  /// Trains one case in this process and prints its figures as a line of JSON.
  static func child(_ words: [String]) throws {
    guard words.count == 4, let batch = Int(words[1]), let steps = Int(words[2]),
      let threads = Int(words[3])
    else { throw UsageError("latent \(engineVerb): MODEL BATCH STEPS THREADS") }
    Runtime.threads = threads
    let rate = try measure(Case(model: words[0], batch: batch, steps: steps))
    let json: JSON = [
      ("items_per_second", .number(rate)),
      ("peak_memory_bytes", .int(peakMemory())),
    ].json
    try Console().result(json.compact)
  }

  /// Examples a second of training a VAE, after a warm-up, batches and optimiser included.
  private static func measure(_ each: Case) throws -> Double {
    try TimedTraining(each, source: fashion(), seed: Seed(1)).rate
  }

  /// What the cases train on: all training images of Fashion-MNIST.
  static func fashion() throws -> Source {
    var options = SourceOptions()
    options.validation = 0
    return try Source.open("fashion-mnist", options)
  }
}
