import Probability
import Testing
import Torch

/// p(z) = N(0, I), p(x|z) = N(W z + b, s² I): marginal and posterior are normal and known.
private struct LinearGaussian {
  let w: Tensor, b: Tensor, x: Tensor
  let variance = 0.25

  init(examples: Int) {
    let random = RandomStream(21)
    w = random.normal([4, 2], type: .float64)
    b = random.normal([4], type: .float64)
    x = random.normal([examples, 4], type: .float64) * 2
  }

  /// log N(x; b, W Wᵀ + s² I), `[n]`.
  var logMarginal: Tensor {
    let covariance = w.matmul(w.transposed()) + Tensor.identity(4, type: .float64) * variance
    let centred = x - b
    let solved = covariance.cholesky().choleskySolve(centred.transposed()).transposed()
    let constant = covariance.logDeterminant() + 4 * 1.8378770664093453
    return ((centred * solved).sum(over: 1) + constant) * -0.5
  }

  /// Precision of the posterior, and its mean for each example.
  var posterior: (precision: Tensor, mean: Tensor) {
    let precision =
      w.transposed().matmul(w) * (1 / variance) + Tensor.identity(2, type: .float64)
    let target = (x - b).matmul(w) * (1 / variance)
    return (precision, precision.cholesky().choleskySolve(target.transposed()).transposed())
  }

  /// log p(x, z) for z `[k, n, 2]`, `[k, n]`.
  func logJoint(_ z: Tensor) -> Tensor {
    let (k, n) = (z.size(0), z.size(1))
    let flat = z.reshaped(k * n, 2)
    let mean = flat.matmul(w.transposed()) + b
    let spread = mean.filled(with: variance).log()
    let targets = x.unsqueezed(0).expanded([k, n, 4]).reshaped(k * n, 4)
    let likelihood = Normal(mean: mean, logVariance: spread).logProbability(of: targets)
    return (likelihood + Normal.standardLogProbability(of: flat)).reshaped(k, n)
  }
}

@Suite struct ImportanceWeightsTests {
  init() { Runtime.threads = 1 }

  @Test(arguments: [1, 2, 50])
  func theExactPosteriorGivesTheExactMarginalForAnyNumberOfDraws(_ k: Int) throws {
    let model = LinearGaussian(examples: 6)
    let (precision, mean) = model.posterior
    // z = m + L⁻ᵀ ε has covariance (L Lᵀ)⁻¹.
    let l = precision.cholesky()
    let noise = RandomStream(1).normal([k, 6, 2], type: .float64)
    let z =
      mean
      + l.transposed().solveTriangular(noise.reshaped(-1, 2).transposed(), upper: true)
      .transposed().reshaped(k, 6, 2)
    let logQ =
      noise.squared().sum(over: -1) * -0.5 - 1.8378770664093453
      + l.diagonal().log().sum()
    let weights = model.logJoint(z) - logQ
    let gap = (ImportanceWeights.bound(weights) - model.logMarginal).abs().max()
    #expect(try gap.value() < 1e-9)
    let effective = ImportanceWeights.effectiveSamples(weights)
    #expect(try (effective - Double(k)).abs().max().value() < 1e-6)
  }

  @Test func aWrongPosteriorsBoundRisesToTheMarginal() throws {
    let (model, draws) = (LinearGaussian(examples: 6), 1000)
    let (_, mean) = model.posterior
    // Off its place and wider than it should be.
    let q = Normal(mean: mean + 0.15, logVariance: mean.filled(with: -2))
    var bounds: [Double] = []
    for k in [1, 5, 50, 500] {
      let random = RandomStream(2).child(k)
      let repeats = draws / k + 4
      let flat = Normal(
        mean: q.mean.tiled(k * repeats, 1), logVariance: q.logVariance.tiled(k * repeats, 1))
      let z = flat.sample(random)
      let logQ = flat.logProbability(of: z).reshaped(k, repeats * 6)
      let joint = model.logJoint(z.reshaped(k * repeats, 6, 2)).reshaped(k, repeats * 6)
      bounds.append(try ImportanceWeights.bound(joint - logQ).mean().value())
    }
    let exact = try model.logMarginal.mean().value()
    #expect(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }, "\(bounds), exact \(exact)")
    #expect(bounds[0] < exact - 0.05)
    #expect(abs(bounds[3] - exact) < 0.05)
  }

  @Test func equalWeightsGiveThemselvesAndAllDrawsCount() throws {
    let weights = Tensor.full([8, 2], -700, type: .float64)
    #expect(try ImportanceWeights.bound(weights).values() == [-700, -700])
    #expect(try (ImportanceWeights.effectiveSamples(weights) - 8).abs().max().value() < 1e-9)
  }
}

@Suite struct LikelihoodTests {
  init() { Runtime.threads = 1 }

  @Test func aFamilyAnswersForTheDataItSuits() throws {
    let outputs = RandomStream(1).normal([3, 1, 4, 4])
    for family in LikelihoodFamily.allCases {
      for isUnit in [true, false] where Likelihood.suits(family, isUnit: isUnit) {
        let likelihood = Likelihood(family, isUnit: isUnit)
        let p = likelihood(outputs)
        let x = p.sample(RandomStream(2))
        #expect(x.shape == outputs.shape && p.mean.shape == outputs.shape, "\(family)")
        let density = p.logProbability(of: x)
        #expect(density.shape == [3], "\(family)")
        if isUnit && family != .gaussian {
          #expect(try x.min().value() >= 0 && x.max().value() <= 1, "\(family)")
        }
        guard likelihood.parameterCount > 0 else { continue }
        for slope in try density.sum().gradients(for: likelihood.parameters) {
          #expect(try slope.value() != 0)
        }
      }
    }
    #expect(!Likelihood.suits(.bernoulli, isUnit: false))
  }

  @Test func aNormalHeadSplitsItsFeatures() throws {
    let q = NormalHead(5, 3, RandomStream(1))(Tensor.ones([2, 5]))
    #expect(q.mean.shape == [2, 3] && q.logVariance.shape == [2, 3])
    #expect(q.divergenceFromStandard().shape == [2])
  }
}
