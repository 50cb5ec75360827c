import Evaluation
import Foundation
import Torch

extension PretextSSLTheory {
  /// Re-tests what Lee et al., 2021, say of labels and conditional independence.
  static let check = Check(
    "S345",
    protocol: """
      The world of the lab (`latent lab pretext-ssl-theory`): 4 clusters with normal centres of deviation 1 in two parts of \
      10 numbers, noise of deviation 1 whose correlation between the parts is the dependence (0, 0.3, 0.6, 0.9), and a \
      label that says whether the cluster's number is odd. 10,000 unlabelled pairs teach the pretext arm to expect the \
      second part from 300 rectified random features of the first, and the correlation arm the 3 directions of these in \
      which they agree most with such features of the second. Linear heads learn from 8 to 256 labels, with penalties that \
      leaving one out chooses from the same eight for every arm: on these features, on the 300 functions themselves, and \
      on the raw first part. Excess error: the mean squared distance from the best guess of the label, over 4,000 new \
      examples, mean of 10 sets of labels. Without end of labels: the best guess itself is what 10,000 examples teach the \
      head. Few labels are 32; a pilot of the lab with seed 1 and 3 sets of labels had shown all numbers of labels before \
      that was fixed, and 16 were too few for the learned features there.
      """,
    minutes: 4, seeds: 5,
    claims: [
      Claim(
        "At independence a head on the pretext's features does better with 32 labels than one on the same functions",
        at: "theorem 3.2", metric: few, system: "pretext, 0.0", over: "functions, 0.0",
        margin: 0.02),
      Claim(
        "And with 32 labels better than the functions with 256",
        at: "abstract: drastically fewer labels", metric: thrift, system: "pretext, 32 labels",
        over: "functions, 256 labels"),
      Claim(
        "The raw first part does not do it", at: "§3: linear heads on ψ, not on x",
        metric: few, system: "pretext, 0.0", over: "raw, 0.0", margin: 0.02),
      Claim(
        "Without end of labels the error grows with the dependence, from 0 to 0.9",
        at: "theorem 4.2", metric: floor, system: "pretext, 0.0", over: "pretext, 0.9",
        margin: 0.02),
      Claim(
        "And gradually: at 0.6 it is less than at 0.9", at: "theorem 4.2", metric: floor,
        system: "pretext, 0.6", over: "pretext, 0.9", margin: 0.005),
      Claim(
        "Nonlinear canonical correlations do as well as the pretext with 32 labels, up to 0.02",
        at: "theorem 5.1", metric: alike, system: "correlation", over: "pretext and 0.02"),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      var study = PretextSSLTheory()
      study.labels = lab.pick(full: study.labels, quick: [32, 256])
      study.functions = lab.pick(full: study.functions, quick: 60)
      study.unlabelled = lab.pick(full: study.unlabelled, quick: 1000)
      study.repeats = lab.pick(full: study.repeats, quick: 2)
      for dependence in study.dependences {
        try refuseToGoOn(lab.shouldStop())
        lab.say("dependence \(dependence)")
        score(try PretextGrid(study: study, dependence: dependence, seed: seed), study, &board)
      }
      return board
    })

  static let few = Claim.Metric("excess error with few labels", unit: "squared", .lower)
  static let thrift = Claim.Metric("excess error at independence", unit: "squared", .lower)
  static let floor = Claim.Metric("excess error without end of labels", unit: "squared", .lower)
  static let alike = Claim.Metric("excess error of the two pretexts", unit: "squared", .lower)

  private static func score(
    _ grid: PretextGrid, _ study: PretextSSLTheory, _ board: inout Scoreboard
  ) {
    guard let place = study.labels.firstIndex(of: 32) else { return }
    for kind in PretextFeatures.allCases {
      let arm = "\(kind.rawValue), \(grid.dependence)"
      board[few.name, arm] = [grid.errors[kind]?[place].mean ?? .nan]
      board[floor.name, arm] = [grid.floors[kind] ?? .nan]
    }
    guard grid.dependence == 0, let pretext = grid.errors[.pretext]?[place].mean,
      let functions = grid.errors[.functions]?.last?.mean,
      let correlation = grid.errors[.correlation]?[place].mean
    else { return }
    board[thrift.name, "pretext, 32 labels"] = [pretext]
    board[thrift.name, "functions, 256 labels"] = [functions]
    board[alike.name, "correlation"] = [correlation]
    board[alike.name, "pretext and 0.02"] = [pretext + 0.02]
  }
}
