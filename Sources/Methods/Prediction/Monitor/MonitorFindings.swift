import Evaluation

extension DoubtMonitor {
  func findings(
    _ table: MonitoredTable, _ monitored: MonitoredModel, _ windows: [MonitoredModel.Window],
    _ drivers: (rise: [Double], size: [Double])
  ) throws -> Findings {
    let usual = monitored.usual.map(\.width).mean
    let wide = windows.count { $0.isWide }
    let order = drivers.rise.indices.sorted { drivers.rise[$0] > drivers.rise[$1] }
    var findings = Findings(sentence(table, windows, order.filter { drivers.rise[$0] > 0 }))
    findings.add("windows that alarm", Double(wide) / Double(windows.count), unit: "share")
    findings.add("usual width", usual)
    findings.add("width in the stream", windows.map(\.width).mean)
    findings.add("coverage of rows left out", try Estimate.mean(of: monitored.coverage))
    findings.add("mean absolute error of rows left out", try Estimate.mean(of: monitored.errors))
    findings.add(
      "windows in which the KS test alarms",
      Double(windows.count { $0.drift.p < alarm }) / Double(windows.count), unit: "share")
    findings.add(
      "windows in which the stability index alarms",
      Double(windows.count { ($0.drift.indices.max() ?? 0) > 0.25 }) / Double(windows.count),
      unit: "share")
    let known = windows.filter { $0.error != nil }
    if known.count > 2 {
      let errors = known.compactMap(\.error)
      findings.add(
        "rank correlation of width and error",
        rankCorrelation(known.map(\.width), errors, still: 0))
      findings.add("mean absolute error in the stream", errors.mean)
    }
    tables(&findings, table, windows, drivers, order)
    let places = windows.map { Double($0.rows.lowerBound) }
    findings.add(
      chart: "Width over the usual one along the stream", x: "row", y: "width over usual",
      [Findings.Curve("intervals", x: places, y: windows.map { $0.width / usual })])
    findings.add(
      chart: "Distance of the features from the reference", x: "row", y: "largest of the features",
      [
        Findings.Curve("KS distance", x: places, y: windows.map { $0.drift.gaps.max() ?? 0 }),
        Findings.Curve(
          "stability index", x: places, y: windows.map { $0.drift.indices.max() ?? 0 }),
      ])
    return findings
  }

  private func tables(
    _ findings: inout Findings, _ table: MonitoredTable, _ windows: [MonitoredModel.Window],
    _ drivers: (rise: [Double], size: [Double]), _ order: [Int]
  ) {
    findings.add(
      table: "What each feature adds to the mean width",
      ["feature", "mean Shapley value", "mean size", "largest KS distance", "largest index"],
      order.prefix(30).map { feature in
        [
          .word(table.stream.names[feature]), .number(drivers.rise[feature]),
          .number(drivers.size[feature]),
          .number(windows.map { $0.drift.gaps[feature] }.max() ?? 0),
          .number(windows.map { $0.drift.indices[feature] }.max() ?? 0),
        ]
      })
    findings.add(
      table: "Windows", ["rows", "width", "alarm", "KS p", "stability index", "error"],
      windows.prefix(1000).map { window in
        [
          .word("\(window.rows.lowerBound + 1)–\(window.rows.upperBound)"), .number(window.width),
          .word(window.isWide ? "yes" : "no"), .number(window.drift.p),
          .number(window.drift.indices.max() ?? 0),
          window.error.map { .number($0) } ?? .word(""),
        ]
      })
  }

  private func sentence(
    _ table: MonitoredTable, _ windows: [MonitoredModel.Window], _ order: [Int]
  ) -> String {
    let wide = windows.filter(\.isWide)
    let moved = windows.count { $0.drift.p < alarm }
    guard let first = wide.first else {
      return "No sign that the model gets worse: no window's intervals are wider than usual"
        + (moved > 0
          ? ", although features have moved in \(moved) of \(windows.count) windows." : ".")
    }
    let named = order.prefix(2).map { table.stream.names[$0] }.joined(separator: " and ")
    return "The model knows less of the stream: the intervals of \(wide.count) of \(windows.count) "
      + "windows are wider than usual, the first from row \(first.rows.lowerBound + 1) of it on"
      + (named.isEmpty ? "." : "; what drives the width most is \(named).")
  }
}
