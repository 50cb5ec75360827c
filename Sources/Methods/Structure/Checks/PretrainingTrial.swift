import Evaluation
import Foundation
import Torch

/// The part of the check that is about one of the paper's models.
struct PretrainingTrial: Sendable {
  /// What is added to the names of the metrics.
  let suffix: String
  let world: any PretrainingWorld
  let unlabelled: [Int]
  let labelled: [Int]
  let worlds: Int
  /// The places from which sizes are large enough for what theory says in first order.
  var firstOrder = (unlabelled: 0, labelled: 0)
  /// Whether the representation's measured risk, and not its predicted one, is taken off to leave the head's.
  var takesMeasured = true

  static func factor(_ lab: Lab) -> PretrainingTrial {
    PretrainingTrial(
      suffix: "", world: FactorPretraining(),
      unlabelled: lab.pick(full: [300, 1000, 3000, 10_000, 30_000], quick: [300, 1000, 3000]),
      labelled: lab.pick(full: [20, 50, 150, 500, 1500, 5000], quick: [20, 50, 500]),
      worlds: lab.pick(full: 10, quick: 2), takesMeasured: false)
  }

  static func mixture(_ lab: Lab) -> PretrainingTrial {
    PretrainingTrial(
      suffix: ", mixtures", world: MixturePretraining(),
      unlabelled: lab.pick(full: [300, 1000, 3000, 10_000, 30_000], quick: [300, 1000, 3000]),
      labelled: lab.pick(full: [20, 50, 150, 500, 1500, 5000], quick: [20, 50, 150]),
      worlds: lab.pick(full: 10, quick: 1), firstOrder: (1, 1))
  }

  static func contrastive(_ lab: Lab) -> PretrainingTrial {
    PretrainingTrial(
      suffix: ", contrast", world: ContrastivePretraining(),
      unlabelled: lab.pick(full: [6000, 12_000, 24_000, 48_000], quick: [3000, 6000]),
      labelled: lab.pick(full: [20, 50, 150, 500, 1500, 5000], quick: [20, 50, 500]),
      worlds: lab.pick(full: 10, quick: 1), firstOrder: (lab.pick(full: 1, quick: 0), 0))
  }

  var risk: Claim.Metric { metric("excess risk, few labels", unit: "log10") }
  var reversed: Claim.Metric { metric("excess risk, many labels", unit: "log10") }
  var overUnlabelled: Claim.Metric { metric("distance of the power of the unlabelled from −1") }
  var overLabelled: Claim.Metric { metric("distance of the power of the labelled from −1") }
  var prediction: Claim.Metric {
    metric("distance of measured from predicted excess risk", unit: "log10")
  }

  private func metric(_ name: String, unit: String = "1") -> Claim.Metric {
    Claim.Metric(name + suffix, unit: unit, .lower)
  }

  /// Adds the scores of `seed`.
  ///
  /// - Throws: `TensorError`.
  func run(_ lab: Lab, _ seed: Seed, _ board: inout Scoreboard) throws {
    var grid = try PretrainingGrid(world, unlabelled, labelled)
    for place in 0..<worlds {
      lab.say("world \(place + 1)\(suffix)")
      try grid.measure(seed.child(place))
    }
    addRisks(grid, &board)
    let last = labelled.count - 1
    board[reversed.name, "pretrained"] = [log10(grid.pretrained(0, last).mean)]
    board[reversed.name, "labels alone"] = [log10(grid.alone(last))]
    let overM = unlabelled.indices.dropFirst(firstOrder.unlabelled).map {
      (Double(unlabelled[$0]), grid.representation($0).mean)
    }
    let most = unlabelled.count - 1
    // The other term is taken off, so that a power is left.
    let rest =
      takesMeasured
      ? grid.representation(most).mean
      : grid.prediction.representation / Double(unlabelled[most])
    let overN = labelled.indices.dropFirst(firstOrder.labelled).map { j in
      (Double(labelled[j] - grid.prediction.spent), grid.pretrained(most, j).mean - rest)
    }
    for (metric, points) in [(overUnlabelled, overM), (overLabelled, overN)] {
      board[metric.name, "measured"] = [abs(power(points) + 1)]
      board[metric.name, "tolerance of 0.1"] = [0.1]
    }
  }

  private func addRisks(_ grid: PretrainingGrid, _ board: inout Scoreboard) {
    for (i, _) in unlabelled.enumerated() {
      for (j, n) in labelled.enumerated() {
        let own = log10(grid.pretrained(i, j).mean)
        if i >= firstOrder.unlabelled, j >= firstOrder.labelled {
          board[prediction.name, "measured"].append(abs(own - log10(grid.predicted(i, j))))
          board[prediction.name, "tolerance of 0.1"].append(0.1)
        }
        guard n <= 150, i >= unlabelled.count - 2 else { continue }
        board[risk.name, "pretrained"].append(own)
        board[risk.name, "labels alone"].append(log10(grid.alone(j)))
        for (place, rival) in type(of: world).rivals.enumerated() {
          board[risk.name, rival].append(log10(grid.alone(place, j).mean))
        }
      }
    }
  }

  /// The slope of the logarithms.
  private func power(_ points: [(size: Double, risk: Double)]) -> Double {
    let x = points.map { log($0.size) }
    let y = points.map { log(max($0.risk, 1e-12)) }
    let cross = zip(x, y).reduce(0) { $0 + ($1.0 - x.mean) * ($1.1 - y.mean) }
    return cross / x.reduce(0) { $0 + ($1 - x.mean) * ($1 - x.mean) }
  }
}
