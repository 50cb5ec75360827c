import Evaluation
import Foundation
import Torch

extension JEPAImplicitBias {
  /// Re-tests what Littwin et al., 2024, say of the order in which features are learned.
  static let check = Check(
    "S304",
    protocol: """
      The world of the lab (`latent lab jepa-implicit-bias`): two views of 20,000 examples with six features, all with a \
      covariance of 1 between the views and regression coefficients of 0.5 to 1 by steps of 0.1. Encoders of 2, 3 and 4 \
      linear layers of width 6 and one linear predictor follow the full-batch gradient in continuous time (midpoint rule, \
      steps by their error) from layers that are a multiple of the identity, whose product is 0.01; in the arms called \
      random with random entries of deviation 0.1/√6 of that besides. In the arms called slow the targets are made by a network that \
      follows the encoder over 10 units of time. A feature is learned at half of the strength that the \
      closed form says it ends with, where strength is the norm of its column in the encoder's product. The gap is the log \
      of the time of coefficient 0.5 over that of coefficient 1. Nothing is tuned; settings were chosen by the closed form \
      alone, so that gaps are large enough to see.
      """,
    minutes: 2, seeds: 5,
    claims: [
      Claim(
        "With 4 layers, predicting codes learns features of low coefficients later than those of high ones, by more than "
          + "predicting the view does",
        at: "abstract; theorem 3.3", metric: gap, system: "jepa, 4 layers", over: "mae, 4 layers",
        margin: 0.2),
      Claim(
        "The gap grows from 2 layers to 4", at: "§3.2: depth", metric: gap,
        system: "jepa, 4 layers", over: "jepa, 2 layers", margin: 0.1),
      Claim(
        "Predicting the view has no gap above 0.1 either way", at: "theorem 3.3",
        metric: absolute, system: "mae, 4 layers", over: "tolerance"),
      Claim(
        "Times are those of the closed form, to 0.1 of their logs", at: "§3.2",
        metric: error, system: "closed form", over: "tolerance"),
      Claim(
        "The gap is there from random first weights, too", at: "§4: experiments", metric: gap,
        system: "jepa, random", over: "mae, random", margin: 0.2),
      Claim(
        "And where the targets come from a slow average of the encoder", at: "§4: experiments",
        metric: gap, system: "jepa, slow", over: "mae, 4 layers", margin: 0.2),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try race(lab, seed, &board)
      return board
    })

  static let gap = Claim.Metric("gap of learning times", unit: "log ratio", .higher)
  static let absolute = Claim.Metric("size of the gap", unit: "log ratio", .lower)
  static let error = Claim.Metric("distance from the closed form", unit: "log time", .lower)

  private static func race(_ lab: Lab, _ seed: Seed, _ board: inout Scoreboard) throws {
    var study = JEPAImplicitBias()
    study.coefficients = lab.pick(full: study.coefficients, quick: [0.5, 1])
    var errors: [Double] = []
    for target in PredictedTarget.allCases {
      for depth in lab.pick(full: [2, 3, 4], quick: [2, 4]) {
        let race = try study.race(depth, target, seed, shouldStop: lab.shouldStop)
        board[gap.name, "\(target.rawValue), \(depth) layers"] = [race.gap(race.measured)]
        errors.append(race.error)
        if target == .inputs {
          board[absolute.name, "mae, \(depth) layers"] = [abs(race.gap(race.measured))]
        }
      }
      var random = study
      random.jitter = 0.1
      let race = try random.race(4, target, seed, shouldStop: lab.shouldStop)
      board[gap.name, "\(target.rawValue), random"] = [race.gap(race.measured)]
    }
    var slow = study
    slow.lag = 10
    let race = try slow.race(4, .codes, seed, shouldStop: lab.shouldStop)
    board[gap.name, "jepa, slow"] = [race.gap(race.measured)]
    board[absolute.name, "tolerance"] = [0.1]
    board[error.name, "closed form"] = [errors.mean]
    board[error.name, "tolerance"] = [0.1]
  }
}
