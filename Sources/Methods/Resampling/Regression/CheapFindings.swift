import Evaluation

extension CheapBootstrap {
  func findings(
    _ target: Target, _ names: [String], _ cheap: [CheapInterval], again: Int
  ) -> Findings {
    let extra = CheapInterval.relativeWidth(resamples, level)
    var findings = Findings("")
    if target == .mean {
      findings.add(
        "mean", Estimate(value: cheap[0].estimate, interval: cheap[0].interval(level)))
    } else {
      for (name, each) in zip(names, cheap).prefix(30) {
        findings.add(name, Estimate(value: each.estimate, interval: each.interval(level)))
      }
      findings.add(
        table: target == .logistic ? "Coefficients of the log odds" : "Coefficients",
        ["coefficient", "value", "low", "high", "standard error", "p"],
        zip(names, cheap).map { name, each in
          let range = each.interval(level)
          return [
            .word(name), .number(each.estimate), .number(range.low), .number(range.high),
            .number(each.deviation), .number(each.p),
          ]
        })
      let slopes = cheap.dropFirst()
      let ranges = slopes.map { $0.interval(level) }
      findings.add(
        chart: "Coefficients in the order of the columns", x: "column", y: "coefficient",
        [
          Findings.Curve(
            "coefficient", x: slopes.indices.map(Double.init), y: slopes.map(\.estimate),
            low: ranges.map(\.low), high: ranges.map(\.high))
        ])
    }
    let counts = Array(1...50)
    findings.add(
      chart: "Expected width over that with endless resamples", x: "resamples", y: "width",
      [
        Findings.Curve(
          "predicted", x: counts.map(Double.init),
          y: counts.map { CheapInterval.relativeWidth($0, level) })
      ])
    findings.conclusion =
      (target == .mean ? "" : sentence(cheap.dropFirst()))
      + "The intervals are valid with any number of resamples; with \(resamples) they are "
      + "\(plain((extra * 100 - 100).rounded()))% wider on average than with endless ones"
      + (resamples < 5 ? ": five or ten would be shorter." : ".")
    if again > 0 {
      findings.conclusion +=
        " \(again) of \(again + resamples) resamples did not determine the coefficients and were drawn anew, which makes "
        + "the intervals a little too sure."
    }
    return findings
  }

  private func sentence(_ slopes: ArraySlice<CheapInterval>) -> String {
    let real = slopes.count { $0.p < 1 - level }
    return "\(real) of \(slopes.count) coefficients differ from 0, each taken by itself. "
  }
}
