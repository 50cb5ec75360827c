import Datasets
import Evaluation
import Learning
import Torch

extension StDQR {
  /// Re-tests what Feldman, Bates & Romano, 2023, say of regions learnt in a space of codes.
  static let check = Check(
    "S087",
    protocol: """
      Sets: the paper's curved responses of two numbers given 1 feature with a nonlinear shift and given 10 features \
      without (datasets.py of the authors' code), and California housing, longitude and latitude given the other numbers, \
      which is the form of the paper's House set. 1,500 rows to learn from, a fifth of which say when to stop; 300 to \
      calibrate, 300 to judge coverage and 100 of these to judge areas, all standardised. All networks have two hidden \
      layers of 64 and at most 1,500 steps of Adam at 0.001 with batches of 128, and stop after 12 looks, 50 steps apart, \
      without a smaller loss on the stopping rows; nothing else is tuned. ST-DQR: 3 latent units, divergence weight \
      0.01, quantile level 0.05, 128 directions of which a step draws 8 anew, 8,000 codes. Rivals with the same training: directional quantiles of \
      level 0.05 of the responses themselves, calibrated by the same distance; boxes of both quantiles of each response \
      at 0.1 / 4, calibrated by the distance to the box. Level 90%. Areas are counted on one grid of 2,500 places over \
      the responses' range and 10% more at either end, and given over the mean area of the boxes of the same set and seed. \
      Vector quantile regression, the paper's third rival, is left out.
      """,
    minutes: 5, seeds: 5,
    claims: [
      Claim(
        "Regions from codes are smaller than boxes of the responses' own quantiles",
        at: "§5, tables 1 and 2",
        metric: area, system: "ST-DQR", over: "boxes", margin: 0.1),
      Claim(
        "And smaller than those of directional quantiles of the responses",
        at: "§5, tables 1 and 2",
        metric: area, system: "ST-DQR", over: "directional quantiles", margin: 0.05),
      Claim(
        "Calibrated regions hold the asked share of responses, to two points", at: "Theorem 1",
        metric: covers, system: "ST-DQR", over: "level less two points"),
      Claim(
        "Without calibration their coverage is further from the level", at: "§4", metric: off,
        system: "ST-DQR", over: "ST-DQR before calibration"),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try RegionTrial(lab, seed).run(&board)
      return board
    })

  static let area = Claim.Metric("area over that of boxes", unit: "", .lower)
  static let covers = Claim.Metric("coverage", unit: "share", .higher)
  static let off = Claim.Metric("distance of coverage from level", unit: "share", .lower)
}

/// One seed of every set.
struct RegionTrial {
  private let lab: Lab
  private let seed: Seed

  init(_ lab: Lab, _ seed: Seed) {
    self.lab = lab
    self.seed = seed
  }

  func run(_ board: inout Scoreboard) throws {
    let sets: [(String, (Seed) throws -> RegionSplits)] = [
      (
        "curve, 1 feature",
        { split(CurvedResponses(features: 1, isShifted: true).draw(rows, $0)) }
      ),
      (
        "curve, 10 features",
        { split(CurvedResponses(features: 10, isShifted: false).draw(rows, $0)) }
      ),
      ("housing", { try split(housing($0)) }),
    ]
    for (name, make) in sets.prefix(lab.pick(full: 3, quick: 1)) {
      try judge(name, try make(seed.child(name)), seed.child(name), &board)
    }
  }

  private var rows: Int { lab.pick(full: 2100, quick: 200) }

  /// Standardises, and cuts: 5 parts to learn from, 1 to calibrate and 1 to judge.
  private func split(_ data: (x: Tensor, y: Tensor)) -> RegionSplits {
    func standard(_ x: Tensor) -> Tensor { Standardisation(x, correction: 1)(x) }
    let all = PairedRows(x: standard(data.x), y: standard(data.y))
    let part = all.count / 7
    return RegionSplits(
      train: all.rows(0..<4 * part), validation: all.rows(4 * part..<5 * part),
      calibration: all.rows(5 * part..<6 * part), test: all.rows(6 * part..<7 * part))
  }

  private func housing(_ seed: Seed) throws -> (x: Tensor, y: Tensor) {
    let table = try RegressionTable(
      lab, "california-housing", target: "longitude", rows: rows, seed)
    let latitude = table.x.names.firstIndex(of: "latitude") ?? 0
    let others = table.x.names.indices.filter { $0 != latitude }
    let x = FeatureMatrix(others.map { (table.x.names[$0], table.x.column($0)) })
    let y = FeatureMatrix([("longitude", table.y), ("latitude", table.x.column(latitude))])
    return (x.tensor(.float32), y.tensor(.float32))
  }

  private func judge(
    _ name: String, _ data: RegionSplits, _ seed: Seed, _ board: inout Scoreboard
  ) throws {
    var settings = RegionSettings()
    settings.training.steps = lab.pick(full: 1500, quick: 20)
    settings.directions = lab.pick(full: 128, quick: 32)
    settings.codes = lab.pick(full: 8000, quick: 500)
    let grid = try Grid(around: data.train.y, count: lab.pick(full: 2500, quick: 400), margin: 0.1)
    let judged = data.test.rows(0..<min(data.test.count, lab.pick(full: 100, quick: 5)))
    let makers: [(String, () throws -> any NestedRegions)] = [
      ("boxes", { try settings.boxes(data, seed) }),
      ("directional quantiles", { try settings.raw(data, grid, seed) }),
      ("ST-DQR", { try settings.learned(data, grid, seed) }),
    ]
    var unit = 1.0
    for (arm, make) in makers {
      lab.say("\(name): \(arm)")
      let fitted = try CalibratedRegions(try make(), data.calibration, level: settings.level)
      let covered = try fitted.covered(data.test)
      let area = try fitted.areas(judged, grid).mean
      if arm == "boxes" { unit = max(area, 1e-9) }
      board[StDQR.area.name, arm].append(area / unit)
      board[StDQR.area.name, "\(arm), \(name)"].append(area / unit)
      board[StDQR.covers.name, arm].append(covered.calibrated.mean)
      board[StDQR.off.name, arm].append(abs(covered.calibrated.mean - settings.level))
      board[StDQR.off.name, "\(arm) before calibration"].append(
        abs(covered.before.mean - settings.level))
    }
    board[StDQR.covers.name, "level less two points"].append(settings.level - 0.02)
  }
}
