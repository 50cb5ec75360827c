import Datasets
import Evaluation
import Torch

/// Coverage of intervals around overfitting and other regressors.
struct IntervalsTrial {
  let lab: Lab
  let seed: Seed

  init(_ lab: Lab, _ seed: Seed) {
    self.lab = lab
    self.seed = seed.child("intervals")
  }

  func run(_ board: inout Scoreboard) throws {
    let rows = lab.pick(full: 500, quick: 60)
    for (name, target) in RegressionTable.names.prefix(lab.pick(full: 3, quick: 1)) {
      lab.say("coverage on \(name)")
      let own = seed.child(name)
      let table = try RegressionTable(lab, name, target: target, rows: 2 * rows, own)
      let x = table.x.rows(Array(0..<rows)), test = table.x.rows(Array(rows..<2 * rows))
      let y = Array(table.y.prefix(rows)), truth = Array(table.y.dropFirst(rows))
      for kind in RegressorKind.allCases {
        let fit = own.child(kind.rawValue)
        let intervals = try BootstrapIntervals(
          kind.regressor, x, y, resamples: lab.pick(full: 25, quick: 5), fit)
        let plus = try CrossPlus(kind.regressor, x, y, fit.child("folds"))
        for level in [0.75, 0.9, 0.95] {
          func note(_ arm: String, _ ends: [(low: Double, high: Double)]) {
            let inside = zip(truth, ends).count { $1.low <= $0 && $0 <= $1.high }
            board[DoubtMonitor.coverage.name, arm].append(
              abs(Double(inside) / Double(truth.count) - level))
          }
          let corrected = try intervals.predict(test, level: level)
          note("corrected residuals", corrected.map { ($0.low, $0.high) })
          let training = try intervals.predict(test, level: level, .training)
          note("training residuals", training.map { ($0.low, $0.high) })
          note("CV+", plus.intervals(test, level: level))
        }
      }
    }
  }
}

/// Real tables sorted by a feature, of which the middle is learnt.
struct SortedTrial {
  let lab: Lab
  let seed: Seed

  init(_ lab: Lab, _ seed: Seed) {
    self.lab = lab
    self.seed = seed.child("sorted")
  }

  func run(_ board: inout Scoreboard) throws {
    let rows = lab.pick(full: 2400, quick: 240)
    for (name, target) in RegressionTable.names.prefix(lab.pick(full: 3, quick: 1)) {
      let own = seed.child(name)
      let table = try RegressionTable(lab, name, target: target, rows: rows, own)
      for feature in 0..<lab.pick(full: table.x.width, quick: 2) {
        lab.say("\(name) sorted by \(table.x.names[feature])")
        for kind in [RegressorKind.linear, .boosted] {
          try follow(table, feature, kind, own.child(feature).child(kind.rawValue), &board)
        }
      }
    }
  }

  private func follow(
    _ table: RegressionTable, _ feature: Int, _ kind: RegressorKind, _ seed: Seed,
    _ board: inout Scoreboard
  ) throws {
    let values = table.x.column(feature)
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    let third = order.count / 3
    let middle = shuffled(third, seed.child("middle"))
    let learnt = Set(middle.prefix(2 * third / 3).map { order[third + $0] })
    let rows = learnt.sorted()
    let monitored = try MonitoredModel(
      kind.regressor, table.x.rows(rows), rows.map { table.y[$0] }, held: 0.3,
      resamples: lab.pick(full: 25, quick: 4), level: 0.95, seed)
    let stream = order.filter { !learnt.contains($0) }
    let windows = try monitored.windows(
      table.x.rows(stream), stream.map { table.y[$0] }, size: lab.pick(full: 100, quick: 40),
      alarm: 0.01, seed
    ).windows
    let errors = windows.map { $0.error ?? 0 }
    for (arm, signal) in [
      ("interval width", windows.map(\.width)),
      ("KS distance", windows.map { $0.drift.gaps.mean }),
      ("stability index", windows.map { $0.drift.indices.mean }),
    ] {
      let following = rankCorrelation(signal, errors, still: 0)
      board[DoubtMonitor.following.name, arm].append(following)
      board[DoubtMonitor.following.name, "\(arm), \(kind.rawValue)"].append(following)
    }
  }
}
