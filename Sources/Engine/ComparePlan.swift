import Catalog
import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Manual
import Torch

/// What a comparison is of: written before the first run, read by every run, extended by `--again`.
struct ComparePlan: Codable, Equatable {
  /// A method with its settings.
  struct Arm: Codable, Equatable {
    /// As the person wrote it: `vae:beta=4`.
    let name: String
    let method: String
    let settings: JSONValue

    /// A name for files.
    var stem: String {
      String(name.map { $0.isLetter || $0.isNumber || "-=.,".contains($0) ? $0 : "_" })
    }
  }

  static let currentFormat = 1

  var format = ComparePlan.currentFormat
  let source: String
  let options: SourceOptions
  let fingerprint: String
  var arms: [Arm]
  let seeds: [UInt64]
  let task: Task?
  let measures: [String]
  let budget: FitRun.Budget
  /// Threads of each run, which its bits depend on.
  let threads: Int
  let device: String
  /// Where the runs are told of while they train; also missing in plans of before there were logs.
  var log: RunLogs.Choice?

  static func path(in folder: String) -> String { folder + "/compare.json" }

  init(
    source: String, options: SourceOptions, fingerprint: String, arms: [Arm], seeds: [UInt64],
    task: Task?, measures: [String], budget: FitRun.Budget, threads: Int, device: String
  ) {
    self.source = source
    self.options = options
    self.fingerprint = fingerprint
    self.arms = arms
    self.seeds = seeds
    self.task = task
    self.measures = measures
    self.budget = budget
    self.threads = threads
    self.device = device
  }

  /// The plan in `folder`.
  ///
  /// - Throws: `UserError` where there is none, or a newer program wrote it.
  init(opening folder: String) throws {
    let path = Self.path(in: folder)
    let file = try MappedFile(path)
    do {
      self = try JSONDecoder().decode(Self.self, from: file.data)
    } catch {
      throw UserError("\(path) is not the plan of a comparison")
    }
    try require(
      format <= Self.currentFormat,
      "\(folder) was written by a newer latent (format \(format)); this one reads format "
        + "\(Self.currentFormat)")
  }

  func write(in folder: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try makeFolder(folder)
    try AtomicFile.write(try encoder.encode(self), to: Self.path(in: folder))
  }

  /// Epochs of a run that steps or seconds end.
  static let endless = 1_000_000

  /// Whether steps or seconds end the runs.
  var hasOpenEnd: Bool { budget.steps != nil || budget.seconds != nil }

  /// The epochs that all arms have; nothing where another budget ends them.
  var epochs: Int? {
    guard !hasOpenEnd else { return nil }
    for arm in arms {
      if case .integer(let epochs)? = arm.settings[["training", "epochs"]] { return epochs }
    }
    return nil
  }

  /// What every run may take, in words.
  var allowance: String {
    if let steps = budget.steps { return "\(steps) updates" }
    if let seconds = budget.seconds { return "\(Manual.format(value: seconds)) s of training" }
    return epochs.map { "\($0) epochs" } ?? "as each method has it"
  }

  /// The data, without the last class in training where anomalies are to be found.
  ///
  /// - Throws: `UserError` where they are not what the plan was made on.
  func open() throws -> Source {
    let found = try Interrupt.endingAtOnce { try Source.open(source, options) }
    try require(
      found.fingerprint == fingerprint, "\(source) has changed since the comparison was begun")
    guard task == .detect, let labels = try found.train.labels(), let last = labels.max() else {
      return found
    }
    let known = labels.indices.filter { labels[$0] != last }
    try require(!known.isEmpty, "\(source) has one class only, and finding anomalies needs two")
    return found.learning(from: found.train.subset(known))
  }
}

extension ComparePlan.Arm {
  /// The arms of a word on the command line: one method's, or for `all`, with or without settings, those of every
  /// method that takes data of `domain` and serves `task`; each of these has such settings as it knows.
  ///
  /// - Throws: `UserError` naming the method or setting that there is not.
  static func named(
    by word: String, epochs: Int?, _ domain: Domain, _ task: Task?
  ) throws -> [ComparePlan.Arm] {
    let parts = word.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts[0] == "all" else { return [try ComparePlan.Arm(word, epochs: epochs)] }
    let arms = try Catalogue.methods.compactMap {
      try all($0.recipe, Array(parts.dropFirst()), epochs, domain, task)
    }
    try require(!arms.isEmpty, "no method takes data of shape \(domain.shape)")
    return arms
  }

  private static func all<Made: Recipe>(
    _ type: Made.Type, _ words: [String], _ epochs: Int?, _ domain: Domain, _ task: Task?
  ) throws -> ComparePlan.Arm? {
    let known = words.filter { word in
      type.settings.contains { word.hasPrefix("\($0.flag)=") }
    }
    let settings = try settings(type, known, epochs)
    let recipe = try Made(settings)
    do { try recipe.validate(for: domain) } catch is UserError { return nil }
    // What learns from labels is no rival of what does not.
    let classifies = recipe.makeNetwork(domain, RandomStream(0)) is any Classifying
    guard classifies == (task == .classify) else { return nil }
    return ComparePlan.Arm(name: Made.card.id, method: Made.card.id, settings: settings)
  }

  /// The arm of a word such as `vae` or `vae:beta=4:hidden=400,200`, with a budget of `epochs`.
  ///
  /// - Throws: `UserError` naming the method or setting that there is not.
  init(_ word: String, epochs: Int?) throws {
    let parts = word.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    let recipe = try Catalogue.method(named: parts[0]).recipe
    self.init(
      name: word, method: recipe.card.id,
      settings: try Self.settings(recipe, Array(parts.dropFirst()), epochs))
  }

  private static func settings<Made: Recipe>(
    _ type: Made.Type, _ words: [String], _ epochs: Int?
  ) throws -> JSONValue {
    var recipe = Made()
    if let epochs, Made.settings.contains(where: { $0.flag == "epochs" }) {
      recipe = try recipe.setting("epochs", to: "\(epochs)")
    }
    for word in words {
      let sides = word.split(separator: "=", maxSplits: 1).map(String.init)
      try require(
        sides.count == 2,
        "\(Made.card.id):\(word): a setting is NAME=VALUE, such as \(Made.card.id):latents=10")
      try require(
        sides[0] != "epochs" || epochs == nil,
        "\(Made.card.id):\(word): all methods have the same budget; --epochs sets it")
      recipe = try recipe.setting(sides[0], to: sides[1])
    }
    return try recipe.encoded()
  }
}

/// What one run of a comparison left.
struct CompareScore: Codable {
  var scores: [String: [Double]] = [:]
  var seconds = 0.0
  var peakBytes = 0
  /// Trainable numbers.
  var size = 0
  /// Why it has no scores.
  var failure: String?

  static func path(_ folder: String, _ arm: ComparePlan.Arm, _ seed: UInt64) -> String {
    "\(folder)/scores/\(arm.stem)-seed-\(seed).json"
  }

  static func read(_ folder: String, _ arm: ComparePlan.Arm, _ seed: UInt64) -> CompareScore? {
    guard let file = try? MappedFile(path(folder, arm, seed)) else { return nil }
    return try? JSONDecoder().decode(Self.self, from: file.data)
  }
}
