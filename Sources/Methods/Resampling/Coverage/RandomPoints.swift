import Evaluation
import Torch

/// Where the truth stands among posterior draws, by distance from a point.
///
/// Uniform on `[0, 1]` for a right posterior, whatever the points, as long as a point and the truth of
/// its simulation are independent given the observation.
///
/// - Source: Lemos et al., *Sampling-Based Accuracy Testing of Posterior Estimators for General
///   Inference*, ICML 2023, arXiv:2302.03026, §3.
/// - Departs: ranks are spread over the width of a rank at random, so that their distribution is exactly
///   uniform for any number of draws.
struct RandomPoints {
  /// Draws, `[simulations, draws, dimensions]`.
  let samples: Tensor
  /// True values, `[simulations, dimensions]`.
  let truth: Tensor

  /// How many draws lie nearer to the point than the truth does, and how many as near.
  func counts(_ points: Tensor) throws -> (nearer: [Double], ties: [Double]) {
    var nearer: [Double] = [], ties: [Double] = []
    let count = truth.size(0)
    // A part at a time, since the differences are as large as the draws.
    for start in stride(from: 0, to: count, by: 200) {
      let end = min(start + 200, count)
      let own = points.sliced(0, start, end)
      let gap = samples.sliced(0, start, end) - own.unsqueezed(1)
      let drawn = (gap * gap).sum(over: -1)
      let off = truth.sliced(0, start, end) - own
      let actual = (off * off).sum(over: -1, keep: true)
      nearer += try (drawn .< actual).to(.float64).sum(over: 1).values(as: Double.self)
      ties += try (drawn .== actual).to(.float64).sum(over: 1).values(as: Double.self)
    }
    return (nearer, ties)
  }

  /// The truth's place among the draws by distance from `points`, one for each simulation.
  func positions(_ points: Tensor, seed: Seed) throws -> [Double] {
    let (nearer, ties) = try counts(points)
    return spread(nearer, ties, seed)
  }

  /// The truth's place among the draws of one dimension, `[dimension][simulation]`.
  ///
  /// - Source: Talts et al., *Validating Bayesian inference algorithms with simulation-based
  ///   calibration*, 2018.
  func ranks(seed: Seed) throws -> [[Double]] {
    try (0..<truth.size(1)).map { dimension in
      let drawn = samples.selected(2, dimension)
      let actual = truth.selected(1, dimension).unsqueezed(1)
      let below = try (drawn .< actual).to(.float64).sum(over: 1).values(as: Double.self)
      let ties = try (drawn .== actual).to(.float64).sum(over: 1).values(as: Double.self)
      return spread(below, ties, seed.child(dimension))
    }
  }

  private func spread(_ ranks: [Double], _ ties: [Double], _ seed: Seed) -> [Double] {
    var random = SplitMix(seed)
    let draws = Double(samples.size(1))
    return zip(ranks, ties).map { ($0 + random.uniform() * ($1 + 1)) / (draws + 1) }
  }

  /// Points anywhere in the box that holds all truths, independent of the observations.
  func uniformPoints(_ random: RandomStream) -> Tensor {
    let low = truth.min(over: 0, keep: true), high = truth.max(over: 0, keep: true)
    return low + (high - low) * random.uniform(truth.shape, type: truth.dtype)
  }

  /// Points near where the observations say that the truths are, for all but the first `pilot`
  /// simulations, from which a linear prediction is learnt.
  ///
  /// The points of a simulation depend on its own observation and on other simulations only.
  func predictedPoints(_ observations: Tensor, pilot: Int, _ random: RandomStream) -> Tensor {
    let ones = Tensor.ones([observations.size(0), 1], type: truth.dtype)
    let middle = observations.mean(over: 0, keep: true)
    let scale = observations.standardDeviation(over: 0, keep: true).clamped(atLeast: 1e-12)
    let x = Tensor.concatenate([ones, (observations - middle) / scale], along: 1)
    let known = x.sliced(0, 0, pilot), answers = truth.sliced(0, 0, pilot)
    // A ridge of one keeps the prediction steady where there are as many columns as simulations.
    let gram =
      known.transposed().matmul(known) + Tensor.identity(x.size(1), type: truth.dtype)
    let weights = gram.solve(known.transposed().matmul(answers))
    let rest = answers - known.matmul(weights)
    let noise = rest.standardDeviation(over: 0, keep: true)
    let predicted = x.sliced(0, pilot, x.size(0)).matmul(weights)
    return predicted + noise * random.normal(predicted.shape, type: truth.dtype)
  }

  /// The same without the first `pilot` simulations.
  func dropping(_ pilot: Int) -> RandomPoints {
    let count = truth.size(0)
    return RandomPoints(
      samples: samples.sliced(0, pilot, count), truth: truth.sliced(0, pilot, count))
  }
}
