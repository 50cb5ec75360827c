import Catalog
import Datasets
import Files
import Foundation
import Learning
import Manual
import Torch

/// `latent profile`: where the time of a training step goes.
enum ProfileVerb {
  static func begin(_ words: [String]) throws {
    if words.contains("--help") || words.contains("-h") { return try Fit.help(words, .profile) }
    let open = try Arguments.parse(words, verb: .profile)
    guard let name = open.positional("METHOD") else {
      throw UsageError("latent profile: which METHOD? latent profile --help shows the form")
    }
    let recipe = try Fit.method(name, .profile)
    let arguments = try Arguments.parse(words, verb: .profile.knowing(settings: recipe.flags))
    Interrupt.endAtOnce()
    try run(recipe, arguments, Console(arguments))
  }

  private static func run<Method: Recipe>(
    _ type: Method.Type, _ arguments: Arguments, _ console: Console
  ) throws {
    let configured = try Method().configured(by: arguments)
    guard let recipe = configured as? any GradientRecipe else {
      throw UserError("\(Method.card.id) is not trained in steps, so there is none to look into")
    }
    Runtime.threads =
      arguments.int("threads") ?? ProcessInfo.processInfo.activeProcessorCount
    var options = SourceOptions(arguments)
    options.validation = 0
    guard let spec = arguments.positional("SOURCE") else {
      throw UsageError("latent profile: SOURCE is needed")
    }
    let source = try Source.open(spec, options)
    for note in source.notes { console.say(note) }
    var run = FitRun(source, seed: Seed(arguments.seed))
    run.device = try Fit.device(arguments.string("device") ?? "auto")
    run.lowPrecision = arguments.string("precision") == "bf16"
    let profile = try measure(recipe, run, steps: arguments.int("steps") ?? 50)
    if let folder = arguments.string("out") { try write(profile, to: folder, console) }
    let json = [("method", JSON.string(Method.card.id)), ("source", .string(spec))] + profile.json
    try console.result(json.json, text: text(profile, rows: arguments.int("rows") ?? 20))
  }

  /// Trains the steps once unrecorded and once recorded, after a tenth of them to warm up.
  static func measure<Method: GradientRecipe>(
    _ given: Method, _ plan: FitRun, steps: Int
  ) throws -> StepProfile {
    var (recipe, run) = (given, plan)
    let clock = StepRecorder(warmup: max(3, steps / 10), steps: steps)
    // The steps end before the epochs do.
    let (examples, overflow) = clock.last.multipliedReportingOverflow(by: recipe.training.batch)
    try require(!overflow, "--steps \(steps) with --batch \(recipe.training.batch) is too much")
    recipe.training.epochs = examples / max(1, run.source.train.count) + clock.last
    recipe.training.patience = 0
    run.shouldStop = clock.tick
    do { _ = try Space.fitted(recipe, run) } catch TrainingError.stopped {}
    if let error = clock.error { throw error }
    guard let profile = clock.profile else {
      throw UserError("\(Method.card.id) ended its training before \(clock.last) steps")
    }
    return StepProfile(profile, steps: steps, plainSeconds: clock.plainSeconds)
  }

  private static func write(
    _ profile: StepProfile, to folder: String, _ console: Console
  ) throws {
    try makeFolder(folder)
    try AtomicFile.write(Data(profile.flame.svg().utf8), to: folder + "/flame.svg")
    try AtomicFile.write(Data(profile.json.json.pretty.utf8), to: folder + "/profile.json")
    console.say("\(folder)/flame.svg shows what calls what; any browser opens it")
  }

  private static func text(_ profile: StepProfile, rows: Int) -> String {
    let plain = format(value: profile.plainSeconds / Double(profile.steps) * 1000)
    return profile.text(rows: rows)
      + "\n\n\(profile.steps) steps; without recording a step took \(plain) ms"
  }
}

/// Counts steps: some to warm up, some that are timed as they are, and as many that are recorded.
private final class StepRecorder {
  private let first: Int
  private let middle: Int
  let last: Int
  private var count = 0
  private var began = ContinuousClock.now
  private(set) var plainSeconds = 0.0
  private(set) var profile: Profile?
  private(set) var error: (any Error)?

  init(warmup: Int, steps: Int) {
    (first, middle, last) = (warmup, warmup + steps, warmup + 2 * steps)
  }

  /// Counts a step; whether it was the last.
  func tick() -> Bool {
    count += 1
    if count == first { began = .now }
    if count == middle {
      plainSeconds = (ContinuousClock.now - began) / .seconds(1)
      do { try Profile.begin() } catch { self.error = error }
    }
    if count == last { profile = Profile.end() }
    return count >= last || error != nil
  }
}
