import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Torch

extension NaiveBayesLinearEval {
  /// Re-tests what Zheng et al., 2023, say of generative and discriminative heads.
  static let check = Check(
    "S421",
    protocol: """
      Simulated: three classes of normals with means −1, 1 and 2 in all of 25, 50, 100 and 200 features, variance n in \
      half of the n features and 1 in the others, as in the authors' code; samples grow by √2 from 6 until the mean \
      error of two draws on 3,000 new examples is within 0.02 of the Bayes rule's, and the growth exponent is the slope \
      of log samples over log n. Logistic regression has scikit-learn's default strength of 1, as theirs; tuned, it has \
      its features standardised and its strength chosen among 0.001 to 10 by threefold cross-validation in each sample, \
      as it has on codes too. Naive Bayes shares its variances and has nothing to tune. Codes: the 64 features of a \
      784-64-10 classifier trained on 8,000 Fashion-MNIST images for 8 passes by Adam at 0.001, of 6,000 test images \
      that it has not seen; a fifth of them judges, heads train on 20, 60, 200, 600 and 4,000 of the rest; two splits a \
      seed.
      """,
    minutes: 5, seeds: 5,
    claims: [
      Claim(
        "The samples that naive Bayes needs grow at a power of the dimension at least 0.5 below logistic regression's",
        at: "§4 and fig. 1", metric: growth, system: "naive Bayes", over: "logistic", margin: 0.5),
      Claim(
        "They do so against a tuned logistic regression too",
        at: "§4", metric: growth, system: "naive Bayes", over: "tuned logistic", margin: 0.5),
      Claim(
        "With two labels a class naive Bayes errs less on codes of a supervised encoder",
        at: "§5.2", metric: few, system: "naive Bayes", over: "tuned logistic", margin: 0.01),
      Claim(
        "With 4,000 labels logistic regression errs less: the two regimes",
        at: "§5.2", metric: many, system: "tuned logistic", over: "naive Bayes", margin: 0.005),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try MixtureTrial(lab, seed.child("mixture")).run(&board)
      try CodesTrial(lab, seed.child("codes")).run(&board)
      return board
    })

  static let growth = Claim.Metric("growth exponent of samples", unit: "", .lower)
  static let few = Claim.Metric("error with 20 labels", unit: "share", .lower)
  static let many = Claim.Metric("error with 4,000 labels", unit: "share", .lower)

  /// The heads of the check: two protocols for logistic regression, one for naive Bayes.
  static let arms: [(name: String, head: ProbeHead, procedure: ProbeProtocol)] = {
    let plain = ProbeProtocol(
      sizes: [], repeats: 2, test: 0.2, strengths: [1], standardise: false)
    var tuned = plain
    tuned.strengths = [0.001, 0.01, 0.1, 1, 10]
    tuned.standardise = true
    return [
      ("naive Bayes", .shared, plain), ("logistic", .logistic, plain),
      ("tuned logistic", .logistic, tuned),
    ]
  }()
}

/// One seed of growing mixtures of normals.
struct MixtureTrial {
  let lab: Lab
  let seed: Seed

  init(_ lab: Lab, _ seed: Seed) {
    self.lab = lab
    self.seed = seed
  }

  func run(_ board: inout Scoreboard) throws {
    let dimensions = lab.pick(full: [25, 50, 100, 200], quick: [10, 20])
    for (name, head, procedure) in NaiveBayesLinearEval.arms {
      let needed = try dimensions.map { try samples(head, procedure, $0) }
      let x = dimensions.map { log(Double($0)) }
      let y = needed.map { log($0) }
      let products = zip(x, y).map { ($0 - x.mean) * ($1 - y.mean) }
      let slope = products.reduce(0, +) / Double(x.count - 1) / x.variance
      board[NaiveBayesLinearEval.growth.name, name] = [slope]
    }
  }

  /// Samples from which a head errs as little as the Bayes rule and a fiftieth, in `n` features.
  private func samples(_ head: ProbeHead, _ procedure: ProbeProtocol, _ n: Int) throws -> Double {
    let mixture = NormalMixture(features: n)
    let at = seed.child(n)
    let judge = mixture.draw(3000, RandomStream(at.child("test")))
    let goal = try judge.error(mixture.scores(judge.x)) + 0.02
    var past: (size: Double, error: Double)?
    var size = 6.0
    while size < Double(100 * n) {
      try require(!lab.shouldStop(), "stopped")
      let count = Int(size.rounded())
      let error = try (0..<2).map { draw in
        let from = at.child("training").child(draw)
        let sample = mixture.draw(count, RandomStream(from.child(count)))
        return try procedure.error(head, sample, judge, from)
      }.mean
      if error <= goal {
        guard let past else { return size }
        return exp(
          log(past.size) + log(size / past.size) * (past.error - goal) / (past.error - error))
      }
      past = (size, error)
      size *= 2.0.squareRoot()
    }
    return size
  }
}
