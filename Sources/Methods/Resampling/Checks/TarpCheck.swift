import Evaluation
import Learning
import Torch

extension Tarp {
  /// Re-tests what Lemos et al., 2023, say of coverage at random points.
  static let check = Check(
    "S144",
    protocol: """
      Simulated: parameters of 2, 10 and 100 dimensions, standard normal; an observation is the parameters with normal \
      noise of deviation 0.5, so that the posterior is known. Posteriors: exact; overconfident (0.7 of the deviation); \
      underconfident (1.4 of it); biased (by 0.7 of the deviation in every dimension); prior only. 400 simulations with \
      100 draws each; 20 such sets for each number of dimensions. Random points: uniform in the box of the truths. \
      Points from observations: a ridge prediction of the parameters learnt on a third of the simulations, with \
      noise as large as its errors, judged on the others. Tests: Kolmogorov's at 5%; ranks: the smallest p-value over \
      the dimensions with Bonferroni's correction.
      """,
    minutes: 2, seeds: 5,
    claims: [
      Claim(
        "Coverage at random points rejects over- and underconfident and biased posteriors, and not the exact one",
        at: "§4.1", metric: power, system: "wrong posteriors", over: "exact posterior", margin: 0.5),
      Claim(
        "The prior in place of the posterior, which ranks by dimension pass, is found with points from the observations",
        at: "§4.2", metric: prior, system: "points from observations", over: "ranks by dimension",
        margin: 0.5),
      Claim(
        "And it is not found with points that are independent of the observations", at: "§3.3",
        metric: prior, system: "points from observations", over: "points anywhere", margin: 0.5),
      Claim(
        "With points from the observations the prior is rejected and the exact posterior is not",
        at: "Theorem 3", metric: observed,
        system: "prior only", over: "exact posterior", margin: 0.8),
    ],
    trial: { lab, seed in
      var board = Scoreboard()
      try PosteriorsTrial(lab, seed).run(&board)
      return board
    })

  static let power = Claim.Metric("share rejected, points anywhere", unit: "share", .higher)
  static let prior = Claim.Metric("share of prior-only sets rejected", unit: "share", .higher)
  static let observed = Claim.Metric(
    "share rejected, points from observations", unit: "share", .higher)
}

/// One seed of sets of simulations, and what each test says of right and wrong posteriors.
struct PosteriorsTrial {
  private let sets: Int
  private let simulations: Int
  private let draws = 100
  private let seed: Seed

  init(_ lab: Lab, _ seed: Seed) {
    sets = lab.pick(full: 20, quick: 2)
    simulations = lab.pick(full: 400, quick: 60)
    self.seed = seed
  }

  func run(_ board: inout Scoreboard) throws {
    var rejected: [String: [String: [Double]]] = [:]
    for dimensions in [2, 10, 100] {
      var own: [String: [String: Double]] = [:]
      for set in 0..<sets {
        let world = GaussianSet(
          simulations, draws, dimensions, seed.child(dimensions).child(set))
        for (metric, arm, p) in try tests(world) where p < 0.05 {
          own[metric, default: [:]][arm, default: 0] += 1 / Double(sets)
        }
      }
      for (metric, arms) in Self.arms {
        for arm in arms {
          rejected[metric, default: [:]][arm, default: []].append(own[metric]?[arm] ?? 0)
        }
      }
    }
    for (metric, arms) in rejected { for (arm, rates) in arms { board[metric, arm] = rates } }
    let wrong = ["overconfident", "underconfident", "biased"].flatMap { board[Tarp.power.name, $0] }
    board[Tarp.power.name, "wrong posteriors"] = wrong
    // One score for each wrong posterior, so the exact one's are there as often.
    let exact = board[Tarp.power.name, "exact"]
    board[Tarp.power.name, "exact posterior"] = exact + exact + exact
  }

  private static let arms = [
    Tarp.power.name: ["exact", "overconfident", "underconfident", "biased"],
    Tarp.prior.name: ["points anywhere", "points from observations", "ranks by dimension"],
    Tarp.observed.name: ["exact posterior", "prior only"],
  ]

  /// Metric, arm and p-value of every test of one set.
  private func tests(_ world: GaussianSet) throws -> [(String, String, Double)] {
    let at = world.seed.child("positions")
    var found: [(String, String, Double)] = []
    for (name, posterior) in [
      ("exact", world.posterior()), ("overconfident", world.posterior(width: 0.7)),
      ("underconfident", world.posterior(width: 1.4)), ("biased", world.posterior(shift: 0.7)),
    ] {
      let points = posterior.uniformPoints(RandomStream(world.seed.child("anywhere")))
      let positions = try posterior.positions(points, seed: at)
      found.append((Tarp.power.name, name, try UniformityTest(positions).p()))
    }
    let prior = world.prior()
    let points = prior.uniformPoints(RandomStream(world.seed.child("anywhere")))
    let anywhere = try UniformityTest(prior.positions(points, seed: at)).p()
    found.append((Tarp.prior.name, "points anywhere", anywhere))
    let distances = try prior.ranks(seed: at).map { UniformityTest($0).distance }
    let least = try kolmogorovTail(distances.max() ?? 0, simulations)
    found.append((Tarp.prior.name, "ranks by dimension", least * Double(distances.count)))
    for (name, posterior) in [("exact posterior", world.posterior()), ("prior only", prior)] {
      let pilot = simulations / 3
      let predicted = posterior.predictedPoints(
        world.observations, pilot: pilot, RandomStream(world.seed.child("predicted")))
      let p = try UniformityTest(posterior.dropping(pilot).positions(predicted, seed: at)).p()
      found.append((Tarp.observed.name, name, p))
      if name == "prior only" { found.append((Tarp.prior.name, "points from observations", p)) }
    }
    return found
  }
}

/// Simulations of normal parameters seen through normal noise, whose posterior is normal.
struct GaussianSet {
  let seed: Seed
  let truth: Tensor
  let observations: Tensor
  private let z: Tensor
  private let noise = 0.5

  init(_ simulations: Int, _ draws: Int, _ dimensions: Int, _ seed: Seed) {
    self.seed = seed
    let random = RandomStream(seed.child("world"))
    truth = random.normal([simulations, dimensions], type: .float64)
    observations = truth + random.normal([simulations, dimensions], type: .float64) * 0.5
    z = random.normal([simulations, draws, dimensions]).to(.float64)
  }

  /// Draws whose deviation is `width` times the right one, and whose mean is off by `shift` of it.
  func posterior(width: Double = 1, shift: Double = 0) -> RandomPoints {
    let precision = 1 + 1 / (noise * noise)
    let deviation = 1 / precision.squareRoot()
    let mean = observations * (1 / (noise * noise) / precision) + shift * deviation
    return RandomPoints(samples: mean.unsqueezed(1) + z * (width * deviation), truth: truth)
  }

  /// Draws that know nothing of the observation.
  func prior() -> RandomPoints { RandomPoints(samples: z, truth: truth) }
}
