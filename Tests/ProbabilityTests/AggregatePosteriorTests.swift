import Foundation
import Probability
import Testing
import Torch

/// Five examples with known posteriors over two units, and a draw from each.
private struct Posteriors {
  let count = 5
  let q: Normal
  let z: Tensor

  init(units: Int = 2) {
    let random = RandomStream(31)
    q = Normal(
      mean: random.normal([5, units], type: .float64) * 1.5,
      logVariance: random.normal([5, units], type: .float64) * 0.5 - 1)
    z = q.sample(random)
  }

  /// The posteriors and draws of some examples only.
  func batch(_ places: [Int]) -> (q: Normal, z: Tensor) {
    let rows = Tensor(places)
    return (
      Normal(
        mean: q.mean.indexSelect(0, rows), logVariance: q.logVariance.indexSelect(0, rows)),
      z.indexSelect(0, rows)
    )
  }

  /// log Σ q(z|x) / N by a plain loop over examples and units, at every draw; and Σ_j log q(z_j).
  func enumerated() throws -> (joint: [Double], marginals: [Double]) {
    let k = q.mean.size(1)
    let m = try q.mean.values(as: Double.self)
    let v = try q.logVariance.exp().values(as: Double.self)
    let z = try z.values(as: Double.self)
    func density(_ i: Int, _ l: Int, _ j: Int) -> Double {
      let distance: Double = z[i * k + j] - m[l * k + j]
      let variance: Double = v[l * k + j]
      let height: Double = (2 * Double.pi * variance).squareRoot()
      return exp(-distance * distance / (2 * variance)) / height
    }
    var joint: [Double] = []
    var marginals: [Double] = []
    for i in 0..<count {
      var sum = 0.0
      var sums = [Double](repeating: 0, count: k)
      for l in 0..<count {
        var product = 1.0
        for j in 0..<k {
          product *= density(i, l, j)
          sums[j] += density(i, l, j)
        }
        sum += product
      }
      joint.append(log(sum / Double(count)))
      marginals.append(sums.reduce(0) { $0 + log($1 / Double(count)) })
    }
    return (joint, marginals)
  }

  /// The mean of estimates of q(z) at draw 0 over all batches of `n` that hold example 0.
  func meanEstimate(_ n: Int, _ sampling: AggregatePosterior.Sampling) throws -> Double {
    let batches = (0..<32).map { bits in [0] + (1..<5).filter { bits >> $0 & 1 == 1 } }
    let suited = Set(batches).filter { $0.count == n }
    let estimates = try suited.map { places in
      let (q, z) = batch(places)
      let aggregate = AggregatePosterior(q, examples: count, sampling: sampling)
      return try aggregate.logDensities(of: z).joint[0].exp().value()
    }
    return estimates.reduce(0, +) / Double(estimates.count)
  }
}

private func near(_ a: [Double], _ b: [Double], _ tolerance: Double = 1e-10) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) }
}

@Suite struct AggregatePosteriorTests {
  init() { Runtime.threads = 1 }

  @Test func stratifiedSamplingIsTheEnumeratedSumWhereTheBatchIsTheData() throws {
    let world = Posteriors()
    let exact = try world.enumerated()
    let found = AggregatePosterior(world.q, examples: 5, sampling: .stratified)
      .logDensities(of: world.z)
    #expect(near(try found.joint.values(as: Double.self), exact.joint))
    #expect(near(try found.marginals.values(as: Double.self), exact.marginals))
  }

  @Test func weightedSamplingOfAllTheDataIsTooSmallByLogNInEachLogarithm() throws {
    let world = Posteriors()
    let exact = try world.enumerated()
    let aggregate = AggregatePosterior(world.q, examples: 5, sampling: .weighted)
    let found = aggregate.logDensities(of: world.z)
    let joint = (found.joint + log(5.0)), marginals = (found.marginals + 2 * log(5.0))
    #expect(near(try joint.values(as: Double.self), exact.joint))
    #expect(near(try marginals.values(as: Double.self), exact.marginals))
    // One logarithm in the information, one less than units in the correlation, one for each unit.
    let (parts, right) = (
      aggregate.divergence(of: world.z),
      AggregatePosterior(world.q, examples: 5, sampling: .stratified).divergence(of: world.z)
    )
    let logN: Double = log(5)
    let gaps: [Tensor] = [
      parts.mutualInformation - right.mutualInformation - logN,
      parts.totalCorrelation - right.totalCorrelation - logN,
      parts.dimensionwise - right.dimensionwise + 2 * logN,
    ]
    for gap in gaps { #expect(try gap.abs().max().value() < 1e-10) }
  }

  @Test(arguments: [2, 3, 4, 5]) func overAllBatchesStratifiedSamplingIsRightInTheMean(
    _ n: Int
  ) throws {
    let world = Posteriors()
    let exact = try exp(world.enumerated().joint[0])
    let found = try world.meanEstimate(n, .stratified)
    #expect(abs(found / exact - 1) < 1e-10)
  }

  /// The mean over batches is (own + (n − 1) · mean of the others) / (N n), and q(z) has N − 1 for
  /// n − 1 and 1 for n.
  @Test(arguments: [2, 3, 4, 5]) func overAllBatchesWeightedSamplingHasItsKnownBias(
    _ n: Int
  ) throws {
    let world = Posteriors()
    let exact = try exp(world.enumerated().joint[0])
    let own = try world.q.logProbability(of: world.z)[0].exp().value()
    let others = (5 * exact - own) / 4
    let expected = (own + Double(n - 1) * others) / Double(5 * n)
    let found = try world.meanEstimate(n, .weighted)
    #expect(abs(found / expected - 1) < 1e-10)
    #expect(expected < exact)
  }

  @Test(arguments: AggregatePosterior.Sampling.allCases)
  func withEqualWeightsThePartsAreTheDivergenceInTheMean(
    _ sampling: AggregatePosterior.Sampling
  ) throws {
    let world = Posteriors()
    let random = RandomStream(4)
    var sums: [Double] = []
    for _ in 0..<4000 {
      let parts = AggregatePosterior(world.q, examples: 50, sampling: sampling)
        .divergence(of: world.q.sample(random))
      let sum = parts.mutualInformation + parts.totalCorrelation + parts.dimensionwise
      sums.append(try sum.mean().value())
    }
    let exact = try world.q.divergenceFromStandard().mean().value()
    let mean = sums.reduce(0, +) / Double(sums.count)
    let variance = sums.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(sums.count)
    let error = (variance / Double(sums.count)).squareRoot()
    #expect(abs(mean - exact) < 4 * error)
  }

  @Test func independentUnitsOfOnePosteriorHaveNoCorrelationAndNoInformation() throws {
    let zeros = Tensor.zeros([6, 3], type: .float64)
    let q = Normal(mean: zeros + 0.4, logVariance: zeros - 0.3)
    let parts = AggregatePosterior(q, examples: 6, sampling: .stratified)
      .divergence(of: q.sample(RandomStream(2)))
    #expect(try parts.totalCorrelation.abs().max().value() < 1e-12)
    #expect(try parts.mutualInformation.abs().max().value() < 1e-12)
  }

  @Test(arguments: AggregatePosterior.Sampling.allCases)
  func thePartsHaveTheGradientsOfFiniteDifferences(
    _ sampling: AggregatePosterior.Sampling
  ) throws {
    let world = Posteriors()
    let error = try gradientError([world.q.mean, world.q.logVariance, world.z]) { all in
      let parts = AggregatePosterior(
        Normal(mean: all[0], logVariance: all[1]), examples: 9, sampling: sampling
      ).divergence(of: all[2])
      return parts.mutualInformation + parts.totalCorrelation * 3 + parts.dimensionwise * 0.5
    }
    #expect(error < 1e-6)
  }

  @Test(arguments: AggregatePosterior.Sampling.allCases)
  func aBatchOfOneIsFinite(_ sampling: AggregatePosterior.Sampling) throws {
    let (q, z) = Posteriors().batch([3])
    let found = AggregatePosterior(q, examples: 5, sampling: sampling).logDensities(of: z)
    let expected = try q.logProbability(of: z).value() - log(5)
    let joint = try found.joint.value()
    #expect(abs(joint - expected) < 1e-10)
  }
}

@Suite struct CovariancePenaltyTests {
  init() { Runtime.threads = 1 }

  @Test func thePenaltiesAreThoseOfCovariancesByHand() throws {
    // Means (1, 0), (3, 4), (2, 2): covariance [[2, 4], [4, 8]] / 3; variances 1.5 and 2.
    let q = Normal(
      mean: Tensor([1.0, 0, 3, 4, 2, 2], shape: [3, 2]),
      logVariance: Tensor([1.0, 1, 2, 4, 1.5, 1], shape: [3, 2]).log())
    let means = try q.covarianceOfMeans().values(as: Double.self)
    let thirds: [Double] = [2, 4, 4, 8]
    let byHand = thirds.map { $0 / 3 }
    #expect(near(means, byHand))
    let mixture = try q.covarianceOfMixture().values(as: Double.self)
    let widths: [Double] = [1.5, 0, 0, 2]
    let total = zip(byHand, widths).map { $0 + $1 }
    #expect(near(mixture, total))
    let covariance = q.covarianceOfMeans()
    let offDiagonal = try CovariancePenalty.offDiagonal(covariance).value()
    let diagonal = try CovariancePenalty.diagonal(covariance).value()
    #expect(near([offDiagonal * 9, diagonal * 9], [32, 26]))
  }

  @Test func anAggregateWithUnitCovarianceCostsNothing() throws {
    let corners = Tensor([1.0, 1, 1, -1, -1, 1, -1, -1], shape: [4, 2])
    func cost(_ covariance: Tensor) throws -> Double {
      let offDiagonal = try CovariancePenalty.offDiagonal(covariance).value()
      return try offDiagonal + CovariancePenalty.diagonal(covariance).value()
    }
    // At 0.6 of the corners, variances of 1 − 0.36 fill up the aggregate.
    let still = Normal(mean: corners, logVariance: corners.filled(with: -30))
    #expect(try cost(still.covarianceOfMeans()) < 1e-20)
    let shared = Normal(mean: corners * 0.6, logVariance: corners.filled(with: log(0.64)))
    #expect(try cost(shared.covarianceOfMixture()) < 1e-20)
    let prior = Normal(mean: corners.zerosLike(), logVariance: corners.zerosLike())
    #expect(try cost(prior.covarianceOfMixture()) == 0)
    #expect(try cost(prior.covarianceOfMeans()) == 2)
  }

  @Test func thePenaltiesHaveTheGradientsOfFiniteDifferences() throws {
    let random = RandomStream(3)
    let inputs = (0..<2).map { _ in random.normal([6, 3], type: .float64) }
    let error = try gradientError(inputs) { all in
      let q = Normal(mean: all[0], logVariance: all[1])
      return CovariancePenalty.offDiagonal(q.covarianceOfMeans())
        + CovariancePenalty.diagonal(q.covarianceOfMixture()) * 2
    }
    #expect(error < 1e-6)
  }
}
