import Evaluation
import Foundation
import Torch

extension PretrainingAdvantage {
  /// Lays measured risks over what Ge, Tang, Fan & Jin, 2024, bound, in the factor model.
  static let check = Check(
    "S083",
    protocol: """
      Factor models of 100 inputs and five latents of four times the noise's variance each, and a response with noise \
      of 0.5 that is linear in the latents; a seed averages ten worlds. The factor model is fitted to 300, 1,000, \
      3,000, 10,000 and 30,000 unlabelled examples by maximum likelihood, and the head to 20, 50, 150, 500, 1,500 and \
      5,000 labelled ones by least squares. Learning from labels alone is ridge regression on all inputs with the \
      penalty of 29 from 0.001 to 10,000 that generalised cross-validation chooses. Excess risks are exact. Few labels \
      are 20, 50 and 150, many unlabelled examples 10,000 and 30,000. Distances of powers and of logarithms to base \
      ten are held against tolerances of 0.1. The power of the unlabelled is that of the risk of the best head, which \
      labels without end would find. (A first form took the head's predicted term off the risk with 5,000 labels, whose \
      own scatter is larger than what 30,000 unlabelled examples leave; the power was unclear.)
      """,
    minutes: 2, seeds: 5,
    claims: [
      Claim(
        "With few labels and many unlabelled examples, pretraining has the lower excess risk",
        at: "abstract", metric: risk, system: "pretrained", over: "labels alone",
        margin: 0.1),
      Claim(
        "The excess risk falls as one over the unlabelled examples where labels are without end",
        at: "abstract",
        metric: overUnlabelled, system: "measured", over: "tolerance of 0.1"),
      Claim(
        "It falls as one over the labels where unlabelled examples abound", at: "abstract",
        metric: overLabelled, system: "measured", over: "tolerance of 0.1"),
      Claim(
        "It is the sum of a term of the representation and one of the head, with their constants",
        at: "derived here, after the abstract", metric: prediction, system: "measured",
        over: "tolerance of 0.1"),
      Claim(
        "With 300 unlabelled examples and 5,000 labels, labels alone do better",
        at: "the catalogue, after the abstract",
        metric: reversed, system: "labels alone", over: "pretrained", margin: 0.1),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try trial(lab, seed, &board)
      return board
    })

  private static let risk = Claim.Metric("excess risk, few labels", unit: "log10", .lower)
  private static let reversed = Claim.Metric("excess risk, many labels", unit: "log10", .lower)
  private static let overUnlabelled = Claim.Metric(
    "distance of the power of the unlabelled from −1", unit: "1", .lower)
  private static let overLabelled = Claim.Metric(
    "distance of the power of the labelled from −1", unit: "1", .lower)
  private static let prediction = Claim.Metric(
    "distance of measured from predicted excess risk", unit: "log10", .lower)

  private static func trial(_ lab: Lab, _ seed: Seed, _ board: inout Scoreboard) throws {
    let unlabelled = lab.pick(full: [300, 1000, 3000, 10_000, 30_000], quick: [300, 1000, 3000])
    let labelled = lab.pick(full: [20, 50, 150, 500, 1500, 5000], quick: [20, 50, 500])
    var grid = PretrainingGrid(PretrainingWorld(), unlabelled, labelled)
    for world in 0..<lab.pick(full: 10, quick: 2) {
      lab.say("world \(world + 1)")
      try grid.measure(seed.child(world))
    }
    for (i, m) in unlabelled.enumerated() {
      for (j, n) in labelled.enumerated() {
        let own = log10(grid.pretrained[i][j].mean)
        let predicted = log10(grid.world.pretrainedRisk(unlabelled: m, labelled: n))
        board[prediction.name, "measured"].append(abs(own - predicted))
        board[prediction.name, "tolerance of 0.1"].append(0.1)
        guard n <= 150, i >= unlabelled.count - 2 else { continue }
        board[risk.name, "pretrained"].append(own)
        board[risk.name, "labels alone"].append(log10(grid.supervised[j].mean))
      }
    }
    let last = labelled.count - 1
    board[reversed.name, "pretrained"] = [log10(grid.pretrained[0][last].mean)]
    board[reversed.name, "labels alone"] = [log10(grid.supervised[last].mean)]
    let world = grid.world
    let overM = unlabelled.indices.map { i in
      (Double(unlabelled[i]), grid.representation[i].mean)
    }
    let most = unlabelled.count - 1
    let overN = labelled.indices.map { j in
      // The other term, known in closed form, is taken off, so that a power is left.
      let rest = world.representationRisk(unlabelled: unlabelled[most])
      // Least squares of k slopes has n − k − 1 in place of n.
      return (Double(labelled[j] - world.latents - 1), grid.pretrained[most][j].mean - rest)
    }
    board[overUnlabelled.name, "measured"] = [abs(power(overM) + 1)]
    board[overUnlabelled.name, "tolerance of 0.1"] = [0.1]
    board[overLabelled.name, "measured"] = [abs(power(overN) + 1)]
    board[overLabelled.name, "tolerance of 0.1"] = [0.1]
  }

  /// The slope of the logarithms.
  private static func power(_ points: [(size: Double, risk: Double)]) -> Double {
    let x = points.map { log($0.size) }
    let y = points.map { log(max($0.risk, 1e-12)) }
    let cross = zip(x, y).reduce(0) { $0 + ($1.0 - x.mean) * ($1.1 - y.mean) }
    return cross / x.reduce(0) { $0 + ($1 - x.mean) * ($1 - x.mean) }
  }
}
