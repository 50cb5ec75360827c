import Evaluation
import Foundation
import Learning
import Torch

extension PushforwardGeometry {
  /// Re-tests what Issenhuth, Tanielian, Mary & Picard, 2023, say of the codes of generators.
  static let check = Check(
    "S032",
    protocol: """
      10,000 points around eight places, with a deviation of 0.05: at the corners of a simplex, one along each of eight axes, or on a circle in the \
      plane. Generators of two layers of 64 rectified units learn against critics of the same size, by the loss that does not saturate, the critic's squared \
      slope at given points with weight 0.01, two steps of the critic for each of the generator; Adam at 0.002 down to 0 in a line, batches of 250, 150 \
      passes. These four numbers were chosen by how many points a plain generator of the simplex puts into the support, since in a first run, at a slope's weight of 0.1, \
      one step, 0.001 and 75 passes, all of them had missed it: a twentieth of their points lay in it. plain: eight \
      latent units. two units: two. truncated: of eight units' normal codes the quarter is rejected, in training and after it, that is nearest to the \
      borders of the partition by the largest coordinate. surest: of the plain generator's codes those 90% that a logistic \
      regression of the place on the code, learned from half of them, is surest of. In the support: share of 10,000 points \
      that are within 5.0 deviations of the nearest corner, or 3.6 of the nearest place on the circle. Places filled: the sum over places of the lesser of its share of \
      these points and an eighth. Linear: how often that regression finds the place of the other half. Convex: share \
      of middles of two codes of a place that belong to it. From a simplex: root mean squared difference of the cosines of the places' mean codes \
      from −1/7; for random directions that of eight directions drawn evenly.
      """,
    minutes: 5, seeds: 3,
    claims: [
      Claim(
        "Rejecting codes near the borders of a simplicial partition puts more points into the support",
        at: "abstract; section 5", metric: precision, system: "truncated", over: "plain",
        margin: 0.01),
      Claim(
        "So it does for places on a circle", at: "abstract; section 5", metric: precision,
        system: "circle, truncated", over: "circle, plain", margin: 0.01),
      Claim(
        "It fills the places no less, to 0.02", at: "abstract; section 5", metric: recall,
        system: "truncated", over: "plain, less 0.02"),
      Claim(
        "Points of the codes that a linear classifier is surest of are in the support more often",
        at: "section 4: borders of linear classes", metric: precision, system: "surest",
        over: "plain", margin: 0.01),
      Claim(
        "As many units as places put more points into the support than two",
        at: "abstract: latent dimension larger than the number of modes", metric: precision,
        system: "plain", over: "two units", margin: 0.02),
      Claim(
        "The mean codes of places come near the corners of a simplex", at: "section 4",
        metric: distortion, system: "plain", over: "random directions", margin: 0.1),
      Claim(
        "A linear classifier finds the places from the codes, nine times in ten", at: "section 4",
        metric: linearity, system: "plain", over: "0.9"),
      Claim(
        "The codes of a place are a convex set, nine times in ten", at: "section 4",
        metric: convexity, system: "plain", over: "0.9"),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try run(lab, seed, &board)
      return board
    })

  static let precision = Claim.Metric("in the support", unit: "share", .higher)
  static let recall = Claim.Metric("places filled", unit: "share", .higher)
  static let linearity = Claim.Metric("linear", unit: "share", .higher)
  static let convexity = Claim.Metric("convex", unit: "share", .higher)
  static let distortion = Claim.Metric("from a simplex", unit: "cosine", .lower)

  private static func run(_ lab: Lab, _ seed: Seed, _ board: inout Scoreboard) throws {
    var study = PushforwardGeometry()
    (study.points, study.epochs) = lab.pick(full: (10_000, 150), quick: (500, 2))
    for (layout, name) in [("simplex", ""), ("ring", "circle, ")] {
      study.layout = layout
      let arms = [("plain", 8, 0.0), ("truncated", 8, 0.25), ("two units", 2, 0)]
      for (arm, units, rejected) in arms where layout == "simplex" || arm != "two units" {
        var trial = try study.trial(units, rejected)
        trial.tested = lab.pick(full: 10_000, quick: 400)
        let network = try trial.fitted(lab, seed, as: name + arm)
        let found = try trial.outcome(network, seed.child("outcome"))
        board[precision.name, name + arm] = [found.precision]
        board[recall.name, name + arm] = [found.recall]
        board[linearity.name, name + arm] = [found.linearity]
        board[convexity.name, name + arm] = [found.convexity]
        board[distortion.name, name + arm] = [found.distortion]
        guard layout == "simplex", arm == "plain" else { continue }
        board[precision.name, "surest"] = [found.truncated.precision]
        board[recall.name, "surest"] = [found.truncated.recall]
        board[recall.name, "plain, less 0.02"] = [found.recall - 0.02]
      }
    }
    let directions = RandomStream(seed.child("directions")).normal([study.modes, 8])
    board[distortion.name, "random directions"] = [
      try PushforwardTrial.distortion(directions, of: study.modes)
    ]
    (board[linearity.name, "0.9"], board[convexity.name, "0.9"]) = ([0.9], [0.9])
  }
}
