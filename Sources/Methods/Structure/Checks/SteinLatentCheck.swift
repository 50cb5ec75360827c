import Evaluation
import Foundation
import Torch

extension SteinLatent {
  /// Re-tests what Tian, Wu & Feng, 2025, say of directions, in worlds whose directions are known.
  static let check = Check(
    "S004",
    protocol: """
      Six responses depend on two random directions of twenty inputs, each through a random combination of the two \
      indices by a quadratic or a shifted sinusoidal link, with noise of 0.5. Inputs are normal, Student with five \
      degrees, or a mixture of two normals: six worlds a seed, each with 500, 2,000 and 8,000 rows. Stein's identity \
      uses first and second moments with a density chosen by held-out likelihood, and knows that there are two \
      directions, as all arms do. Principal components; reduced-rank regression; an autoencoder with two linear units, \
      a hidden layer of 32 and the inputs as targets; and the same network with the responses as targets, for \
      comparison: 2,000 steps of 100 rows by Adam at the rate of 0.001, 0.003 and 0.01 that leaves the least error \
      on every fifth row with seed 0. Distance: ‖P₁ − P₂‖ / √(2k) of the projections, averaged over worlds and rows.
      """,
    minutes: 4, seeds: 5,
    claims: [
      Claim(
        "The directions lie nearer to the true ones than principal components", at: "abstract",
        metric: distance, system: own, over: "principal components", margin: 0.1),
      Claim(
        "They lie nearer than those of an autoencoder", at: "abstract", metric: distance,
        system: own,
        over: "autoencoder", margin: 0.1),
      Claim(
        "They lie nearer than those of reduced-rank regression", at: "abstract", metric: distance,
        system: own, over: "reduced-rank regression", margin: 0.05),
      Claim(
        "The distance falls as one over the root of the rows, within 0.15 of the power",
        at: "abstract",
        metric: power, system: own, over: "tolerance of 0.15"),
      Claim(
        "Finding them takes less time than training an autoencoder", at: "abstract",
        metric: seconds,
        system: own, over: "autoencoder"),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try trial(lab, seed, &board)
      return board
    })

  private static let distance = Claim.Metric(
    "distance from the true directions", unit: "0 to 1", .lower)
  private static let power = Claim.Metric(
    "distance of the power of the rows from −½", unit: "1", .lower)
  private static let seconds = Claim.Metric("time", unit: "seconds", .lower)
  private static let own = "Stein's identity"

  private static func trial(_ lab: Lab, _ seed: Seed, _ board: inout Scoreboard) throws {
    let sizes = lab.pick(full: [500, 2000, 8000], quick: [300, 600])
    var means: [Double] = []
    for rows in sizes {
      var own: [Double] = []
      for inputs in IndexWorld.Inputs.allCases {
        for link in IndexWorld.Link.allCases {
          lab.say("\(rows) rows of \(inputs.rawValue) inputs, \(link.rawValue) link")
          var world = IndexWorld()
          world.inputs = inputs
          world.link = link
          let at = seed.child(inputs.rawValue).child(link.rawValue)
          own.append(try compare(world, rows, at, lab, &board))
        }
      }
      means.append(own.mean)
    }
    let x = sizes.map { log(Double($0)) }
    let y = means.map { log($0) }
    let cross = zip(x, y).reduce(0) { $0 + ($1.0 - x.mean) * ($1.1 - y.mean) }
    let slope = cross / x.reduce(0) { $0 + ($1 - x.mean) * ($1 - x.mean) }
    board[power.name, self.own] = [abs(slope + 0.5)]
    board[power.name, "tolerance of 0.15"] = [0.15]
  }

  /// Scores all arms in one world, and gives the distance of the first.
  private static func compare(
    _ world: IndexWorld, _ rows: Int, _ seed: Seed, _ lab: Lab, _ board: inout Scoreboard
  ) throws -> Double {
    let (x, y, truth) = world.sample(rows: rows, seed)
    let k = world.directions
    func score(_ arm: String, _ find: () throws -> Tensor) throws -> Double {
      let start = ContinuousClock.now
      let found = try find().checked()
      board[seconds.name, arm].append((ContinuousClock.now - start) / .seconds(1))
      let value = try subspaceDistance(found, truth)
      board[distance.name, arm].append(value)
      return value
    }
    let own = try score(self.own) {
      let score = try DensityChoice.auto.fitted(x, seed.child("density")).score(x)
      let estimator = SteinEstimator(score: score, responses: y)
      let scales = try SteinEstimator.scales(estimator.shuffled(20, seed.child("shuffles")))
      return estimator.directions(
        try estimator.spectrum(estimator.matrices(), scales: scales), count: k)
    }
    _ = try score("principal components") { IndexRivals.principal(x, count: k) }
    _ = try score("reduced-rank regression") { IndexRivals.reducedRank(x, y, count: k) }
    for (arm, isSelf) in [("autoencoder", true), ("network of the responses", false)] {
      let rate = try rate(of: arm, isSelf, lab)
      _ = try score(arm) {
        var network = LinearBottleneck()
        network.rate = rate
        network.steps = lab.pick(full: 2000, quick: 50)
        return try network.fit(x, isSelf ? x : y, seed.child(arm)).directions
      }
    }
    return own
  }

  private static func rate(of arm: String, _ isSelf: Bool, _ lab: Lab) throws -> Double {
    try lab.bestRate(arm, of: lab.pick(full: [0.001, 0.003, 0.01], quick: [0.003])) { rate in
      try IndexWorld.Link.allCases.map { link in
        var world = IndexWorld()
        world.link = link
        let (x, y, _) = world.sample(rows: lab.pick(full: 2000, quick: 300), Seed(0))
        var network = LinearBottleneck()
        network.rate = rate
        network.steps = lab.pick(full: 2000, quick: 50)
        return -(try network.fit(x, isSelf ? x : y, Seed(0)).error)
      }
    }
  }
}
