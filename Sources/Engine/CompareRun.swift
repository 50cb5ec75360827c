import Catalog
import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Manual
import Networks
import Torch

/// One run of a comparison in a process of its own: fits, measures, and leaves its scores in a file.
///
/// The parent reads lines `DONE OF LABEL` from its standard output.
struct CompareRun {
  /// The verb of the child process; not for people.
  static let verb = "compare-run"

  private let folder: String
  private let plan: ComparePlan
  private let arm: ComparePlan.Arm
  private let seed: UInt64
  private let parent = getppid()

  static func child(_ words: [String]) throws {
    guard words.count == 3, let seed = UInt64(words[2]) else {
      throw UsageError("latent \(verb): FOLDER ARM SEED")
    }
    let plan = try ComparePlan(opening: words[0])
    guard let arm = plan.arms.first(where: { $0.name == words[1] }) else {
      throw UsageError("latent \(verb): the comparison has no arm \(words[1])")
    }
    Runtime.threads = plan.threads
    try CompareRun(folder: words[0], plan: plan, arm: arm, seed: seed).run()
  }

  private init(folder: String, plan: ComparePlan, arm: ComparePlan.Arm, seed: UInt64) {
    (self.folder, self.plan, self.arm, self.seed) = (folder, plan, arm, seed)
  }

  private func run() throws {
    let recipe = try Catalogue.method(named: arm.method).recipe
    let path = CompareScore.path(folder, arm, seed)
    try makeFolder(folder + "/scores")
    var score: CompareScore
    do {
      score = try fitted(recipe)
    } catch let error as TrainingError {
      guard case .notFinite = error else { throw error }
      score = CompareScore(failure: error.description)
    } catch let error as UserError {
      score = CompareScore(failure: error.description)
    }
    score.peakBytes = peakMemory()
    try AtomicFile.write(try JSONEncoder().encode(score), to: path)
  }

  private func fitted<Method: Recipe>(_ type: Method.Type) throws -> CompareScore {
    let method = try Method(arm.settings)
    let source = try plan.open()
    var run = FitRun(source, seed: Seed(seed))
    run.folder = "\(folder)/runs/\(arm.stem)-seed-\(seed).latent"
    run.resumes = true
    run.budget = plan.budget
    run.device = try Fit.device(plan.device)
    run.progress = { say($0.step, $0.steps, "epoch \($0.epoch)/\($0.epochs)") }
    // A run whose parent was killed saves and ends too.
    run.shouldStop = { Interrupt.requested || getppid() != parent }
    let origin = SpaceDescription.Origin(
      spec: plan.source, options: plan.options, fingerprint: plan.fingerprint)
    let description = try SpaceDescription(
      method, source: source, origin: origin, run: run, versions: versions)
    let name = "\(arm.stem)-seed-\(seed)", group = stem(folder)
    try makeFolder(run.folder ?? folder)
    let logs = try RunLogs(
      plan.log, description, in: run.folder ?? folder, name: "\(group)/\(name)", group: group
    ) { FileHandle.standardError.write(Data("\($0)\n".utf8)) }
    logs.follow(&run)
    let (space, result) = try logs.ending { try Space.fit(method, run, description) }
    var score = CompareScore(seconds: result.seconds, size: space.network.parameterCount)
    var subject = Measure.Subject(
      space.network, try Source.open(plan.source, plan.options), seed: Seed(seed))
    subject.device = run.device
    subject.judge = try CompareJudge.load(folder, source)
    for id in plan.measures {
      say(result.steps, result.steps, "measuring: \(id)")
      score.scores[id] = try Measure.named(id).figures(subject)
    }
    try? FileManager.default.removeItem(atPath: space.folder + "/checkpoint")
    let figures = score.scores.map { name, values in
      ("score/\(name)", values.reduce(0, +) / Double(max(values.count, 1)))
    }
    logs.finish(space, source, result, figures: Dictionary(uniqueKeysWithValues: figures))
    return score
  }

  private func say(_ done: Int, _ of: Int, _ label: String) {
    FileHandle.standardOutput.write(Data("\(done) \(of) \(label)\n".utf8))
  }
}

/// The most memory that this process has held, bytes.
func peakMemory() -> Int {
  var usage = rusage()
  #if canImport(Darwin)
    getrusage(RUSAGE_SELF, &usage)
    return Int(usage.ru_maxrss)
  #else
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Int(usage.ru_maxrss) * 1024
  #endif
}

/// The classifier in whose features a comparison takes distances: trained once on the labelled training examples, by
/// a fixed seed, and kept.
enum CompareJudge {
  private static func path(_ folder: String) -> String { folder + "/judge.safetensors" }

  /// Trains it, where the source has labels and it is not there yet.
  static func prepare(_ folder: String, _ source: Source, _ say: (String) -> Void) throws {
    guard source.domain.classes.count >= 2, source.domain.support != .tokens,
      !FileManager.default.fileExists(atPath: path(folder))
    else { return }
    say("training the classifier in whose features distances are taken")
    let network = try FeatureJudge(training: source) { Interrupt.requested }.network
    try makeFolder(folder)
    try Safetensors(network.state).write(to: path(folder))
  }

  static func load(_ folder: String, _ source: Source) throws -> FeatureJudge? {
    guard FileManager.default.fileExists(atPath: path(folder)) else { return nil }
    let network = FeatureJudge.recipe.makeNetwork(source.domain, RandomStream(0))
    try network.load(Safetensors(opening: path(folder)).tensors)
    return FeatureJudge(network)
  }
}
