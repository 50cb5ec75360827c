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

  /// One training case: a network and a batch.
  struct Case {
    let model: String
    let batch: Int
    let steps: Int
    var name: String { "\(model) \(batch)" }
  }

  static func run(_ arguments: Arguments, _ console: Console) throws {
    switch arguments.positional("SUITE") {
    case nil, "engine": break
    case "autoencoders": return try BenchAutoencoders.run(arguments, console)
    case "map": return try BenchMap.run(arguments, console)
    case "serve": return try BenchServe.run(arguments, console)
    case let other?:
      throw UsageError(
        "latent bench: there is no suite \(other); there are engine, autoencoders, map and serve")
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
    else { throw UsageError("latent \(childVerb): MODEL BATCH STEPS THREADS") }
    Runtime.threads = threads
    let rate = try measure(Case(model: words[0], batch: batch, steps: steps))
    var usage = rusage()
    #if canImport(Darwin)
      getrusage(RUSAGE_SELF, &usage)
      let peak = Int(usage.ru_maxrss)
    #else
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
      let peak = Int(usage.ru_maxrss) * 1024
    #endif
    let json: JSON = [
      ("items_per_second", .number(rate)),
      ("peak_memory_bytes", .int(peak)),
    ].json
    try Console().result(json.compact)
  }

  /// Examples a second of training a VAE, after a warm-up, batches and optimiser included.
  private static func measure(_ each: Case) throws -> Double {
    var options = SourceOptions()
    options.validation = 0
    let source = try Source.open("fashion-mnist", options)
    var method = VAE()
    if each.model == "conv" {
      method.networks.architecture = .convolution
      method.networks.hidden = [256]
    }
    method.training.batch = each.batch
    let warmup = max(3, each.steps / 10)
    method.training.epochs = (warmup + each.steps) * each.batch / source.train.count + 1
    var run = FitRun(source, seed: Seed(1))
    let clock = StepClock(from: warmup, to: warmup + each.steps)
    run.shouldStop = clock.tick
    do {
      _ = try Space.fitted(method, run)
    } catch TrainingError.stopped {}
    return Double(each.steps * each.batch) / clock.seconds
  }
}

/// Times the steps between two counts.
private final class StepClock {
  private let from: Int
  private let to: Int
  private var steps = 0
  private var began = ContinuousClock.now
  private(set) var seconds = 0.0

  init(from: Int, to: Int) {
    self.from = from
    self.to = to
  }

  /// Counts a step; whether it was the last.
  func tick() -> Bool {
    steps += 1
    if steps == from { began = .now }
    if steps == to { seconds = (ContinuousClock.now - began) / .seconds(1) }
    return steps >= to
  }
}
