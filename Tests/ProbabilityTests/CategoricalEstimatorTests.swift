import Foundation
import Probability
import Testing
import Torch

/// Two variables of three classes: all nine draws can be enumerated, so the gradient of an expectation is known.
private struct SmallWorld {
  let logits = Tensor([0.4, -0.9, 0.2, 1.1, 0, -0.6], shape: [1, 2, 3])

  /// All nine draws, one-hot, `[9, 2, 3]`.
  var draws: Tensor {
    let places = (0..<9).flatMap { [Int64($0 / 3), Int64($0 % 3)] }
    return Tensor(places, shape: [9, 2]).oneHot(3).to(.float64)
  }

  /// A polynomial of a draw `[n, 2, 3]`, `[n]`: of degree 1 or 2, or with a cube in it.
  func value(_ y: Tensor, degree: Int) -> Tensor {
    let flat = y.flattened(from: 1)
    let slopes = Tensor([0.5, -1, 2, 0.3, 1.5, -0.4]).to(.float64)
    let line = flat.matmul(slopes.unsqueezed(1)).flattened()
    let curve = RandomStream(4).normal([6, 6], type: .float64)
    let square = (flat.matmul(curve) * flat).sum(over: 1)
    let other = flat.matmul(slopes.flipped(0).unsqueezed(1)).flattened()
    switch degree {
    case 1: return line
    case 2: return line + square
    default: return line + square + other.power(3)
    }
  }

  /// ∂ E[value] / ∂ logits by summing over all draws.
  func exact(degree: Int) throws -> [Double] {
    let leaf = logits.to(.float64).requiringGradient()
    let q = OneHotCategorical(logits: leaf.expanded([9, 2, 3]))
    let sum = (q.logProbability(of: draws).exp() * value(draws, degree: degree)).sum()
    return try sum.gradient(of: leaf).values(as: Double.self)
  }

  /// The gradient that an estimator gives at each of the nine draws, `[9, 6]`.
  func gradients(_ estimator: CategoricalEstimator, degree: Int) throws -> Tensor {
    let leaf = logits.to(.float64).expanded([9, 2, 3]).requiringGradient()
    let q = OneHotCategorical(logits: leaf)
    let loss =
      estimator == .scoreFunction
      ? value(draws, degree: degree) * q.logProbability(of: draws)
      : value(estimator.passing(draws, q), degree: degree)
    return try loss.sum().gradient(of: leaf).flattened(from: 1)
  }

  /// The mean of an estimator's gradient over all draws, each as likely as it is, and the variance, summed.
  func moments(
    _ estimator: CategoricalEstimator, degree: Int
  ) throws -> (mean: [Double], variance: Double) {
    let logs = OneHotCategorical(logits: logits.to(.float64).expanded([9, 2, 3]))
    let chances = logs.logProbability(of: draws).exp().unsqueezed(1)
    let slopes = try gradients(estimator, degree: degree)
    let mean = (chances * slopes).sum(over: 0)
    let variance = (chances * (slopes - mean).squared()).sum()
    return (try mean.values(as: Double.self), try variance.value())
  }

  /// Gradients of single draws, `[n, 6]`.
  func sampled(_ estimator: CategoricalEstimator, degree: Int, draws n: Int) throws -> Tensor {
    let leaf = logits.to(.float64).expanded([n, 2, 3]).requiringGradient()
    let q = OneHotCategorical(logits: leaf)
    let isGumbel = estimator == .gumbelSoftmax || estimator == .straightThroughGumbel
    let y = estimator.draw(q, temperature: isGumbel ? 0.7 : 1, RandomStream(8))
    var loss = value(y, degree: degree)
    if estimator == .scoreFunction { loss = loss.detached() * q.logProbability(of: y) }
    return try loss.sum().gradient(of: leaf).flattened(from: 1)
  }
}

@Suite struct CategoricalEstimatorTests {
  init() { Runtime.threads = 1 }

  private let world = SmallWorld()

  private func distance(_ one: [Double], _ other: [Double]) -> Double {
    zip(one, other).map { ($0 - $1) * ($0 - $1) }.reduce(0, +).squareRoot()
  }

  @Test func reinMaxIsExactOnQuadraticsAndStraightThroughOnLines() throws {
    for degree in 1...2 {
      let exact = try world.exact(degree: degree)
      #expect(distance(try world.moments(.reinMax, degree: degree).mean, exact) < 1e-12)
      #expect(distance(try world.moments(.scoreFunction, degree: degree).mean, exact) < 1e-12)
      let first = distance(try world.moments(.straightThrough, degree: degree).mean, exact)
      #expect(degree == 1 ? first < 1e-12 : first > 0.01, "\(first)")
    }
  }

  @Test func onACubicReinMaxIsNearerThanStraightThroughAndOnlyTheScoreIsExact() throws {
    let exact = try world.exact(degree: 3)
    let second = try world.moments(.reinMax, degree: 3).mean
    let first = try world.moments(.straightThrough, degree: 3).mean
    #expect(
      distance(second, exact) > 0.01 && distance(second, exact) < 0.8 * distance(first, exact))
    #expect(cosine(second, exact) > cosine(first, exact) && cosine(second, exact) < 1 - 1e-6)
    #expect(distance(try world.moments(.scoreFunction, degree: 3).mean, exact) < 1e-12)
  }

  private func cosine(_ one: [Double], _ other: [Double]) -> Double {
    func inner(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    return inner(one, other) / (inner(one, one) * inner(other, other)).squareRoot()
  }

  @Test(arguments: CategoricalEstimator.allCases)
  func biasAndVarianceOfEveryEstimatorAreAsEnumerated(_ estimator: CategoricalEstimator) throws {
    let count = 40_000
    let slopes = try world.sampled(estimator, degree: 3, draws: count)
    let mean = try slopes.mean(over: 0).values(as: Double.self)
    let spread = try slopes.variance(over: 0).sum().value()
    let error = (spread / Double(count)).squareRoot()
    let score = try world.moments(.scoreFunction, degree: 3)
    switch estimator {
    case .scoreFunction, .straightThrough, .reinMax:
      let enumerated = try world.moments(estimator, degree: 3)
      #expect(distance(mean, enumerated.mean) < 4 * error)
      #expect(abs(spread / enumerated.variance - 1) < 0.1, "\(spread) \(enumerated.variance)")
    case .gumbelSoftmax, .straightThroughGumbel:
      #expect(distance(mean, try world.exact(degree: 3)) > 4 * error, "they are biased")
    }
    if estimator != .scoreFunction { #expect(spread < score.variance, "\(spread)") }
  }

  @Test func oneStreamGivesAllEstimatorsTheSameClasses() throws {
    let q = OneHotCategorical(logits: RandomStream(1).normal([50, 4, 5]))
    let drawn = try q.sample(RandomStream(2)).values()
    for estimator in CategoricalEstimator.allCases {
      let y = estimator.draw(q, temperature: 0.3, RandomStream(2))
      #expect(try y.oneHotOfLargest().values() == drawn)
      if estimator != .gumbelSoftmax { #expect(try y.values() == drawn, "one-hot to the bit") }
    }
  }

  @Test func drawsFallOnClassesAsOftenAsTheirProbabilities() throws {
    let logits = Tensor([1, 0, -1] as [Float], shape: [1, 1, 3])
    let many = OneHotCategorical(logits: logits).repeated(50_000)
    let shares = try many.sample(RandomStream(3)).mean(over: 0).values(as: Double.self)
    let expected = try logits.softmax().values(as: Double.self)
    #expect(distance(shares, expected) < 0.01)
  }

  @Test func relaxedDrawsComeToTheCornersAsTheTemperatureFalls() throws {
    let logits = RandomStream(1).normal([200, 2, 4])
    func largest(_ temperature: Double) throws -> Double {
      let y = RelaxedCategorical(logits: logits, temperature: temperature).sample(RandomStream(2))
      return try y.max(over: -1).mean().value()
    }
    #expect(try largest(0.01) > 0.98)
    #expect(try largest(100) < 0.3)
  }

  @Test(arguments: [0.4, 1, 3]) func theRelaxedDensityOfTwoClassesIntegratesToOne(
    _ temperature: Double
  ) throws {
    // In log odds t of the first class, dx = x (1 − x) dt.
    let t = Tensor.linspace(-80, 80, count: 16_001, type: .float64)
    let x = Tensor.stack([t.sigmoid(), (-t).sigmoid()], along: 1)
    let q = RelaxedCategorical(
      logits: Tensor([0.3, -0.5]).to(.float64).unsqueezed(0), temperature: temperature)
    let sum = (q.logProbability(of: x).exp() * x.product(over: 1)).sum() * 0.01
    #expect(abs(try sum.value() - 1) < 1e-6)
  }

  @Test func evenClassesHaveNoDivergenceAndACertainOneTheLogOfTheirNumber() throws {
    let even = OneHotCategorical(logits: Tensor.zeros([2, 3, 5]))
    #expect(try even.divergenceFromUniform().abs().max().value() < 1e-6)
    #expect(abs(even.logUniform + 3 * log(5)) < 1e-12)
    let certain = OneHotCategorical(logits: even.mode * 100)
    let rate = try certain.divergenceFromUniform().values(as: Double.self)
    #expect(rate.allSatisfy { abs($0 - 3 * log(5)) < 1e-5 })
    let apart = certain.divergence(from: even) - certain.divergenceFromUniform()
    #expect(try apart.abs().max().value() < 1e-5)
  }
}
