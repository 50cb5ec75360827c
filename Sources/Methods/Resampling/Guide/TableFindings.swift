import Datasets
import Evaluation
import Files
import Torch

/// What the built-in learners make of a person's table.
extension ModelEvaluationGuide {
  private var learners: [any Learner] { [LinearDiscriminant(), NearestNeighbours()] }

  func judge(_ table: LabelledTable, _ room: StudyRoom) throws -> Findings {
    guard table.count < large else { return try judgeLarge(table, room.seed) }
    let smallest = table.classNames.indices.map { label in table.classes.count { $0 == label } }
    try require(
      folds <= table.count / 2,
      "--folds \(folds): must be at most half of the \(table.count) rows")
    var done = 0
    let total = learners.count * (repeats + 5 + refits)
    func step() throws {
      done += 1
      if room.shouldStop() { throw UserError("stopped after part \(done) of \(total)") }
      room.progress(done, total)
    }
    let rows = Array(0..<table.count)
    var nested = NestedCrossValidation()
    (nested.folds, nested.repeats, nested.inner) = (folds, repeats, innerFolds)
    let accuracies = try nested.accuracies(
      learners, table, rows, seed: room.seed.child("nested"), done: step)
    (nested.folds, nested.repeats) = (2, 5)
    let halves = try nested.accuracies(
      learners, table, rows, seed: room.seed.child("halves"), done: step)
    let names = learners.map(\.name)
    let share = 1 / Double(folds - 1)
    let test = FiveByTwo(values: zip(halves[0], halves[1]).map { zip($0, $1).map { $0 - $1 } })
    var findings = try judgeParts(names, accuracies, testShare: share, halves: test)
    let tuned = learners.map { learner in
      learner.tuned(table, rows, folds: innerFolds, seed: room.seed.child("tune"))
    }
    try addEstimates(accuracies, tuned, table, room, &findings, step)
    conclude(accuracies, tuned, test.combinedF, table, &findings)
    if let least = smallest.min(), least < folds {
      findings.conclusion += " The smallest class has \(least) rows, so some folds lack it."
    }
    return findings
  }

  /// The four estimates of each learner's accuracy side by side.
  private func addEstimates(
    _ accuracies: [[[Double]]], _ tuned: [Tuned], _ table: LabelledTable, _ room: StudyRoom,
    _ findings: inout Findings, _ step: () throws -> Void
  ) throws {
    let samples = OptimismBootstrap.samples(
      refits, of: table.count, seed: room.seed.child("resamples"))
    let rows = try zip(tuned, accuracies).map { tuned, accuracies -> [Findings.Cell] in
      let bootstrap = try OptimismBootstrap(
        tuned.learner, setting: tuned.place, table, samples: samples, done: step)
      let range = bootstrap.interval(level)
      return [
        .word(tuned.learner.name), .word(tuned.text),
        .number(Array(accuracies.joined()).mean), .number(tuned.accuracy),
        .number(bootstrap.point632), .number(bootstrap.point632Plus), .number(range.low),
        .number(range.high),
      ]
    }
    findings.add(
      table: "Estimates of the accuracy",
      ["learner", "setting", "nested", "best of grid", ".632", ".632+", ".632 low", ".632 high"],
      rows)
  }

  private func conclude(
    _ accuracies: [[[Double]]], _ tuned: [Tuned], _ test: TestResult, _ table: LabelledTable,
    _ findings: inout Findings
  ) {
    let means = accuracies.map { Array($0.joined()).mean }
    let best = means[0] >= means[1] ? 0 : 1
    let common =
      table.classNames.indices.map { label in table.classes.share { $0 == label } }
      .max() ?? 0
    findings.conclusion =
      verdict(
        tuned[0].learner.name, tuned[1].learner.name, by: means[0] - means[1], p: test.p)
      + " \(table.count) rows are few, so the algorithms are compared by the combined 5×2 F test, "
      + "and accuracy is estimated by nested cross-validation, where each training chooses its own "
      + "setting: \(tuned[best].learner.name) with \(tuned[best].text) may be expected to be right "
      + "on \(percent(means[best])) of new rows."
    if means[best] <= common {
      findings.conclusion +=
        " Always saying the commonest class is right on \(percent(common)), no worse than that."
    }
  }

  /// One hold-out: enough rows to spare, and the models are compared as they are.
  private func judgeLarge(_ table: LabelledTable, _ seed: Seed) throws -> Findings {
    let (train, test) = stratifiedHoldOut(table, share: heldOut, seed: seed.child("hold-out"))
    try require(
      train.count >= 20 && test.count >= 20,
      "--held-out \(plain(heldOut)): leaves \(train.count) rows to learn from and \(test.count) to "
        + "judge by, and 20 are needed for each")
    let hits = learners.map { learner in
      learner.nestedHits(table, train: train, test: test, inner: innerFolds, seed: seed)
    }
    var findings = try judgeHoldOut(learners.map(\.name), hits, seed: seed)
    findings.conclusion +=
      " \(table.count) rows are enough to hold \(test.count) of them out; settings were chosen on "
      + "the others."
    return findings
  }
}
