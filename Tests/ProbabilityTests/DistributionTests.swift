import Foundation
import Probability
import Testing
import Torch

@Suite struct DistributionTests {
  init() { Runtime.threads = 1 }

  @Test(arguments: Family.all)
  func theDensityHasTheGradientOfFiniteDifferences(_ family: Family) throws {
    let count = family.parameters.count
    let inputs = family.parameters + (family.isSmooth ? [family.value] : [])
    let error = try gradientError(inputs) { all in
      family.make(Array(all[..<count])).logProbability(
        of: all.count > count ? all[count] : family.value)
    }
    #expect(error < 1e-6)
  }

  /// A grid of points with the weight of each, over almost all of the family's mass.
  static func grid(_ name: String) -> (points: Tensor, width: Double)? {
    func midpoints(_ low: Double, _ high: Double, _ count: Int) -> (Tensor, Double) {
      let width = (high - low) / Double(count)
      return (
        Tensor.linspace(low + width / 2, high - width / 2, count: count, type: .float64), width
      )
    }
    return switch name {
    case "normal", "Laplace", "logistic": midpoints(-120, 120, 400_000)
    case "Student t": midpoints(-20_000, 20_000, 400_000)
    case "continuous Bernoulli", "continuous Bernoulli near 0", "beta": midpoints(0, 1, 400_000)
    case "gamma": midpoints(0, 60, 400_000)
    case "log-normal": midpoints(0, 400, 400_000)
    case "Bernoulli": (Tensor([0.0, 1]), 1)
    case "logistic on levels": (Tensor.linspace(0, 1, count: 256, type: .float64), 1)
    case "Poisson", "negative binomial": (Tensor.range(0, 400, type: .float64), 1)
    case "categorical": (Tensor([0, 1, 2]), 1)
    default: nil
    }
  }

  @Test(arguments: Family.all) func aDensityIntegratesToOne(_ family: Family) throws {
    guard let (points, width) = Self.grid(family.description) else {
      return try dirichletIntegratesToOne(family)
    }
    for row in 0..<family.parameters[0].size(0) {
      let parameters = family.parameters.map { whole in
        let one = whole.sliced(0, row, row + 1)
        return one.expanded([points.count] + one.shape.dropFirst())
      }
      let mass = family.make(parameters).logProbability(of: points).exp().sum() * width
      // The midpoint rule misses a little at the gamma's pole in 0.
      let tolerance = family.description == "gamma" ? 3e-3 : 2e-5
      #expect(try abs(mass.value() - 1) < tolerance, "row \(row): \(mass)")
    }
  }

  /// Over the triangle that two shares of three span.
  private func dirichletIntegratesToOne(_ family: Family) throws {
    let (n, concentration) = (1500, Tensor([1.5, 2, 3]))
    let axis = (Tensor.range(0, Double(n), type: .float64) + 0.5) / Double(n)
    let a = axis.unsqueezed(1).expanded([n, n]).flattened()
    // The unit square folded onto the triangle, with area element 1 − a.
    let b = axis.unsqueezed(0).expanded([n, n]).flattened() * (1 - a)
    let points = Tensor.stack([a, b, 1 - a - b], along: 1)
    let density = Dirichlet(concentration: concentration.expanded([n * n, 3]))
    let mass = (density.logProbability(of: points).exp() * (1 - a)).mean()
    #expect(try abs(mass.value() - 1) < 1e-4)
  }

  @Test(arguments: Family.all) func drawsHaveTheMeanOfTheFamily(_ family: Family) throws {
    let count = 40_000
    for row in 0..<family.parameters[0].size(0) {
      let distribution = family.make(
        family.parameters.map { whole in
          let one = whole.sliced(0, row, row + 1)
          return one.expanded([count] + one.shape.dropFirst()).to(.float32)
        })
      let draws = distribution.sample(RandomStream(5)).to(.float64)
      #expect(try draws.isFinite().to(.float32).mean().value() == 1)
      if family.description == "categorical" {
        let found = draws.to(.int64).bincount(length: 3).to(.float64) / Double(count)
        #expect(try (found - distribution.mean[0]).abs().max().value() < 0.012)
      } else if family.description != "logistic on levels" {
        let gap = (draws.mean(over: 0) - distribution.mean[0]).abs()
        let error = draws.standardDeviation(over: 0) * (1 / Double(count).squareRoot())
        #expect(try (gap / (error + 1e-9)).max().value() < 5)
      }
    }
  }

  @Test func drawsOfTheReparameterisedFamiliesCarryGradients() throws {
    for family in Family.all {
      let leaves = family.parameters.map { $0.requiringGradient() }
      let draw = family.make(leaves).sample(RandomStream(1))
      let discrete = ["Bernoulli", "Poisson", "negative binomial", "categorical"]
      #expect(draw.requiresGradient == !discrete.contains(family.description), "\(family)")
      guard draw.requiresGradient, family.description != "logistic on levels" else { continue }
      for slope in try draw.sum().gradients(for: leaves) {
        #expect(try slope.isFinite().to(.float32).mean().value() == 1, "\(family)")
      }
    }
  }

  @Test func theDivergenceOfNormalsIsItsClosedForm() throws {
    // KL(N(1, 4) ‖ N(0, 1)) = (4 + 1 − 1 − log 4) / 2.
    let p = Normal(mean: Tensor([1.0]), logVariance: Tensor([log(4.0)]))
    let q = Normal(mean: Tensor([0.0]), logVariance: Tensor([0.0]))
    let expected = (4 - log(4.0)) / 2
    #expect(try abs(p.divergence(from: q).value() - expected) < 1e-12)
    #expect(try abs(p.divergenceFromStandard().value() - expected) < 1e-12)
    #expect(try p.divergence(from: p).value() == 0)
    #expect(try abs(p.divergencePerUnitFromStandard().value() - expected) < 1e-12)
    let z = Tensor([0.5, -2], shape: [1, 2])
    let standard = Normal(mean: z.zerosLike(), logVariance: z.zerosLike())
    let gap = Normal.standardLogProbability(of: z) - standard.logProbability(of: z)
    #expect(try gap.value() == 0)
  }

  static let divergences: [@Sendable ([Tensor]) -> Tensor] = [
    {
      Normal(mean: $0[0], logVariance: $0[1]).divergence(
        from: Normal(mean: $0[2], logVariance: $0[3]))
    },
    { Normal(mean: $0[0], logVariance: $0[1]).divergenceFromStandard() },
    {
      Laplace(mean: $0[0], logScale: $0[1]).divergence(from: Laplace(mean: $0[2], logScale: $0[3]))
    },
    { Bernoulli(logits: $0[0]).divergence(from: Bernoulli(logits: $0[1])) },
    { all in
      Categorical(logits: all[0].reshaped(1, -1)).divergence(
        from: Categorical(logits: all[1].reshaped(1, -1)))
    },
    { all in
      let p = all.map { $0.exp() }
      return Gamma(concentration: p[0], rate: p[1]).divergence(
        from: Gamma(concentration: p[2], rate: p[3]))
    },
    { all in
      let p = all.map { $0.exp() }
      return Beta(alpha: p[0], beta: p[1]).divergence(from: Beta(alpha: p[2], beta: p[3]))
    },
    { all in
      let p = all.map { $0.exp().reshaped(1, -1) }
      return Dirichlet(concentration: p[0]).divergence(from: Dirichlet(concentration: p[1]))
    },
  ]

  @Test(arguments: divergences.indices)
  func aDivergenceHasTheGradientOfFiniteDifferences(_ index: Int) throws {
    let random = RandomStream(6)
    let inputs = (0..<4).map { _ in random.normal([3], type: .float64) }
    let error = try gradientError(inputs, Self.divergences[index])
    #expect(error < 1e-6)
    let values = try Self.divergences[index](inputs).values(as: Double.self)
    #expect(values.allSatisfy { $0 > 0 })
  }
}

@Suite struct ExtremeTests {
  init() { Runtime.threads = 1 }

  func expectFinite(_ tensors: [Tensor]) throws {
    for tensor in tensors {
      #expect(try tensor.values(as: Double.self).allSatisfy(\.isFinite), "\(tensor)")
    }
  }

  @Test(arguments: [DType.float32, .float64])
  func theContinuousBernoulliIsFiniteFromLogitsOf0To100(_ type: DType) throws {
    let levels: [Double] = [0, 1e-8, 1e-3, 0.0499, 0.0501, 0.06, 1, 30, 100]
    let logits = Tensor(levels + levels.map { -$0 }).to(type).requiringGradient()
    let p = ContinuousBernoulli(logits: logits)
    for x in [0, 0.3, 1] {
      let density = p.logProbability(of: logits.detached().filled(with: x))
      try expectFinite([density, try density.sum().gradient(of: logits)])
    }
    try expectFinite([p.mean, try p.mean.sum().gradient(of: logits)])
    let draw = p.sample(RandomStream(1))
    try expectFinite([draw, try draw.sum().gradient(of: logits)])
    let mirrored = (p.mean[..<9] + p.mean[9...] - 1).abs().max()
    #expect(try mirrored.value() < 1e-5)
  }

  @Test func theSeriesOfTheContinuousBernoulliMeetsItsClosedForm() throws {
    let logits = Tensor([0.05 - 1e-9, 0.05 + 1e-9]).requiringGradient()
    let p = ContinuousBernoulli(logits: logits)
    for quantity in [p.logProbability(of: logits.detached().filled(with: 0.3)), p.mean] {
      let slope = try quantity.sum().gradients(for: [logits], keepGraph: true)[0]
      #expect(try abs((quantity[1] - quantity[0]).value()) < 1e-9)
      #expect(try abs((slope[1] - slope[0]).value()) < 1e-7)
    }
  }

  @Test(arguments: [DType.float32, .float64], [-12.0, -7, -3, 0, 2])
  func theDiscretisedLogisticSumsToOneAndIsFiniteInItsTails(_ type: DType, _ scale: Double) throws {
    let levels = Tensor.range(0, 256, type: type) * (1 / 255)
    for mean in [-3.0, 0, 0.4, 1, 8] {
      let place = Tensor.full([256], mean, type: type).requiringGradient()
      let logScale = Tensor.full([256], scale, type: type).requiringGradient()
      let mass = Logistic(mean: place, logScale: logScale, levels: 256).logProbability(of: levels)
      let total = try mass.exp().sum().value()
      #expect(abs(total - 1) < (type == .float32 ? 1e-4 : 1e-10), "mean \(mean): \(total)")
      try expectFinite([mass] + mass.sum().gradients(for: [place, logScale]))
    }
  }

  @Test func oneScaleForAllUnitsCountsForEachInTheEntropy() throws {
    let (mean, one) = (Tensor.zeros([2, 3]), Tensor.zeros([1]))
    let normal = try Normal(mean: mean, logVariance: one).entropy.values()
    let laplace = try Laplace(mean: mean, logScale: one).entropy.values()
    #expect(normal.count == 2 && normal.allSatisfy { abs($0 - 3 * 1.4189385) < 1e-5 })
    #expect(laplace.count == 2 && laplace.allSatisfy { abs($0 - 3 * 1.6931472) < 1e-5 })
  }

  @Test func aDensityFarAwayIsFinite() throws {
    let far = Tensor([1e4, -1e4]).to(.float32).requiringGradient()
    let zeros = Tensor([0.0, 0]).to(.float32)
    let families: [any Distribution] = [
      Normal(mean: zeros, logVariance: zeros), Laplace(mean: zeros, logScale: zeros),
      Logistic(mean: zeros, logScale: zeros),
      StudentT(mean: zeros, logScale: zeros, freedom: zeros + 3), Bernoulli(logits: far),
    ]
    for family in families {
      let density = family.logProbability(of: family is Bernoulli ? zeros : far)
      try expectFinite([density, try density.sum().gradient(of: far)])
    }
  }
}
