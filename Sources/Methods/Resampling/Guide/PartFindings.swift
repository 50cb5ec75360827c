import Evaluation
import Files

/// What predictions by fold and repetition say.
extension ModelEvaluationGuide {
  func judgeParts(_ predictions: Predictions) throws -> Findings {
    let share = try predictions.testShare(training: training)
    let accuracies = predictions.models.indices.map(predictions.accuracies)
    return try judgeParts(predictions.models, accuracies, testShare: share)
  }

  /// Models trained anew for each part, `[model][repeat][fold]`; five halvings decide where given.
  func judgeParts(
    _ models: [String], _ accuracies: [[[Double]]], testShare: Double, halves: FiveByTwo? = nil
  ) throws -> Findings {
    var findings = Findings("")
    for (model, own) in zip(models, accuracies) {
      let values = FoldDifferences(values: Array(own.joined()), testShare: testShare)
      findings.add("accuracy of \(model)", values.mean(level))
    }
    findings.add(
      chart: "Accuracy by part", x: "part", y: "accuracy",
      zip(models, accuracies).map { model, own in
        let values = Array(own.joined())
        return Findings.Curve(model, x: values.indices.map { Double($0 + 1) }, y: values)
      })
    guard models.count > 1 else {
      findings.conclusion =
        "Mean over \(accuracies[0].joined().count) trainings; the interval has Nadeau & Bengio's "
        + "correction, since the trainings share examples."
      return findings
    }
    try compareParts(models, accuracies, testShare, halves, &findings)
    return findings
  }

  private func compareParts(
    _ models: [String], _ accuracies: [[[Double]]], _ testShare: Double,
    _ halves: FiveByTwo?, _ findings: inout Findings
  ) throws {
    let isFiveByTwo = accuracies[0].count == 5 && accuracies[0].allSatisfy { $0.count == 2 }
    var rows: [[Findings.Cell]] = []
    var decided: [(pair: (Int, Int), gap: Double, p: Double)] = []
    for pair in pairs(models.count) {
      let name = "\(models[pair.0]) − \(models[pair.1])"
      let gaps = zip(accuracies[pair.0], accuracies[pair.1]).map { zip($0, $1).map { $0 - $1 } }
      let all = FoldDifferences(values: Array(gaps.joined()), testShare: testShare)
      findings.add(name, all.mean(level))
      var tests = [("corrected t", all.corrected), ("resampled t, uncorrected", all.resampled)]
      if let halves = halves ?? (isFiveByTwo ? FiveByTwo(values: gaps) : nil) {
        tests.insert(("5×2 combined F", halves.combinedF), at: 0)
        tests.insert(("5×2 paired t", halves.pairedT), at: 1)
      }
      for (place, test) in tests.enumerated() {
        rows.append([
          .word(name), .word(test.0), .number(test.1.statistic), .number(test.1.p),
          .word(place == 0 ? "advised" : test.0.hasPrefix("resampled") ? "rejects too often" : ""),
        ])
      }
      decided.append((pair, all.values.mean, tests[0].1.p))
    }
    let adjusted = try Multiplicity.holm.adjusted(decided.map(\.p))
    findings.add(table: "Tests", ["pair", "test", "statistic", "p", ""], rows)
    let reason =
      isFiveByTwo || halves != nil
      ? "Five halvings: the combined F test, which was made for them and is cautious."
      : "The trainings share examples, so the t-test has Nadeau & Bengio's correction; the plain one "
        + "would reject too often."
    if models.count == 2 {
      findings.add("p", adjusted[0])
      findings.conclusion =
        verdict(models[0], models[1], by: decided[0].gap, p: adjusted[0]) + " " + reason
    } else {
      findings.add(
        table: "Pairs with Holm's correction", ["pair", "difference", "p corrected"],
        zip(decided, adjusted).map { each, p in
          [
            .word("\(models[each.pair.0]) − \(models[each.pair.1])"), .number(each.gap),
            .number(p),
          ]
        })
      findings.conclusion =
        "\(adjusted.count { $0 < 1 - level }) of \(adjusted.count) pairs differ after Holm's "
        + "correction. " + reason
    }
  }
}
