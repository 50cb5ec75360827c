import Datasets
import Files
import Foundation
import Learning
import Torch

/// Where a check's trials run: full or quick, on which data, and who hears of the progress.
public struct Lab: Sendable {
  /// Whether this is the smoke test, which decides nothing.
  public let isQuick: Bool
  public let device: Device
  /// Told what is being done.
  public let say: @Sendable (String) -> Void
  /// Asked whether to stop.
  public let shouldStop: @Sendable () -> Bool
  /// What was chosen for the arms so far.
  var tuning = Tuning()

  public init(
    quick: Bool, device: Device = .cpu, say: @escaping @Sendable (String) -> Void = { _ in },
    shouldStop: @escaping @Sendable () -> Bool = { false }
  ) {
    isQuick = quick
    self.device = device
    self.say = say
    self.shouldStop = shouldStop
  }

  /// The full figure, or the quick one.
  public func pick<Value>(full: Value, quick: Value) -> Value { isQuick ? quick : full }

  /// The first of `specs` that is on this machine.
  ///
  /// - Throws: `UserError` of the last one when none is here.
  public func source(_ specs: [String], _ options: SourceOptions = .init()) throws -> Source {
    var reason: any Error = UserError("no data was named")
    for spec in specs {
      do { return try Source.open(spec, options) } catch { reason = error }
    }
    throw reason
  }

  /// Fits `method` in memory.
  ///
  /// - Throws: `UserError` or `TrainingError`.
  public func fit<Method: Recipe>(
    _ method: Method, _ source: Source, seed: Seed, as arm: String
  ) throws -> Method.Network {
    var run = FitRun(source, seed: seed)
    run.device = device
    run.shouldStop = shouldStop
    run.progress = { [say] now in
      let loss = now.terms.last.map { String(format: "%@ %.2f", $0.name, $0.value) } ?? ""
      say("\(arm): epoch \(now.epoch) of \(now.epochs), \(loss)")
    }
    return try Space.fitted(method, run).network
  }
}

/// What a check found, as it is printed and recorded.
public struct CheckReport: Codable, Sendable {
  public var id: String
  public var verdict: Verdict
  public var metric: String
  public var arms: [Arm]
  public var effect: Double
  public var interval: Interval
  public var seeds: [UInt64]
  /// The learning rate of each arm that has one chosen, by arm.
  public var rates: [String: Double]?
  public var claims: [Finding]
  public var protocolText: String
  public var isQuick: Bool
  public var seconds: Double
  public var versions: [String: String]
  /// When it was recorded, as ISO 8601 has it; nothing where it was not, or by an older program.
  public var recorded: String?

  /// The figures of one arm over the seeds, in the metric that decides.
  public struct Arm: Codable, Sendable {
    public var name: String
    public var mean: Double
    /// The arm's mean for each seed.
    public var bySeed: [Double]
  }

  /// One claim and what the runs say of it.
  public struct Finding: Codable, Sendable {
    public var statement: String
    public var place: String
    public var metric: Claim.Metric
    public var system: String
    public var baseline: String
    public var margin: Double
    public var inference: Inference
    public var arms: [Arm]
    /// Improvement of the system over the baseline, positive in the paper's favour.
    public var effect: Estimate
    public var p: Double
    public var verdict: Verdict

    /// What was tested.
    public var claim: Claim {
      Claim(
        statement, at: place, metric: metric, system: system, over: baseline, margin: margin,
        inference: inference)
    }
  }
}

extension Check {
  /// Runs the trials of `seeds` and judges the claims.
  ///
  /// Finished trials are kept in `folder` by seed, so that a check that was killed goes on.
  ///
  /// - Throws: what a trial throws, or `UserError` when a claim's arm has no scores.
  public func run(
    _ lab: Lab, seeds count: Int? = nil, folder: String? = nil, versions: [String: String] = [:]
  ) throws -> CheckReport {
    let started = ContinuousClock.now
    var lab = lab
    if let folder { try makeFolder(folder) }
    lab.tuning = Tuning(path: folder.map { "\($0)/\(system)-rates.json" })
    let seeds = (1...max(2, count ?? lab.pick(full: seeds, quick: 2))).map(UInt64.init)
    let boards = try seeds.map { seed in
      lab.say("\(system): seed \(seed) of \(seeds.count)")
      return try kept(seed, in: folder) { try trial(lab, Seed(seed)) }
    }
    let findings = try claims.map { try judge($0, boards, lab) }
    guard let head = findings.first else { throw UserError("\(system) has no claims") }
    if let folder { forget(in: folder) }
    return CheckReport(
      id: system, verdict: head.verdict, metric: "\(head.metric.name) (\(head.metric.unit))",
      arms: head.arms, effect: head.effect.value, interval: head.effect.interval, seeds: seeds,
      rates: lab.tuning.all, claims: findings, protocolText: protocolText, isQuick: lab.isQuick,
      seconds: (ContinuousClock.now - started) / .seconds(1), versions: versions)
  }

  /// Removes the trials that are kept: they are for going on, and the next run is one of its own.
  private func forget(in folder: String) {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for file in files where file.hasPrefix("\(system)-") {
      try? FileManager.default.removeItem(atPath: "\(folder)/\(file)")
    }
  }

  private func kept(
    _ seed: UInt64, in folder: String?, _ make: () throws -> Scoreboard
  ) throws -> Scoreboard {
    guard let folder else { return try make() }
    let path = "\(folder)/\(system)-\(seed).json"
    if let file = try? MappedFile(path),
      let board = try? JSONDecoder().decode(Scoreboard.self, from: file.data)
    {
      return board
    }
    let board = try make()
    try AtomicFile.write(try JSONEncoder().encode(board), to: path)
    return board
  }

  private func judge(
    _ claim: Claim, _ boards: [Scoreboard], _ lab: Lab
  ) throws -> CheckReport.Finding {
    let system = boards.map { $0[claim.metric.name, claim.system] }
    let baseline = boards.map { $0[claim.metric.name, claim.baseline] }
    for (arm, scores) in [(claim.system, system), (claim.baseline, baseline)] {
      try require(
        scores.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isFinite) },
        "\(self.system): the arm \(arm) has no finite \(claim.metric.name)")
    }
    let effect = try claim.inference.improvement(
      of: system, over: baseline, direction: claim.metric.direction, level: 0.95, seed: Seed(0))
    let names = Set(boards.flatMap { $0.scores[claim.metric.name].map { Array($0.keys) } ?? [] })
    let arms = names.sorted().map { name in
      let means = boards.map { $0[claim.metric.name, name].mean }
      return CheckReport.Arm(name: name, mean: means.mean, bySeed: means)
    }
    return CheckReport.Finding(
      statement: claim.statement, place: claim.place, metric: claim.metric, system: claim.system,
      baseline: claim.baseline, margin: claim.margin, inference: claim.inference, arms: arms,
      effect: effect.estimate, p: effect.p,
      verdict: lab.isQuick ? .unclear : Verdict(effect.estimate, margin: claim.margin))
  }
}

extension Check {
  /// Whether `report` is a full run of this check as it stands: its protocol, claims and seeds.
  public func made(_ report: CheckReport) -> Bool {
    !report.isQuick && report.protocolText == protocolText && report.seeds.count == seeds
      && report.claims.map(\.claim) == claims
  }
}
