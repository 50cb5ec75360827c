import Datasets
import Evaluation
import Learning
import Torch

extension DoubtMonitor {
  /// Re-tests what Mougan & Nielsen, 2023, say of bootstrap intervals and of monitoring by them.
  static let check = Check(
    "S037",
    protocol: """
      Real tables: abalone (rings), wine quality (quality) and California housing (median house value), numeric columns \
      only. Regressors: ridge, boosted trees (60 of depth 3, rate 0.1) and one tree without a limit; none is tuned. 25 \
      resamples. Coverage: 500 rows to learn from and 500 to judge by, intervals of 75, 90 and 95%; the score is the \
      distance of the coverage from the level, one for each table, regressor and level. Kumar & Srivastava's intervals \
      take the same fits and the training residuals; CV+ has 10 folds. Sorted tables: 2400 rows are sorted by a feature; \
      ridge and boosted trees learn from two thirds of the middle third (of which 30% are left out for the usual widths), \
      and all other rows are the stream, in windows of 100; every feature of every table in its turn. The score is the \
      rank correlation over the windows of mean absolute error with the mean width, with the KS distance and with the \
      population stability index, each the mean over the features. Generated: five standard normal features, the \
      target is the square of the first plus the second plus noise of deviation 0.3, 600 rows, ridge and boosted trees; \
      the stream has 20 windows of 50 rows in which one feature is moved from 0.5 up to 3. Alarms: widths as of the \
      1% rarest windows, KS at 1% with Bonferroni's correction, the index above 0.25. The score is the share of windows \
      that alarm where the first feature moves less the share where the third, which does not matter, moves. Causes: \
      the first and the third move by 2; the score is whether the first is named before the third, by the mean Shapley \
      value of the width or by the larger KS distance. Ten generated worlds for each seed and regressor.
      """,
    minutes: 4, seeds: 5,
    claims: [
      Claim(
        "Mean width follows the model's error along a stream more closely than the KS distance does",
        at: "Experiments on model deterioration", metric: following, system: "interval width",
        over: "KS distance", margin: 0.05),
      Claim(
        "And more closely than the population stability index",
        at: "Experiments on model deterioration", metric: following, system: "interval width",
        over: "stability index", margin: 0.05),
      Claim(
        "The corrected residuals cover closer to the level than the training residuals of Kumar & Srivastava",
        at: "Experiments on uncertainty", metric: coverage, system: "corrected residuals",
        over: "training residuals", margin: 0.01),
      Claim(
        "And closer than CV+", at: "Experiments on uncertainty", metric: coverage,
        system: "corrected residuals", over: "CV+"),
      Claim(
        "Width tells a harmful drift from a harmless one better than the KS test",
        at: "Introduction; synthetic experiments", metric: telling, system: "interval width",
        over: "KS test", margin: 0.2),
      Claim(
        "Shapley values of the width name the drifting feature that matters more often than KS distances",
        at: "Experiments on explanations", metric: naming, system: "Shapley values",
        over: "KS distance", margin: 0.2),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try IntervalsTrial(lab, seed).run(&board)
      try SortedTrial(lab, seed).run(&board)
      try DriftTrial(lab, seed).run(&board)
      return board
    })

  static let following = Claim.Metric("rank correlation with the error", unit: "", .higher)
  static let coverage = Claim.Metric("distance of coverage from level", unit: "share", .lower)
  static let telling = Claim.Metric(
    "alarms at a harmful drift less those at a harmless one", unit: "share", .higher)
  static let naming = Claim.Metric("cause named", unit: "share", .higher)
}

/// A table of numbers with one to predict, as checks read it.
struct RegressionTable {
  let x: FeatureMatrix
  let y: [Double]

  /// `rows` rows of the data set, drawn by `seed`.
  ///
  /// - Throws: ``UserError`` where it is not on this machine.
  init(_ lab: Lab, _ name: String, target: String, rows: Int, _ seed: Seed) throws {
    // The quick form needs no folder of data sets.
    guard !lab.isQuick else {
      self = try Self(generated: rows, seed)
      return
    }
    var options = SourceOptions()
    options.labelColumn = "none"
    let table = try MeasuredTable(lab.source([name], options), target: target, rows) {
      shuffled($0, seed)
    }
    // Columns of numbers only, as the protocol says.
    let columns = try table.names.enumerated().filter { !$1.contains("=") }.map { place, name in
      (name: name, values: try table.x.selected(1, place).values(as: Double.self))
    }
    x = FeatureMatrix(columns)
    y = try table.y.values(as: Double.self)
  }

  /// Rows of a sum of three normal columns, with noise.
  private init(generated rows: Int, _ seed: Seed) throws {
    let random = RandomStream(seed.child("generated"))
    let columns = try ["a", "b", "c"].map { name in
      (name: name, values: try random.normal([rows], type: .float64).values(as: Double.self))
    }
    x = FeatureMatrix(columns)
    y = try random.normal([rows], type: .float64).values(as: Double.self).enumerated().map {
      row, noise in columns.reduce(0.3 * noise) { $0 + $1.values[row] }
    }
  }

  static let names = [
    ("abalone", "rings"), ("wine-quality", "quality"), ("california-housing", "median_house_value"),
  ]
}
