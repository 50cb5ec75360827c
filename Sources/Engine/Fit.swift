import Catalog
import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Manual
import Torch

/// A run that was asked to stop and can go on.
struct Stopped: Error {
  let sentence: String
}

/// `latent fit`: learn a space from data, or go on learning.
enum Fit {
  /// Parses in two passes: the first finds the method, whose settings the second knows.
  static func begin(_ words: [String]) throws {
    if words.contains("--help") || words.contains("-h") { return try help(words, .fit) }
    let open = try Arguments.parse(words, verb: .fit)
    guard let name = open.positional("METHOD") else {
      throw UsageError("latent fit: which METHOD? latent fit --help shows the form")
    }
    if open.flag("resume"), open.positionals.count == 1 {
      let description = try SpaceDescription(opening: name)
      let recipe = try Catalogue.method(named: description.method).recipe
      let arguments = try Arguments.parse(words, verb: .fit.knowing(settings: recipe.flags))
      return try resume(recipe, name, description, arguments)
    }
    let recipe = try method(name)
    let arguments = try Arguments.parse(words, verb: .fit.knowing(settings: recipe.flags))
    try run(arguments, Console(arguments))
  }

  static func run(_ arguments: Arguments, _ console: Console) throws {
    guard let name = arguments.positional("METHOD"), let spec = arguments.positional("SOURCE")
    else { throw UsageError("latent fit: METHOD and SOURCE are needed") }
    try fit(method(name), spec, arguments, console)
  }

  /// The method called `name`, for a verb that trains.
  static func method(_ name: String, _ verb: Verb = .fit) throws -> any Recipe.Type {
    do {
      return try Catalogue.method(named: name).recipe
    } catch let error as UserError {
      throw UsageError("latent \(verb.name): \(error)")
    }
  }

  /// Prints the page of `open` with the settings of the method that `words` name.
  static func help(_ words: [String], _ open: Verb) throws {
    let name = words.first { !$0.hasPrefix("-") }
    let verb = try name.map { open.knowing(settings: try method($0, open).flags) } ?? open
    let page =
      words.contains("--json")
      ? HelpPage.json(verb).pretty
      : HelpPage.render(
        verb, width: min(100, Terminal.width(.output)), bold: Terminal.allowsBold(.output))
    try Console().result(page)
  }

  private static func fit<Method: Recipe>(
    _ type: Method.Type, _ spec: String, _ arguments: Arguments, _ console: Console
  ) throws {
    let recipe = try Method().configured(by: arguments)
    let folder = arguments.string("out") ?? "\(Method.card.id)-\(stem(spec)).latent"
    try FitProcesses.together(in: folder) { group in
      try fit(recipe, spec, in: folder, group, arguments, console)
    }
  }

  private static func fit<Method: Recipe>(
    _ recipe: Method, _ spec: String, in folder: String, _ group: ProcessGroup?,
    _ arguments: Arguments, _ console: Console
  ) throws {
    let seeds = arguments.int("seeds")
    if let group { try divisible(recipe, group, seeds: seeds) }
    Runtime.threads = arguments.int("threads") ?? (seeds == nil ? FitProcesses.threads(group) : 1)
    var options = SourceOptions(arguments)
    let stopsEarly = (recipe as? any GradientRecipe)?.training.patience ?? 0 > 0
    // Nothing is kept from training that nobody asked for; stopping early asks.
    options.validation = arguments.number("validation") ?? (stopsEarly ? nil : 0)
    options.test = arguments.number("test")
    let source = try Interrupt.endingAtOnce { try Source.open(spec, options) }
    if group?.rank ?? 0 == 0 { for note in source.notes { console.say(note) } }
    // Before anything is replaced.
    try recipe.validate(for: source.domain)
    var run = FitRun(source, seed: Seed(arguments.seed))
    run.group = group
    run.folder = folder
    run.device = try FitProcesses.device(arguments.string("device") ?? "auto", group)
    run.lowPrecision = arguments.string("precision") == "bf16"
    if run.lowPrecision, run.device == .cpu, !Runtime.hasBFloat16 {
      console.say("this processor has no products in bfloat16: float32 will be many times as fast")
    }
    run.checkpointSeconds = arguments.number("checkpoint-seconds") ?? 60
    let origin = SpaceDescription.Origin(
      spec: absolute(spec), options: options, fingerprint: source.fingerprint)
    let description = try SpaceDescription(
      recipe, source: source, origin: origin, run: run, versions: versions)
    guard seeds == nil else {
      return try FitSeeds(recipe, source, description, arguments, console).run()
    }
    if run.writes { try clear(folder, force: arguments.flag("force")) }
    try carryOut(recipe, run, description, RunLogs.Choice(arguments), console)
  }

  private static func resume<Method: Recipe>(
    _ type: Method.Type, _ folder: String, _ description: SpaceDescription, _ arguments: Arguments
  ) throws {
    let recipe = try Method(description.settings).configured(by: arguments)
    try FitProcesses.together(in: folder) { group in
      try resume(recipe, folder, description, group, arguments, Console(arguments))
    }
  }

  private static func resume<Method: Recipe>(
    _ recipe: Method, _ folder: String, _ description: SpaceDescription, _ group: ProcessGroup?,
    _ arguments: Arguments, _ console: Console
  ) throws {
    if let group { try divisible(recipe, group, seeds: arguments.int("seeds")) }
    let source = try Interrupt.endingAtOnce {
      try Source.open(description.source.spec, description.source.options)
    }
    try require(
      source.fingerprint == description.source.fingerprint,
      "\(description.source.spec) has changed since \(folder) was begun; a resumed run needs the "
        + "same data")
    Runtime.threads = description.threads
    var run = FitRun(source, seed: Seed(description.seed))
    run.folder = folder
    run.group = group
    run.resumes = true
    run.device = try FitProcesses.device(description.device, group)
    run.lowPrecision = description.lowPrecision
    run.checkpointSeconds = arguments.number("checkpoint-seconds") ?? 60
    var description = description
    description.settings = try recipe.encoded()
    description.processes = group?.size
    try carryOut(recipe, run, description, RunLogs.Choice(arguments), console)
  }

  /// Refuses what several processes cannot do together.
  private static func divisible(
    _ recipe: some Recipe, _ group: ProcessGroup, seeds: Int?
  ) throws {
    guard seeds == nil else {
      throw TrainingError.indivisible(
        "--seeds trains side by side in one process, and \(group.size) were started; leave out one "
          + "of the two")
    }
    guard recipe is any GradientRecipe else {
      throw TrainingError.indivisible(
        "\(type(of: recipe).card.id) is not trained in steps whose gradients \(group.size) "
          + "processes could share; run it in one process")
    }
  }

  /// One training, with its progress and what is said of it.
  private static func carryOut<Method: Recipe>(
    _ recipe: Method, _ given: FitRun, _ description: SpaceDescription, _ choice: RunLogs.Choice?,
    _ console: Console
  ) throws {
    var run = given
    if let group = run.group { try FitProcesses.agree(description, group) }
    guard run.writes else {
      run.shouldStop = { Interrupt.requested }
      _ = try Space.fitted(recipe, run)
      return
    }
    let progress = FitProgress(console)
    defer { progress.finish() }
    run.progress = progress.show
    let (space, result) = try train(recipe, run, description, choice, console)
    progress.finish()
    let summary = FitSummary(space, result)
    console.say(summary.advice)
    try console.result(summary.json, text: summary.text)
  }

  /// Trains with the lock, the logs and the entry in the registry that every run has.
  ///
  /// - Throws: `Stopped` where that was asked for.
  static func train<Method: Recipe>(
    _ recipe: Method, _ given: FitRun, _ description: SpaceDescription, _ choice: RunLogs.Choice?,
    _ console: Console
  ) throws -> (space: Space, result: FitResult) {
    var run = given
    let folder = run.folder ?? ""
    let lock = try FolderLock(folder)
    defer { lock.release() }
    let logs = try RunLogs(
      choice, description, in: folder, name: stem(folder), group: stem(description.source.spec),
      warn: console.warn)
    logs.follow(&run)
    for hint in logs.hints { console.say("live: \(hint)") }
    run.shouldStop = { Interrupt.requested }
    let log = RunLog(description, folder, console)
    do {
      let (space, result) = try logs.ending { try Space.fit(recipe, run, description) }
      log.end(.finished, result, nil)
      logs.finish(space, run.source, result)
      return (space, result)
    } catch TrainingError.stopped(let step, let steps) {
      log.end(.stopped, nil, "\(TrainingError.stopped(step: step, steps: steps))")
      throw Stopped(
        sentence: "stopped after step \(step) of \(steps), all is saved; "
          + "`latent fit --resume \(folder)` goes on to the same result")
    } catch {
      log.end(.failed, nil, "\(error)")
      if case TrainingError.indivisible = error, !run.resumes {
        // Nothing of it is worth going on with.
        try? FileManager.default.removeItem(atPath: folder)
      }
      throw error
    }
  }

  static func device(_ name: String) throws -> Device {
    guard let device = Device(name), device.isAvailable else {
      throw UserError("the device \(name) is not on this machine; latent doctor lists what is")
    }
    return device
  }

  /// Makes room for a new space; never removes anything but a space.
  static func clear(_ folder: String, force: Bool) throws {
    guard FileManager.default.fileExists(atPath: folder) else { return }
    guard FileManager.default.fileExists(atPath: folder + "/space.json") else {
      // A fit that was killed before it had written anything leaves its lock.
      let files = try? FileManager.default.contentsOfDirectory(atPath: folder)
      if let files, files.allSatisfy({ ["lock", "log.json"].contains($0) }) {
        try? FileManager.default.removeItem(atPath: folder + "/log.json")
        return
      }
      throw UserError("\(folder) is there already and is not a space; --out names another place")
    }
    guard force else {
      let isDone = FileManager.default.fileExists(atPath: folder + "/weights.safetensors")
      throw UserError(
        isDone
          ? "\(folder) is there already; --force replaces it, --out names another place"
          : "\(folder) holds an unfinished run; `latent fit --resume \(folder)` goes on with it, "
            + "--force starts again")
    }
    try FolderLock(folder).release()
    do {
      try FileManager.default.removeItem(atPath: folder)
    } catch {
      throw UserError("cannot replace \(folder): \(error.localizedDescription)")
    }
  }
}

/// A source's name without folders and extension, for naming what is made of it.
func stem(_ spec: String) -> String {
  let name = ((spec as NSString).lastPathComponent as NSString).deletingPathExtension
  return name.isEmpty ? "data" : name
}

/// The whole path of a file or folder; a known source by its name.
func absolute(_ spec: String) -> String {
  guard FileManager.default.fileExists(atPath: spec) else { return spec }
  return URL(fileURLWithPath: spec).standardizedFileURL.path
}

extension SourceOptions {
  /// The options that the flags for reading data give.
  init(_ arguments: Arguments) {
    self.init()
    limit = arguments.int("limit")
    size = arguments.size("size").map { [$0.height, $0.width] }
    strict = arguments.flag("strict")
    raw = arguments.flag("raw") ? true : nil
    binarise = Binarisation(rawValue: arguments.string("binarise") ?? "none") ?? .none
    labelColumn = arguments.string("label")
    textColumn = arguments.string("text")
    encoder = arguments.string("encoder").map { ExampleEncoders.isName($0) ? $0 : absolute($0) }
    window = arguments.int("window")
    length = arguments.int("length")
  }
}

/// Versions of what makes a space, by name.
let versions = ["latent": Latent.version, "libtorch": Runtime.version]

/// Keeps a second fit out of a folder; the system lets go of it when the process ends, however it ends.
struct FolderLock {
  private let descriptor: Int32

  init(_ folder: String) throws {
    try makeFolder(folder)
    descriptor = open(folder + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw UserError("cannot write in \(folder): \(String(cString: strerror(errno)).lowercased())")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw UserError("another fit is at work in \(folder); wait for it, or name another --out")
    }
  }

  func release() { close(descriptor) }
}
