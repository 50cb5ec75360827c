import Evaluation
import Probability
import Torch

extension CorrelationThresholding {
  /// Re-tests what Kim & Zhou, 2023, say of structure, against the usual procedures.
  static let check = Check(
    "S114",
    protocol: """
      Worlds of 100 standard normal variables with ten factors, every two correlated by 0.2; 90 variables load on one \
      factor with a size of 0.7 to 0.9, ten on two with 0.6 of that, signs at random. Each seed is a world with 125, \
      250, 500 and 1,000 rows, whose figures are averaged. Correlation thresholding tries 50 thresholds. Its rivals \
      take the number of factors from Horn's parallel analysis (20 normal tables, 95% quantile): maximum-likelihood \
      factors under varimax, with loadings below 0.1, 0.15, …, 0.6 set to zero, and sparse principal components by \
      soft-thresholded rank-one fits with penalties of 0.1, 0.2, …, 0.8 of the largest weight. All three choose among \
      their zeros by BIC of the same oblique factor model. F1 is that of the loadings that are not zero, factors \
      matched greedily. (A first form of this check had 1,000 and 4,000 rows, where thresholding and varimax were both \
      exact for every seed and nothing could be told.) Time: 1,000 variables with ten factors, 2,000 rows, from \
      correlations to the fitted model without intervals, against ten seconds.
      """,
    minutes: 4, seeds: 10,
    claims: [
      Claim(
        "Its zeros agree better with the true ones than those of varimax after parallel analysis",
        at: "abstract", metric: f1, system: own, over: varimax, margin: 0.01),
      Claim(
        "They agree better than those of sparse principal components", at: "abstract", metric: f1,
        system: own, over: sparse, margin: 0.01),
      Claim(
        "It is more often exact in the number of factors and in every zero than varimax",
        at: "abstract",
        metric: exact, system: own, over: varimax, margin: 0.05),
      Claim(
        "Its agreement with the true zeros rises with the rows", at: "abstract", metric: growth,
        system: "1,000 rows", over: "125 rows", margin: 0.02),
      Claim(
        "A thousand variables take seconds", at: "abstract", metric: seconds, system: own,
        over: "ten seconds"),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try trial(lab, seed, &board)
      return board
    })

  private static let f1 = Claim.Metric("F1 of the loadings", unit: "share", .higher)
  private static let growth = Claim.Metric("F1 by rows", unit: "share", .higher)
  private static let exact = Claim.Metric("exact structure", unit: "share", .higher)
  private static let seconds = Claim.Metric("time of 1,000 variables", unit: "seconds", .lower)
  private static let own = "correlation thresholding"
  private static let varimax = "parallel analysis + varimax"
  private static let sparse = "parallel analysis + sparse components"

  private static func trial(_ lab: Lab, _ seed: Seed, _ board: inout Scoreboard) throws {
    var world = FactorWorld()
    world.variables = lab.pick(full: 100, quick: 40)
    world.factors = lab.pick(full: 10, quick: 4)
    let sizes = lab.pick(full: [125, 250, 500, 1000], quick: [125, 1000])
    for rows in sizes {
      let name = rows == 1000 ? "1,000 rows" : "\(rows) rows"
      let (truth, values) = try world.sample(rows: rows, seed.child("world"))
      let z = VariableTable.standardised(values)
      lab.say("\(own): \(name)")
      let points = try ThresholdPath().points(z)
      let mine =
        points.filter(\.isFitted).min { $0.bic < $1.bic }?.model.structure
        ?? FactorStructure(members: [], variables: world.variables)
      board[growth.name, name] = [mine.f1(of: truth)]
      var arms = [own: mine]
      lab.say("\(varimax) and \(sparse): \(name)")
      let rivals = FactorRivals(z)
      let k = max(
        1, try rivals.parallelAnalysis(draws: 20, RandomStream(seed.child("parallel"))))
      let turned = try rivals.varimax(factors: k)
      let cuts = stride(from: 0.1, through: 0.61, by: 0.05)
      arms[varimax] = try rivals.chosen(
        cuts.map { cut in turned.map { abs($0) < cut ? 0 : $0 } }, factors: k)
      let penalties = stride(from: 0.1, through: 0.81, by: 0.1)
      arms[sparse] = try rivals.chosen(
        penalties.map { try rivals.sparseComponents(factors: k, penalty: $0) }, factors: k)
      for (arm, structure) in arms {
        let agreement = structure.f1(of: truth)
        board[f1.name, arm].append(agreement)
        board[exact.name, arm].append(agreement == 1 ? 1 : 0)
      }
    }
    try time(lab, seed, &board)
  }

  private static func time(_ lab: Lab, _ seed: Seed, _ board: inout Scoreboard) throws {
    var world = FactorWorld()
    world.variables = lab.pick(full: 1000, quick: 100)
    let (_, values) = try world.sample(rows: lab.pick(full: 2000, quick: 200), seed.child("large"))
    lab.say("\(own): \(world.variables) variables")
    let start = ContinuousClock.now
    _ = try ThresholdPath().points(VariableTable.standardised(values))
    board[seconds.name, own] = [(ContinuousClock.now - start) / .seconds(1)]
    board[seconds.name, "ten seconds"] = [10]
  }
}
