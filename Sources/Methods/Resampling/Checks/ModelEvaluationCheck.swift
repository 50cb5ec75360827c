import Evaluation
import Learning
import Torch

extension ModelEvaluationGuide {
  /// Re-tests the survey's advice on small data with a known truth.
  static let check = Check(
    "S017",
    protocol: """
      Simulated throughout. Twins: two classes, as likely; two linear discriminants (shrinkage 0.1) are fitted to 100 \
      rows, each sees five normal features of its own with unit variance, whose means differ by 0.6 in each between the \
      classes, so that neither can be better: the true null. 500 worlds; every test at 5%. Resampled t: 30 hold-outs of \
      a third; corrected t: the same 30; ten-fold t: one cross-validation; 5×2 t and F: five halvings. \
      Estimates: 80 rows, ten normal features of which three differ by 0.8 between the classes; 150 worlds; the truth \
      is the accuracy on 4,000 new rows of the learner fitted to all 80. Hold-out: a third of the rows. \
      Cross-validation: ten folds, three times. Best of grid: the best of ten settings of the discriminant and \
      the nearest neighbours, by its own five-fold cross-validation; nested: five folds around the same choice. \
      .632 and .632+: 50 resamples, one nearest neighbour. Coverage of 95% intervals: normal and Wilson of the hold-out \
      for the discriminant fitted to the others; bootstrap: middle of the .632 accuracies of 50 resamples for \
      the one fitted to all.
      """,
    minutes: 3, seeds: 5,
    claims: [
      Claim(
        "Under a true null the combined 5×2 F test's rate of rejection is nearer to 5% than the resampled paired "
          + "t-test's",
        at: "§4.13 and §4.10", metric: nullRate, system: "5×2 combined F", over: "resampled t",
        margin: 0.05),
      Claim(
        "Nadeau & Bengio's correction brings the resampled t-test nearer to 5%", at: "§4.10",
        metric: nullRate, system: "corrected t", over: "resampled t", margin: 0.05),
      Claim(
        "Nested cross-validation estimates the accuracy of a chosen model with less bias than the cross-validation "
          + "that chose it", at: "§4.14", metric: bias, system: "nested", over: "best of grid",
        margin: 0.01),
      Claim(
        "For a learner that overfits, .632+ has less bias than .632", at: "§2.5", metric: bias,
        system: ".632+", over: ".632", margin: 0.01),
      Claim(
        "On small data repeated cross-validation is nearer to the truth than one hold-out",
        at: "§3.6", metric: error, system: "repeated cross-validation", over: "hold-out",
        margin: 0.01),
      Claim(
        "The bootstrap's interval covers nearer to 95% than the hold-out's normal approximation",
        at: "§2.3", metric: coverage, system: "bootstrap", over: "normal", margin: 0.01),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try NullTrial(lab, seed).run(&board)
      try EstimatesTrial(lab, seed).run(&board)
      return board
    })

  static let nullRate = Claim.Metric(
    "distance of the false positive rate from 5%", unit: "share", .lower)
  static let bias = Claim.Metric("size of the bias of the accuracy", unit: "share", .lower)
  static let error = Claim.Metric(
    "root mean square error of the accuracy", unit: "share", .lower)
  static let coverage = Claim.Metric("distance of the coverage from 95%", unit: "share", .lower)
}

/// Two classes of normal rows.
struct NormalClasses {
  let width: Int
  /// Features that differ between the classes; the others are noise.
  let informative: Int
  /// By how much.
  let gap: Double

  /// So many rows, of both classes alternately.
  func table(_ count: Int, _ random: RandomStream) throws -> LabelledTable {
    var values = try random.normal([count, width], type: .float64).values(as: Double.self)
    let classes = (0..<count).map { $0 % 2 }
    for row in values.indices where row % width < informative {
      values[row] += classes[row / width] == 0 ? -gap / 2 : gap / 2
    }
    return LabelledTable(values, width: width, classes: classes, names: ["0", "1"])
  }
}

/// One seed of worlds in which two learners are equally good.
struct NullTrial {
  let worlds: Int
  let seed: Seed

  init(_ lab: Lab, _ seed: Seed) {
    worlds = lab.pick(full: 500, quick: 20)
    self.seed = seed.child("null")
  }

  func run(_ board: inout Scoreboard) throws {
    var rejected: [String: Double] = [:]
    for world in 0..<worlds {
      for (name, p) in try tests(seed.child(world)) {
        rejected[name, default: 0] += p < 0.05 ? 1 / Double(worlds) : 0
      }
    }
    for (name, rate) in rejected {
      board[ModelEvaluationGuide.nullRate.name, name] = [abs(rate - 0.05)]
    }
  }

  /// The p-value of every test in one world.
  private func tests(_ seed: Seed) throws -> [(String, Double)] {
    let world = NormalClasses(width: 5, informative: 5, gap: 0.6)
    let twins = try ["one", "other"].map { try world.table(100, RandomStream(seed.child($0))) }
    let rows = Array(0..<100)
    let learner = LinearDiscriminant(settings: [0.1])
    func gap(_ part: (train: [Int], test: [Int])) -> Double {
      let accuracies = twins.map { twin in
        Proportion(learner.hits(twin, train: part.train, test: part.test)[0]).value
      }
      return accuracies[0] - accuracies[1]
    }
    let holdOuts = (0..<30).map { round in
      gap(stratifiedHoldOut(twins[0], share: 1.0 / 3, seed: seed.child("hold-out").child(round)))
    }
    let held = FoldDifferences(values: holdOuts, testShare: 0.5)
    let tenfold = FoldDifferences(
      values: split(stratifiedFolds(rows, twins[0], count: 10, seed: seed.child("ten"))).map(gap),
      testShare: 1.0 / 9)
    let halves = FiveByTwo(
      values: (0..<5).map { round in
        split(stratifiedFolds(rows, twins[0], count: 2, seed: seed.child("half").child(round)))
          .map(gap)
      })
    return [
      ("resampled t", held.resampled.p), ("corrected t", held.corrected.p),
      ("ten-fold t", tenfold.resampled.p), ("corrected ten-fold t", tenfold.corrected.p),
      ("5×2 paired t", halves.pairedT.p), ("5×2 combined F", halves.combinedF.p),
    ]
  }
}
