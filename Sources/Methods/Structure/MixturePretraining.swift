import Foundation
import Probability
import Torch

/// Inputs of a mixture of normals with unit covariances, and a response whose mean depends on the component.
///
/// The means are orthogonal and of one length, so that all are equally far apart; the components are equally likely.
///
/// - Source: Ge, Tang, Fan & Jin, *On the Provable Advantage of Unsupervised Pretraining*, ICLR 2024,
///   arXiv:2303.01566.
/// - Departs: the class's covariances are known to be the identity; its weights are fitted too.
struct MixturePretraining: PretrainingWorld, Equatable {
  static let rivals = ["composed regression", "ridge"]

  /// Inputs (d) and components (k), k ≤ d.
  var dimensions = 100
  var components = 5
  /// Distance of any two means, in deviations of a component.
  var separation = 4.0
  /// Deviation of the response about its mean given the component; the means have mean 0 and variance 1.
  var noise = 0.5
  /// Inputs that risks are averages over.
  var tests = 20_000
  /// Sets of labels that a pretrained risk averages; labels alone have the first.
  var labelSets = 10
  /// Most steps of the composed regression.
  var steps = 200

  /// Length of a mean.
  var length: Double { separation / 2.0.squareRoot() }

  func measure(_ seed: Seed, unlabelled: [Int], labelled: [Int]) throws -> PretrainingRisks {
    let sample = sample(seed)
    let pool = sample.draw(unlabelled.max() ?? 1).x
    let mixture = GaussianMixture(shape: .unit, tolerance: 1e-7, iterations: 500)
    let models = try unlabelled.enumerated().map { i, m in
      try mixture.fit(
        pool.sliced(0, 0, m), components: components, seed: seed.child("restarts").child(i))
    }
    let shares = models.map { $0.responsibilities(sample.tests) }
    var risks = PretrainingRisks(
      try shares.map(sample.representationRisk), labelled: labelled.count)
    for set in 0..<labelSets {
      let (x, y) = sample.draw(labelled.max() ?? 1)
      for (i, model) in models.enumerated() {
        let own = model.responsibilities(x)
        for (j, n) in labelled.enumerated() {
          let head = PretrainingArms.head(own.sliced(0, 0, n), of: y.sliced(0, 0, n))
          let risk = try sample.excessRisk(shares[i].matmul(head))
          risks.pretrained[i][j] += risk / Double(labelSets)
        }
      }
      if set == 0 { risks.alone = try alone(sample, x, y, labelled, seed) }
    }
    return risks
  }

  /// The risks of the rivals.
  private func alone(
    _ sample: Sample, _ x: Tensor, _ y: Tensor, _ labelled: [Int], _ seed: Seed
  ) throws -> [[Double]] {
    let composed = ComposedRegression(components: components, steps: steps)
    return [
      try labelled.map { n in
        let (own, targets) = (x.sliced(0, 0, n), y.sliced(0, 0, n))
        let model = try composed.fit(own, targets, seed: seed.child("composed").child(n))
        return try sample.excessRisk(model(sample.tests))
      },
      try labelled.map { n in
        let (own, targets) = (x.sliced(0, 0, n), y.sliced(0, 0, n))
        let (middle, level) = (own.mean(over: 0, keep: true), targets.mean())
        let slopes = try PretrainingArms.ridge(own - middle, targets - level, spent: 1)
        return try sample.excessRisk((sample.tests - middle).matmul(slopes) + level)
      },
    ]
  }

  /// One world with its examples.
  struct Sample {
    let world: MixturePretraining
    /// `[k, d]`.
    let means: Tensor
    /// The response's mean in each component, `[k, 1]`.
    let values: Tensor
    let random: RandomStream
    /// Inputs that risks are averages over, `[tests, d]`, and the best prediction there, `[tests, 1]`.
    private(set) var tests = Tensor(0)
    private(set) var best = Tensor(0)

    init(_ world: MixturePretraining, _ means: Tensor, _ values: Tensor, _ random: RandomStream) {
      (self.world, self.means, self.values, self.random) = (world, means, values, random)
      tests = draw(world.tests, from: random.child("tests")).x
      best = posterior(tests).matmul(values)
    }

    /// `count` inputs with responses.
    func draw(_ count: Int) -> (x: Tensor, y: Tensor) { draw(count, from: random) }

    private func draw(_ count: Int, from random: RandomStream) -> (x: Tensor, y: Tensor) {
      let places = random.integers(0..<world.components, [count])
      let z = places.oneHot(world.components).to(.float64)
      let x = z.matmul(means) + random.normal([count, world.dimensions], type: .float64)
      let y = z.matmul(values) + random.normal([count, 1], type: .float64) * world.noise
      return (x, y)
    }

    /// The true probability of each component given inputs `[n, d]`, `[n, k]`: the means have one length.
    func posterior(_ x: Tensor) -> Tensor { x.matmul(means.transposed()).softmax(along: 1) }

    /// The excess risk of the best head on responsibilities of the test inputs, `[tests, k]`.
    ///
    /// - Throws: `TensorError`.
    func representationRisk(_ shares: Tensor) throws -> Double {
      let ridge = Tensor.identity(world.components, type: .float64) * 1e-9
      let gram = shares.transposed().matmul(shares) + ridge
      return try excessRisk(shares.matmul(gram.solve(shares.transposed().matmul(best))))
    }

    /// The excess risk of predictions for the test inputs, `[tests, 1]`.
    ///
    /// - Throws: `TensorError`.
    func excessRisk(_ predictions: Tensor) throws -> Double {
      try (predictions - best).squared().mean().value()
    }
  }

  /// The world of `seed`.
  func sample(_ seed: Seed) -> Sample {
    let random = RandomStream(seed)
    let basis = random.normal([dimensions, components], type: .float64).qr().q
    let free = random.normal([components, 1], type: .float64)
    let centred = free - free.mean()
    let values = centred / centred.squared().mean().squareRoot()
    return Sample(self, basis.transposed() * length, values, random)
  }
}
