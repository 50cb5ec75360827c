import Datasets
import Evaluation
import Torch

/// Generated streams in which a feature moves that matters, or one that does not.
struct DriftTrial {
  let lab: Lab
  let seed: Seed

  init(_ lab: Lab, _ seed: Seed) {
    self.lab = lab
    self.seed = seed.child("drift")
  }

  func run(_ board: inout Scoreboard) throws {
    for world in 0..<lab.pick(full: 10, quick: 1) {
      lab.say("generated world \(world + 1)")
      for kind in [RegressorKind.linear, .boosted] {
        try watch(kind, seed.child(world).child(kind.rawValue), &board)
      }
    }
  }

  private func watch(_ kind: RegressorKind, _ seed: Seed, _ board: inout Scoreboard) throws {
    let (x, y) = try Self.world(lab.pick(full: 600, quick: 80), seed.child("known")) { _ in [0, 0] }
    let monitored = try MonitoredModel(
      kind.regressor, x, y, held: 0.25, resamples: lab.pick(full: 25, quick: 4), level: 0.95, seed)
    let rows = lab.pick(full: 1000, quick: 100)
    func stream(_ name: String, _ shift: (Double) -> [Double]) throws -> (
      widths: [Double], windows: [MonitoredModel.Window], x: FeatureMatrix
    ) {
      let (x, y) = try Self.world(rows, seed.child(name), shift)
      let seen = try monitored.windows(x, y, size: 50, alarm: 0.01, seed.child(name))
      return (seen.predictions.map(\.width), seen.windows, x)
    }
    let harmful = try stream("harmful") { [0.5 + 2.5 * $0, 0] }.windows
    let harmless = try stream("harmless") { [0, 0.5 + 2.5 * $0] }.windows
    for (arm, alarms) in [
      ("interval width", { (window: MonitoredModel.Window) in window.isWide }),
      ("KS test", { $0.drift.p < 0.01 }),
      ("stability index", { ($0.drift.indices.max() ?? 0) > 0.25 }),
    ] {
      func share(_ windows: [MonitoredModel.Window]) -> Double {
        Double(windows.count { alarms($0) }) / Double(windows.count)
      }
      let (right, wrong) = (share(harmful), share(harmless))
      for name in [arm, "\(arm), \(kind.rawValue)"] {
        board[DoubtMonitor.telling.name, name].append(right - wrong)
      }
      board["alarms, harmful drift", "\(arm), \(kind.rawValue)"].append(right)
      board["alarms, harmless drift", "\(arm), \(kind.rawValue)"].append(wrong)
    }
    let both = try stream("both") { _ in [2, 2] }
    let rise = try monitored.drivers(both.x, both.widths, seed.child("drivers")).rise
    let gaps = try FeatureDrift(both.x, from: monitored.reference).gaps
    for (arm, named) in [
      ("Shapley values", rise[0] > rise[2]), ("KS distance", gaps[0] > gaps[2]),
    ] {
      for name in [arm, "\(arm), \(kind.rawValue)"] {
        board[DoubtMonitor.naming.name, name].append(named ? 1 : 0)
      }
    }
  }

  /// Rows whose first and third features are moved by what `shift` says of their place in the stream, 0 up to 1.
  static func world(
    _ rows: Int, _ seed: Seed, _ shift: (Double) -> [Double]
  ) throws -> (x: FeatureMatrix, y: [Double]) {
    let random = RandomStream(seed)
    var values = try random.normal([rows, 5], type: .float64).values(as: Double.self)
    let noise = try random.normal([rows], type: .float64).values(as: Double.self)
    for row in 0..<rows {
      let moved = shift(Double(row) / Double(rows))
      values[row * 5] += moved[0]
      values[row * 5 + 2] += moved[1]
    }
    let y = (0..<rows).map { row -> Double in
      let (first, second) = (values[row * 5], values[row * 5 + 1])
      return first * first + second + 0.3 * noise[row]
    }
    return (FeatureMatrix(names: (1...5).map { "x\($0)" }, values: values, count: rows), y)
  }
}
