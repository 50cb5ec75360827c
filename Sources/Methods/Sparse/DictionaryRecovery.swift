import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Torch

/// How well each way of finding directions finds those of a world that is made of known ones.
///
/// - Source: Sharkey, Braun & Millidge, *Taking features out of superposition with sparse autoencoders*, 2022, for the
///   measure; the world is Latent's `superposition`.
/// - Departs: groups of features come together, and all have the same length.
public struct DictionaryRecovery: Study {
  public static let card = Card(
    id: "dictionary-recovery", title: "Recovery of known directions by dictionaries",
    source:
      "Sharkey, Braun & Millidge, Taking features out of superposition with sparse autoencoders, 2022",
    summary:
      "Every dictionary method, principal and independent components, the examples themselves and random directions, "
      + "on sums of few of many known directions: how near to each known direction the nearest found one is."
  )
  public static let inputs: [StudyInput] = []

  /// Dimensions of the world.
  public var dimensions = 64
  /// Known directions, a multiple of 4, which come in groups of 4.
  public var features = 256
  /// Directions that dictionaries may find.
  public var latents = 512
  /// Active units of an example that all dictionaries are to have, on average.
  public var active = 7
  /// Examples to learn from.
  public var examples = 12_000
  /// Updates of each training, in batches of 256.
  public var steps = 500
  /// Learning rates of which each method takes the best, by error on examples kept aside.
  public var rates = [0.001, 0.003]
  /// Worlds and starts.
  public var repeats = 3

  public init() {}

  public func run(_ room: StudyRoom) throws -> Findings {
    try validate()
    let lab = Lab(quick: false, shouldStop: room.shouldStop)
    var found: [String: [RecoveryWorld.Score]] = [:]
    for index in 0..<repeats {
      let world = try RecoveryWorld(self, lab, room.seed.child(index))
      for (place, method) in RecoveryWorld.methods.enumerated() {
        if room.shouldStop() { throw TrainingError.stopped(step: index, steps: repeats) }
        found[method.name, default: []].append(try method.score(world))
        room.progress(
          index * RecoveryWorld.methods.count + place + 1, repeats * RecoveryWorld.methods.count)
      }
    }
    return try findings(found)
  }

  private func validate() throws {
    try require(dimensions >= 2, "--dimensions \(dimensions): at least 2 are needed")
    try require(
      features >= 4 && features % 4 == 0, "--features \(features): must be a multiple of 4")
    try require(latents >= 2, "--latents \(latents): at least 2 are needed")
    try require(
      (1...latents) ~= active,
      "--active \(active): must be from 1 to --latents, which is \(latents)")
    try require(
      examples >= 1000, "--examples \(examples): at least 1000 are needed to learn and to judge")
    try require(steps >= 1, "--steps \(steps): at least 1 update is needed")
    try require(
      !rates.isEmpty && rates.allSatisfy { $0 > 0 && $0.isFinite },
      "--rates: every learning rate must be above 0")
    try require(repeats >= 2, "--repeats \(repeats): at least 2 are needed for an interval")
  }

  private func findings(_ found: [String: [RecoveryWorld.Score]]) throws -> Findings {
    let rows = try found.map { name, scores in
      (name: name, recovery: try Estimate.mean(of: scores.map(\.recovery)), scores: scores)
    }.sorted { ($1.recovery.value, $0.name) < ($0.recovery.value, $1.name) }
    let best = rows.first.map { "\($0.name) finds them best" } ?? "nothing was tried"
    var findings = Findings(
      "Of \(features) known directions in \(dimensions) dimensions \(best), with a mean largest cosine of "
        + String(format: "%.3f.", rows.first?.recovery.value ?? .nan))
    findings.add(
      table: "Mean largest cosine with the known directions",
      ["method", "recovery", "low", "high", "error", "active"],
      rows.map { row in
        func cell(_ values: [Double?]) -> Findings.Cell {
          let known = values.compactMap { $0 }
          return known.isEmpty ? "" : .number(known.mean)
        }
        return [
          .word(row.name), .number(row.recovery.value), .number(row.recovery.interval.low),
          .number(row.recovery.interval.high), cell(row.scores.map(\.error)),
          cell(row.scores.map(\.active)),
        ]
      })
    return findings
  }
}
