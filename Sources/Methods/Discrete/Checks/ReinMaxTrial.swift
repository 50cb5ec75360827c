import Datasets
import Evaluation
import Learning
import Probability
import Torch

/// One seed of the categorical autoencoder by three estimators, of the polynomials, and of step times.
struct ReinMaxTrial {
  let lab: Lab
  let seed: Seed
  let source: Source
  private let estimators: [CategoricalEstimator] = [
    .reinMax, .straightThroughGumbel, .straightThrough,
  ]

  init(_ lab: Lab, _ seed: Seed) throws {
    self.lab = lab
    self.seed = seed
    source = try lab.binaryDigits(limit: lab.pick(full: 10_000, quick: 400))
  }

  func run(_ board: inout Scoreboard) throws {
    for estimator in estimators { try judge(estimator, units: 8, classes: 4, &board) }
    for estimator in estimators.dropLast() {
      try judge(estimator, units: 4, classes: 24, &board)
    }
    for power in [1.5, 2, 3] { try polynomials(power, &board) }
    try time(&board)
  }

  private func arm(_ estimator: CategoricalEstimator, units: Int, classes: Int) -> EstimatorArm {
    var arm = EstimatorArm()
    arm.estimator = estimator
    (arm.base.units, arm.base.classes) = (units, classes)
    arm.base.networks.hidden = [lab.pick(full: 200, quick: 30)]
    arm.base.networks.architecture = .mlp
    arm.training.batch = 100
    return arm
  }

  private func judge(
    _ estimator: CategoricalEstimator, units: Int, classes: Int, _ board: inout Scoreboard
  ) throws {
    let name = "\(estimator.rawValue), \(units) × \(classes)"
    func bounds(
      _ rate: Double, _ temperature: Double, epochs: Int, _ examples: Examples, _ seed: Seed
    )
      throws -> [Double]
    {
      var arm = arm(estimator, units: units, classes: classes)
      arm.temperature = temperature
      (arm.base.temperature, arm.base.finalTemperature) = (temperature, temperature)
      arm.training.learningRate = rate
      arm.training.epochs = epochs
      let network = try lab.fit(arm, source, seed: seed, as: name).autoencoder
      return try Scores(examples, seed: seed).elbo(network, draws: 5)
    }
    func choosing(_ rate: Double, _ temperature: Double) throws -> [Double] {
      try bounds(
        rate, temperature, epochs: lab.pick(full: 2, quick: 1), source.validation.prefix(1000),
        Seed(0))
    }
    let isGumbel = estimator == .straightThroughGumbel
    let heats = lab.pick(full: isGumbel ? [0.5, 0.7, 1] : [1, 1.2, 1.5], quick: [1])
    let rate = try lab.bestRate(name, of: lab.pick(full: [0.0005, 0.001, 0.003], quick: [0.003])) {
      try choosing($0, 1)
    }
    let heat = try lab.bestRate(name, of: heats, as: "temperature") { try choosing(rate, $0) }
    board[ReinMax.bound(units, classes).name, estimator.rawValue] = try bounds(
      rate, heat, epochs: lab.pick(full: 10, quick: 1),
      source.test.prefix(lab.pick(full: 2000, quick: 50)), seed)
  }

  private func polynomials(_ power: Double, _ board: inout Scoreboard) throws {
    lab.say("polynomials of power \(power)")
    let name = ReinMax.bias(power).name
    for index in 0..<lab.pick(full: 10, quick: 2) {
      let world = EnumeratedPolynomial(power: power, RandomStream(seed.child(index)))
      board[name, ReinMax.tolerance].append(1e-6)
      for estimator in [CategoricalEstimator.reinMax, .straightThrough] {
        board[name, estimator.rawValue].append(try world.bias(world.expected(estimator)))
      }
      let relaxed = try [0.3, 0.5, 1].map { temperature in
        let found = try world.sampled(
          .straightThroughGumbel, temperature: temperature,
          count: lab.pick(full: 20_000, quick: 500), RandomStream(seed.child("draws")))
        return try world.bias(found.mean, variance: found.variance)
      }
      board[name, ReinMax.gumbel].append(relaxed.min() ?? .nan)
    }
  }

  private func time(_ board: inout Scoreboard) throws {
    let batch = try source.train.batch(Array(0..<100))
    let arms = estimators.dropLast().map { arm($0, units: 8, classes: 4) }
    let network = arms[0].makeNetwork(source.domain, RandomStream(seed))
    var best = Array(repeating: Double.infinity, count: arms.count)
    for turn in 0..<lab.pick(full: 20, quick: 3) {
      for (index, arm) in arms.enumerated() {
        let step = Step(index: turn, progress: 0.5, seed: seed.child(turn))
        let start = ContinuousClock.now
        let slopes = try arm.loss(network, batch, step).total.gradients(for: network.parameters)
        for slope in slopes { try slope.checked() }
        best[index] = min(best[index], (ContinuousClock.now - start) / .milliseconds(1))
      }
    }
    board[ReinMax.stepTime.name, ReinMax.reinMax] = [best[0]]
    board[ReinMax.stepTime.name, ReinMax.gumbel] = [best[1]]
    board[ReinMax.stepTime.name, ReinMax.allowance] = [1.3 * best[1]]
  }
}
