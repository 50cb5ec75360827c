import Datasets
import Files
import Foundation
import Learning
import Manual
import Synchronization
import Torch

/// `latent fit … --seeds N`: trainings that differ in nothing but their seed, side by side in one process.
///
/// Each leaves the space that a fit of its seed alone leaves, and can be resumed alone.
struct FitSeeds<Method: Recipe>: Sendable {
  private struct Task {
    let description: SpaceDescription
    let folder: String
    let resumes: Bool
  }

  private let recipe: Method
  private let source: Source
  private let threads: Int
  private let device: Device
  private let checkpointSeconds: Double
  private let choice: RunLogs.Choice?
  private let console: Console
  private let tasks: [Task]

  /// The runs that the flags ask for; room is made for each of them before the first begins.
  ///
  /// - Parameter description: What the space of a run says, but for the seed.
  /// - Throws: `UserError` where a folder may not be replaced, or holds another fit than the one to go on with.
  init(
    _ recipe: Method, _ source: Source, _ description: SpaceDescription, _ arguments: Arguments,
    _ console: Console
  ) throws {
    self.recipe = recipe
    self.source = source
    self.console = console
    threads = Runtime.threads
    device = try Fit.device(description.device)
    checkpointSeconds = arguments.number("checkpoint-seconds") ?? 60
    choice = RunLogs.Choice(arguments)
    let out = arguments.string("out") ?? "\(Method.card.id)-\(stem(description.source.spec)).latent"
    let name = out.hasSuffix(".latent") ? String(out.dropLast(7)) : out
    let seeds = (0..<UInt64(arguments.int("seeds") ?? 1)).map { arguments.seed &+ $0 }
    tasks = try seeds.map { seed in
      let folder = "\(name)-seed-\(seed).latent"
      var wanted = description
      wanted.seed = seed
      let begun = arguments.flag("resume") ? try Self.begun(folder, recipe, wanted) : nil
      if begun == nil { try Fit.clear(folder, force: arguments.flag("force")) }
      return Task(description: begun ?? wanted, folder: folder, resumes: begun != nil)
    }
  }

  /// The fit in `folder` that is to go on; nothing where none was begun.
  private static func begun(
    _ folder: String, _ recipe: Method, _ wanted: SpaceDescription
  ) throws -> SpaceDescription? {
    guard FileManager.default.fileExists(atPath: folder + "/space.json") else { return nil }
    let found = try SpaceDescription(opening: folder)
    let isSame =
      found.method == wanted.method && found.seed == wanted.seed
      && found.threads == wanted.threads && found.device == wanted.device
      && found.lowPrecision == wanted.lowPrecision
      && found.source.fingerprint == wanted.source.fingerprint
      && found.source.options == wanted.source.options
    let settings = isSame ? try Method(found.settings).encoded() : found.settings
    try require(
      isSame && settings == (try recipe.encoded()),
      "\(folder) holds a fit with other settings or data; --force without --resume starts again, "
        + "--out names another place")
    return found
  }

  /// Trains them all.
  ///
  /// - Throws: `Stopped` where that was asked for; the first failure, after the others have ended.
  func run() throws {
    let progress = SeedsProgress(tasks.count, console)
    let crew = SideBySide(threads: threads)
    let results = crew.results(tasks.count) { try train(tasks[$0], $0, progress) }
    progress.finish()
    let ended = results.compactMap { try? $0.get() }
    if ended.count == tasks.count || !Interrupt.requested { try print(ended) }
    guard !Interrupt.requested || ended.count == tasks.count else {
      throw Stopped(
        sentence: "stopped, all is saved; the same command with --resume goes on to the same result"
      )
    }
    for (task, result) in zip(tasks, results) {
      if case .failure(let error) = result {
        throw UserError("seed \(task.description.seed): \(error)")
      }
    }
  }

  private func train(
    _ task: Task, _ index: Int, _ progress: SeedsProgress
  ) throws -> (space: Space, result: FitResult) {
    var run = FitRun(source, seed: Seed(task.description.seed))
    run.folder = task.folder
    run.resumes = task.resumes
    run.device = device
    run.lowPrecision = task.description.lowPrecision
    run.checkpointSeconds = checkpointSeconds
    run.progress = { progress.show($0, of: index) }
    return try Fit.train(recipe, run, task.description, choice, console)
  }

  private func print(_ ended: [(space: Space, result: FitResult)]) throws {
    let summaries = ended.map { FitSummary($0.space, $0.result) }
    if let first = summaries.first { console.say(first.advice) }
    try console.result(
      .array(summaries.map(\.json)), text: summaries.map(\.text).joined(separator: "\n"))
  }
}

/// Draws the progress of several trainings as one line.
private final class SeedsProgress: Sendable {
  private struct State {
    var line: ProgressLine?
    var done: [Int]
  }

  private let console: Console
  private let state: Mutex<State>

  init(_ count: Int, _ console: Console) {
    self.console = console
    state = Mutex(State(done: Array(repeating: 0, count: count)))
  }

  func show(_ now: FitRun.Progress, of index: Int) {
    state.withLock { state in
      let line =
        state.line
        ?? console.progress(
          "fit", total: now.steps * now.batch * state.done.count, unit: "examples")
      state.line = line
      state.done[index] = now.step * now.batch
      let begun = state.done.count { $0 > 0 }
      line.update(
        done: state.done.reduce(0, +), label: "\(begun) of \(state.done.count) seeds begun",
        values: now.terms)
    }
  }

  func finish() { state.withLock { $0.line?.finish() } }
}
