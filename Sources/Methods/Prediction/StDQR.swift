import Datasets
import Evaluation
import Files
import Learning
import Torch

/// Regions of any shape that hold several responses together with a chosen probability.
///
/// - Source: Feldman, Bates & Romano, *Calibrated Multiple-Output Quantile Regression with Representation Learning*,
///   JMLR 2023, arXiv:2110.00816.
/// - Departs: the plain conditional autoencoder, without a discriminator; calibration by one signed distance; areas are
///   counted on a grid over the range of the responses.
public struct StDQR: Study {
  public static let card = Card(
    id: "st-dqr", title: "Spherically transformed directional quantile regression",
    source: "Feldman, Bates & Romano, Calibrated Multiple-Output Quantile Regression with "
      + "Representation Learning, JMLR 2023, arXiv:2110.00816",
    system: "S087",
    summary:
      "A conditional autoencoder turns responses into codes of one lump, directional quantiles make a region of codes, "
      + "and its decoded points, widened until they hold the asked share of left-out rows, are the region of responses."
  )

  public static let inputs = [
    StudyInput(
      "y",
      "Responses [rows, responses], or the columns that --responses names; empty in rows to give regions for. "
        + "All other columns are features.", optional: true)
  ]

  /// Names of the columns that are responses, with commas between them.
  public var responses = "y"
  /// Probability that a region is to hold the responses with.
  public var level = 0.9
  /// Level of the directional quantiles, before calibration.
  public var quantile = 0.05
  /// Numbers in a code.
  public var latents = 3
  /// Weight of the codes' divergence from the standard normal.
  public var divergence = 0.01
  /// Widths of the hidden layers of every network.
  public var hidden = [64, 64]
  /// Most steps of training of each network.
  public var steps = 2000
  /// Step size of the training.
  public var learningRate = 1e-3
  /// Half-spaces that bound a region of codes.
  public var directions = 128
  /// Places of the grid on which areas are counted.
  public var cells = 3600
  /// Share of the rows that regions are calibrated on.
  public var calibration = 0.3
  /// Share of the rows that regions are judged by.
  public var test = 0.2

  public init() {}

  public func run(_ room: StudyRoom) throws -> Findings {
    try validate()
    let table = try ResponseTable(room.inputs, names: responses)
    let splits = try table.splits(calibration: calibration, test: test, room.seed)
    let grid = try Grid(around: splits.train.y, count: cells, margin: 0.1)
    let settings = regionSettings
    var arms: [RegionFindings.Arm] = []
    let makers: [(String, () throws -> any NestedRegions)] = [
      ("codes (ST-DQR)", { try settings.learned(splits, grid, room.seed) }),
      ("responses (directional quantiles)", { try settings.raw(splits, grid, room.seed) }),
      ("boxes", { try settings.boxes(splits, room.seed) }),
    ]
    for (place, (name, make)) in makers.enumerated() {
      room.progress(place, makers.count)
      try require(!room.shouldStop(), "stopped")
      let fitted = try CalibratedRegions(try make(), splits.calibration, level: level)
      let covered = try fitted.covered(splits.test)
      arms.append(
        .init(
          name: name, fitted: fitted, covered: covered.calibrated, before: covered.before,
          areas: try fitted.areas(splits.test.rows(0..<min(splits.test.count, 200)), grid)))
    }
    return try RegionFindings(table: table, grid: grid, level: level, arms: arms).findings()
  }

  private var regionSettings: RegionSettings {
    var settings = RegionSettings()
    settings.level = level
    settings.quantile = quantile
    settings.latents = latents
    settings.divergence = divergence
    settings.hidden = hidden
    settings.directions = directions
    settings.training.steps = steps
    settings.training.rate = learningRate
    return settings
  }

  private func validate() throws {
    try require(level > 0 && level < 1, "--level \(plain(level)): must lie between 0 and 1")
    try require(
      quantile > 0 && quantile < 0.5, "--quantile \(plain(quantile)): must lie between 0 and 0.5")
    try require((1...10).contains(latents), "--latents \(latents): must be between 1 and 10")
    try require(divergence >= 0, "--divergence \(plain(divergence)): must be at least 0")
    try require(
      !hidden.isEmpty && hidden.allSatisfy { (1...10_000) ~= $0 },
      "--hidden \(hidden.map(\.description).joined(separator: ",")): must be widths of at least 1")
    try require((1...1_000_000) ~= steps, "--steps \(steps): must be at least 1")
    try require(
      learningRate > 0 && learningRate.isFinite,
      "--learning-rate \(plain(learningRate)): must be above 0")
    try require(
      (8...4096) ~= directions, "--directions \(directions): must be between 8 and 4096")
    try require((100...1_000_000) ~= cells, "--cells \(cells): must be between 100 and 1000000")
    try require(
      calibration > 0 && test > 0 && calibration + test < 0.9,
      "--calibration \(plain(calibration)) and --test \(plain(test)): must be shares that leave a tenth to learn from"
    )
  }
}
