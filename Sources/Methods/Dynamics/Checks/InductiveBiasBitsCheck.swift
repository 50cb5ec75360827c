import Datasets
import Evaluation
import Foundation
import Learning
import Torch

extension InductiveBiasBits {
  /// Re-tests what Boopathy et al., 2024, say of bits of inductive bias.
  static let check = Check(
    "S419",
    protocol: """
      Linear functions of white inputs with 8 noiseless examples in 12, 16, 24, 32 and 48 dimensions, 5 worlds each; a \
      mean squared error of 0.2 of the truth's variance is to be reached. Bits are estimated from 2,000 random \
      hypotheses that fit, by the noncentral χ² fitted by maximum likelihood, and by counting, with half a hypothesis \
      where none reaches the target; and in 24 dimensions from 100 and from 5,000. Classes: 200 of the 8×8 digits with \
      indicators of their class as targets, 500 others to judge by, a mean squared error of 0.02; 60 functions of the \
      posterior of a radial kernel of median width, and 60 networks 64-64-10 with ReLU, trained from random weights by \
      Adam at 0.003 until the error on all 200 is below 0.0001 or for 500 steps.
      """,
    minutes: 3, seeds: 5,
    claims: [
      Claim(
        "The estimate agrees with the closed form better than counting does, by a bit or more",
        at: "§3.3", metric: error, system: "fitted tail", over: "counting", margin: 1),
      Claim(
        "It converges: 5,000 hypotheses give less error than 100",
        at: "§3.4", metric: convergence, system: "5,000 hypotheses", over: "100 hypotheses"),
      Claim(
        "48 dimensions need more bits than 12",
        at: "§4", metric: bits, system: "48 dimensions", over: "12 dimensions", margin: 1),
      Claim(
        "Networks as a class need fewer further bits than a kernel's functions: they bring bias along",
        at: "§4", metric: remaining, system: "network", over: "radial kernel", margin: 10),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      let trial = BitsCheckTrial(lab: lab, seed: seed)
      try trial.linear(&board)
      try trial.digits(&board)
      return board
    })

  static let error = Claim.Metric("error of the estimate", unit: "bits", .lower)
  static let convergence = Claim.Metric(
    "error of the estimate in 24 dimensions", unit: "bits", .lower)
  static let bits = Claim.Metric("bits of inductive bias, estimated", unit: "bits", .higher)
  static let remaining = Claim.Metric(
    "bits that the digits need beyond the class", unit: "bits", .lower)
}

/// One seed of worlds for the estimate of bits.
struct BitsCheckTrial {
  let lab: Lab
  let seed: Seed

  func linear(_ board: inout Scoreboard) throws {
    let worlds = lab.pick(full: 5, quick: 2)
    let count = lab.pick(full: 2000, quick: 200)
    var all: [BitsTrial] = []
    for d in lab.pick(full: [12, 16, 24, 32, 48], quick: [12, 48]) {
      let trials = try (0..<worlds).map { try world(d, $0, count) }
      all += trials
      if d == 12 || d == 48 {
        board[InductiveBiasBits.bits.name, "\(d) dimensions"] = trials.map(\.tail.value)
        board[InductiveBiasBits.bits.name, "\(d) dimensions, closed form"] = trials.map(\.exact)
      }
    }
    board[InductiveBiasBits.error.name, "fitted tail"] = all.map(\.error)
    board[InductiveBiasBits.error.name, "counting"] = all.map { abs($0.counted - $0.exact) }
    for (name, count) in [("100", 100), ("5,000", lab.pick(full: 5000, quick: 400))] {
      board[InductiveBiasBits.convergence.name, "\(name) hypotheses"] =
        try (0..<worlds).map { try world(24, $0, count).error }
    }
  }

  private func world(_ d: Int, _ index: Int, _ count: Int) throws -> BitsTrial {
    let at = seed.child("world").child(d).child(index)
    return try BitsTrial(
      LinearHypotheses(inputs: d, examples: 8, RandomStream(at)), hypotheses: count, target: 0.2,
      RandomStream(at.child("hypotheses").child(count)))
  }

  func digits(_ board: inout Scoreboard) throws {
    let source = try lab.source(["digits"])
    let functions = try DigitHypotheses(
      source.train, count: lab.pick(full: 200, quick: 50), tests: lab.pick(full: 500, quick: 50),
      seed: seed.child("digits"))
    let draws = lab.pick(full: 60, quick: 20)
    let kernel = try functions.kernel(draws, RandomStream(seed.child("kernel")))
    let networks = try functions.networks(
      draws, steps: lab.pick(full: 500, quick: 50), RandomStream(seed.child("networks")))
    for (name, errors) in [("radial kernel", kernel), ("network", networks)] {
      board[InductiveBiasBits.remaining.name, name] = [
        try BitsEstimate.tail(errors, target: 0.02).value
      ]
    }
  }
}
