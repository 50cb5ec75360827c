import Evaluation
import Files
import Torch

/// What predictions of one test set say.
extension ModelEvaluationGuide {
  func judge(_ predictions: Predictions, seed: Seed) throws -> Findings {
    guard predictions.parts.isEmpty else { return try judgeParts(predictions) }
    return try judgeHoldOut(predictions.models, predictions.hits, seed: seed)
  }

  /// Models that answered the same rows, which none was fitted to.
  func judgeHoldOut(_ models: [String], _ hits: [[Bool]], seed: Seed) throws -> Findings {
    var findings = Findings("")
    var rows: [[Findings.Cell]] = []
    var reasons: [String: [String]] = [:]
    for (model, own) in zip(models, hits) {
      let share = Proportion(own)
      let at = seed.child(model)
      findings.add(
        "accuracy of \(model)", Estimate(value: share.value, interval: share.wilson(level)))
      for (name, interval) in [
        ("normal (Wald)", share.wald(level)), ("Wilson", share.wilson(level)),
        ("bootstrap percentile", share.bootstrap(level, replicates: replicates, seed: at)),
      ] {
        let mark = name == "Wilson" ? "advised" : ""
        rows.append(
          [.word(model), .word(name), .number(interval.low), .number(interval.high), .word(mark)])
      }
      let reason = "Wilson's interval, since \(share.reason)"
      reasons[reason, default: []].append(model)
    }
    findings.add(
      table: "Intervals of the accuracy", ["model", "interval", "low", "high", ""], rows)
    switch models.count {
    case 1: findings.conclusion = single(hits[0])
    case 2: comparePair(models, hits, &findings)
    default: try compareSeveral(models, hits, &findings)
    }
    findings.add(
      table: "Why", ["models", "reason"],
      reasons.sorted { $0.key < $1.key }.map {
        [.word($0.value.joined(separator: ", ")), .word($0.key)]
      })
    return findings
  }

  private func single(_ hits: [Bool]) -> String {
    let share = Proportion(hits)
    let reach = share.wilson(level)
    var text =
      "The model is right on \(percent(share.value)) of \(share.count) rows; for new rows like these, "
      + "\(percent(reach.low)) to \(percent(reach.high)) are credible."
    if share.count < 200 {
      text +=
        " With so few rows the training set matters as much: cross-validation on the whole table, "
        + "which this command does when given features, tells more."
    }
    return text
  }

  /// McNemar's test, exact where few rows tell the two apart.
  private func comparePair(_ models: [String], _ hits: [[Bool]], _ findings: inout Findings) {
    let test = McNemar(hits[0], hits[1])
    findings.add("\(models[0]) − \(models[1])", test.difference(level))
    findings.add("p", test.p)
    let both = zip(hits[0], hits[1]).count { $0 && $1 }
    findings.add(
      table: "Rows that each got right", ["", "\(models[1]) right", "\(models[1]) wrong"],
      [
        [.word("\(models[0]) right"), .number(Double(both)), .number(Double(test.onlyFirst))],
        [
          .word("\(models[0]) wrong"), .number(Double(test.onlySecond)),
          .number(Double(test.count - both - test.discordant)),
        ],
      ])
    let corrected = test.corrected
    findings.add(
      table: "Tests", ["test", "statistic", "p", ""],
      [
        [
          .word("McNemar, exact"), .number(Double(test.onlyFirst)), .number(test.exact),
          .word(test.needsExact ? "advised" : ""),
        ],
        [
          .word("McNemar, corrected chi-square"), .number(corrected.statistic),
          .number(corrected.p), .word(test.needsExact ? "" : "advised"),
        ],
      ])
    findings.conclusion =
      verdict(models[0], models[1], by: test.difference(level).value, p: test.p)
      + " McNemar's test, since both answered the same \(test.count) rows"
      + (test.needsExact
        ? "; exact, since only \(test.discordant) rows tell them apart."
        : "; \(test.discordant) rows tell them apart, enough for chi-square.")
      + " It speaks of these two trained models, not of new trainings."
  }

  /// Cochran's Q, then every pair with Holm's correction.
  private func compareSeveral(
    _ models: [String], _ hits: [[Bool]], _ findings: inout Findings
  ) throws {
    let omnibus = CochranQ(hits)
    findings.add("Cochran's Q", omnibus.statistic)
    findings.add("p of Q", omnibus.p)
    let pairs = pairs(models.count)
    let tests = pairs.map { McNemar(hits[$0.0], hits[$0.1]) }
    let adjusted = try Multiplicity.holm.adjusted(tests.map(\.p))
    findings.add(
      table: "Pairs, by McNemar's test with Holm's correction",
      ["pair", "difference", "low", "high", "p", "p corrected"],
      pairs.indices.map { at in
        let gap = tests[at].difference(level)
        return [
          .word("\(models[pairs[at].0]) − \(models[pairs[at].1])"), .number(gap.value),
          .number(gap.interval.low), .number(gap.interval.high), .number(tests[at].p),
          .number(adjusted[at]),
        ]
      })
    let real = pairs.indices.filter { adjusted[$0] < 1 - level }
    findings.conclusion =
      omnibus.p < 1 - level
      ? "The models are not equally good (Cochran's Q, \(models.count) models on the same rows): "
        + "\(real.count) of \(pairs.count) pairs differ after Holm's correction for as many tests."
      : "No difference between the \(models.count) models is shown by Cochran's Q, so single pairs "
        + "are not to be read."
  }

  /// All pairs of so many, the earlier one first.
  func pairs(_ count: Int) -> [(Int, Int)] {
    (0..<count).flatMap { one in (one + 1..<max(count, one + 1)).map { (one, $0) } }
  }

  /// Who is better, where the test says that anyone is.
  func verdict(_ one: String, _ other: String, by gap: Double, p: Double) -> String {
    guard p < 1 - level else {
      return "\(one) and \(other) may be equally good: a gap of \(percent(abs(gap))) can be chance."
    }
    return "\(gap > 0 ? one : other) is better than \(gap > 0 ? other : one), "
      + "by \(percent(abs(gap))) of the rows."
  }

  /// A share in percent to one digit.
  func percent(_ share: Double) -> String { "\(plain((share * 1000).rounded() / 10))%" }
}
