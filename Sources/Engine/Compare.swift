import Catalog
import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Manual
import Torch

/// `latent compare`: methods on the same data with the same budget, several seeds each, and what of their
/// differences is real.
///
/// Every run is a process of its own that leaves its scores in a file, so that a comparison that was killed goes
/// on with the runs that have none.
enum Compare {
  static func run(_ arguments: Arguments, _ console: Console) throws {
    let (folder, plan) = try plan(arguments, console)
    try makeFolder(folder)
    let lock = try FolderLock(folder)
    defer { withExtendedLifetime(lock) {} }
    try plan.write(in: folder)
    if let log = plan.log {
      for kind in log.kinds { console.say("live: \(kind.command(in: log.folder))") }
    }
    if plan.measures.contains("frechet") {
      try CompareJudge.prepare(folder, plan.open()) { console.say($0) }
    }
    let jobs =
      arguments.int("jobs") ?? max(1, ProcessInfo.processInfo.activeProcessorCount / plan.threads)
    try CompareQueue(folder, plan, console).work(jobs: jobs)
    let result = try CompareResult(folder, plan)
    if let path = arguments.string("table") { try result.writeTable(to: path) }
    try result.print(arguments, console)
  }

  /// The plan that the flags make, or the one in the folder, to which new arms are added.
  private static func plan(
    _ arguments: Arguments, _ console: Console
  ) throws -> (String, ComparePlan) {
    if let folder = arguments.string("again") {
      var plan = try ComparePlan(opening: folder)
      let epochs = plan.hasOpenEnd ? ComparePlan.endless : plan.epochs
      for word in arguments.positionals where !plan.arms.contains(where: { $0.name == word }) {
        plan.arms.append(try ComparePlan.Arm(word, epochs: epochs))
      }
      return (folder, plan)
    }
    guard arguments.positionals.count >= 2, let spec = arguments.positionals.last else {
      throw UsageError("latent compare: two or more words are needed: METHOD… SOURCE")
    }
    let made = try made(arguments, spec, console)
    let folder = arguments.string("out") ?? "compare-\(stem(spec))"
    guard FileManager.default.fileExists(atPath: ComparePlan.path(in: folder)) else {
      try require(
        !FileManager.default.fileExists(atPath: folder),
        "\(folder) is there already and is no comparison; --out names another place")
      return (folder, made)
    }
    var there = try ComparePlan(opening: folder)
    // Logs are no part of what is compared.
    there.log = made.log ?? there.log
    var same = made
    same.log = there.log
    try require(
      there == same,
      "\(folder) holds another comparison; --again \(folder) adds methods to it, --out names another "
        + "place")
    console.say("going on with \(folder)")
    return (folder, there)
  }

  private static func made(
    _ arguments: Arguments, _ spec: String, _ console: Console
  ) throws -> ComparePlan {
    let seeds = arguments.int("seeds") ?? 5
    try require(seeds >= 2, "--seeds \(seeds): an interval needs at least 2 seeds for each method")
    let task = arguments.string("for").flatMap(Task.init(rawValue:))
    var budget = FitRun.Budget()
    budget.seconds = arguments.number("seconds")
    budget.steps = arguments.int("steps")
    // A budget in steps or seconds ends a training that would go on.
    let open = budget.seconds != nil || budget.steps != nil
    try require(
      !open || !arguments.isGiven("epochs"), "one budget is enough: --epochs, --steps or --seconds")
    let epochs = open ? ComparePlan.endless : arguments.int("epochs") ?? 10
    let words = arguments.positionals.dropLast()
    let measures = try measures(arguments, task)
    var options = SourceOptions(arguments)
    options.validation = 0
    let source = try Interrupt.endingAtOnce { try Source.open(spec, options) }
    try require(
      task != .disentangle || source.test.prefix(1).factors() != nil,
      "\(spec) has no known factors, and --for disentangle judges codes by them; sprites has five, "
        + "and for other sources there is --for represent")
    let arms = try words.flatMap {
      try ComparePlan.Arm.named(by: $0, epochs: epochs, source.domain, task)
    }
    try require(
      Set(arms.map(\.name)).count == arms.count, "a method is named twice; each is compared once")
    for note in source.notes { console.say(note) }
    var plan = ComparePlan(
      source: absolute(spec), options: options, fingerprint: source.fingerprint,
      arms: arms,
      seeds: (1...UInt64(seeds)).map { $0 + arguments.seed }, task: task,
      measures: measures, budget: budget,
      threads: arguments.int("threads") ?? 1, device: arguments.string("device") ?? "cpu")
    plan.log = RunLogs.Choice(arguments)
    return plan
  }

  /// What is measured: named outright, or what the task needs.
  private static func measures(_ arguments: Arguments, _ task: Task?) throws -> [String] {
    if let named = arguments.list("metric") { return try named.map { try Measure.named($0).id } }
    return (task ?? .represent).measures.map(\.id)
  }
}

/// The runs that are still to be made, and the processes that make them.
final class CompareQueue: @unchecked Sendable {
  private struct Run {
    let arm: ComparePlan.Arm
    let seed: UInt64
    var done = 0
    var of = 0
    var label = "waiting"
  }

  private let folder: String
  private let plan: ComparePlan
  private let console: Console
  private let lock = NSLock()
  private var waiting: [Run] = []
  private var active: [String: Run] = [:]
  private var finished = 0
  private var failure: (any Error)?
  private var processes: [Process] = []

  init(_ folder: String, _ plan: ComparePlan, _ console: Console) {
    (self.folder, self.plan, self.console) = (folder, plan, console)
    for seed in plan.seeds {
      for arm in plan.arms where CompareScore.read(folder, arm, seed) == nil {
        waiting.append(Run(arm: arm, seed: seed))
      }
    }
  }

  /// Makes all runs, `jobs` at a time.
  ///
  /// - Throws: `Stopped` when asked to; `UserError` when a run ends without scores.
  func work(jobs: Int) throws {
    let total = waiting.count
    guard total > 0 else { return }
    let all = plan.arms.count * plan.seeds.count
    finished = all - total
    let line = console.progress(
      "compare", total: all * 100, unit: "runs", start: finished * 100, parts: 100)
    DispatchQueue.concurrentPerform(iterations: min(jobs, total)) { _ in
      while let run = next() {
        do {
          try make(run, line)
        } catch {
          lock.withLock { failure = failure ?? error }
        }
      }
    }
    line.finish()
    if Interrupt.requested {
      throw Stopped(sentence: "stopped; the same command, or --again \(folder), goes on")
    }
    if let failure { throw failure }
  }

  private func next() -> Run? {
    lock.withLock {
      guard failure == nil, !Interrupt.requested, !waiting.isEmpty else { return nil }
      return waiting.removeFirst()
    }
  }

  private func make(_ run: Run, _ line: ProgressLine) throws {
    let key = "\(run.arm.name) seed \(run.seed)"
    let process = Process()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
    process.arguments = [CompareRun.verb, folder, run.arm.name, "\(run.seed)"]
    let output = Pipe(), errors = Pipe()
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    var rest = ""
    while case let data = output.fileHandleForReading.availableData, !data.isEmpty {
      rest += String(decoding: data, as: UTF8.self)
      let lines = rest.split(separator: "\n", omittingEmptySubsequences: false)
      rest = lines.last.map(String.init) ?? ""
      if let last = lines.dropLast().last { tell(key, run, String(last), line) }
    }
    let message = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    lock.withLock {
      active[key] = nil
      finished += 1
    }
    guard CompareScore.read(folder, run.arm, run.seed) != nil || Interrupt.requested else {
      let last =
        String(decoding: message, as: UTF8.self).split(separator: "\n").last ?? "no reason given"
      throw UserError("\(key) ended without scores: \(last)")
    }
  }

  private func tell(_ key: String, _ run: Run, _ words: String, _ line: ProgressLine) {
    let parts = words.split(separator: " ", maxSplits: 2)
    guard parts.count == 3, let done = Int(parts[0]), let of = Int(parts[1]) else { return }
    lock.withLock {
      var run = run
      (run.done, run.of, run.label) = (done, of, String(parts[2]))
      active[key] = run
      let shares = active.values.reduce(0) { $0 + 100 * $1.done / max($1.of, 1) }
      let running = active.sorted { $0.key < $1.key }
        .map { "\($0.key) \(100 * $0.value.done / max($0.value.of, 1))% \($0.value.label)" }
      line.update(done: finished * 100 + shares, label: running.joined(separator: " · "))
    }
  }
}
