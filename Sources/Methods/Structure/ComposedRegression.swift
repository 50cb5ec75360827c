import Foundation
import Probability
import Torch

/// Regression with the composite of a mixture's responsibilities and a head, learned from labels alone:
/// Σ v softmax(w'x + c), by descent on the squared error.
///
/// A fifth of the examples is held out, and chooses start, rate, penalty and the number of steps; with these all
/// examples are learned from. Two of three starts are centres of k-means on the same inputs.
struct ComposedRegression: Sendable {
  var components: Int
  var steps = 200
  /// Steps between looks at what is held out.
  var interval = 5

  /// Factors of the centres that descent starts from; nothing for small random gates.
  private static let starts: [Double?] = [1, 0.5, nil]
  /// Adam's rate, and the penalty on squared gates.
  private static let rates: [(rate: Double, penalty: Double)] = [
    (0.001, 0), (0.001, 0.01), (0.01, 0), (0.01, 0.01),
  ]

  /// The predictions for `[n, d]`, `[n, 1]`, of what is learned from inputs `[n, d]` and responses `[n, 1]`.
  ///
  /// - Throws: `TensorError`.
  func fit(_ x: Tensor, _ y: Tensor, seed: Seed) throws -> (Tensor) -> Tensor {
    let (n, held) = (x.size(0), max(1, x.size(0) / 5))
    let (own, rest) = (n - held, n)
    let some = try starts(x.sliced(0, 0, own), y.sliced(0, 0, own), seed)
    var race = ComposedDescent(
      some.flatMap { start in Self.rates.map { (start, $0.rate, $0.penalty) } })
    let (inputs, targets) = (ComposedDescent.padded(x), y.to(.float32))
    let (unseen, answers) = (inputs.sliced(0, own, rest), targets.sliced(0, own, rest))
    var best = (error: Double.infinity, arm: 0, steps: 0)
    for step in 0...steps {
      if step % interval == 0 {
        let errors = (race.predictions(unseen) - answers).squared().mean(over: 0)
        for (arm, error) in try errors.values(as: Float.self).enumerated()
        where Double(error) < best.error {
          best = (Double(error), arm, step)
        }
      }
      race.step(inputs.sliced(0, 0, own), targets.sliced(0, 0, own))
    }
    let chosen = Self.rates[best.arm % Self.rates.count]
    let start = try starts(x, y, seed)[best.arm / Self.rates.count]
    var last = ComposedDescent([(start, chosen.rate, chosen.penalty)])
    for _ in 0..<best.steps { last.step(inputs, targets) }
    return { last.predictions(ComposedDescent.padded($0)).to(.float64) }
  }

  /// Gates, intercepts and values, `[k, d + 2]`, for each of the starts.
  private func starts(_ x: Tensor, _ y: Tensor, _ seed: Seed) throws -> [Tensor] {
    let found = try KMeans(clusters: components, restarts: 3).fit(x, seed: seed)
    let parts = Tensor(found.labels.map(Int64.init), shape: [x.size(0)])
    let members = parts.oneHot(components).to(.float64)
    let sums = members.transposed().matmul(y) + y.mean()
    let means = sums / (members.sum(over: 0).unsqueezed(1) + 1)  // [k, 1]
    let offsets = found.centres.squared().sum(over: 1).unsqueezed(1) * -0.5
    return Self.starts.map { factor in
      guard let factor else {
        let random = RandomStream(seed.child("gates"))
        let gates = random.normal([components, x.size(1)], type: .float64) * 0.03
        let spread = Tensor.linspace(-1.5, 1.5, count: components, type: .float64).unsqueezed(1)
        return Tensor.concatenate([gates, offsets * 0, spread + y.mean()], along: 1)
      }
      return Tensor.concatenate(
        [found.centres * factor, offsets * (factor * factor), means], along: 1)
    }
  }
}

/// Adam on the mean squared error of several composites side by side, in single precision.
struct ComposedDescent {
  private var place: Tensor  // [arms, k, d + 2]
  private let rates, penalties: Tensor
  private var (first, second) = (Tensor(0), Tensor(0))
  private var count = 0

  init(_ arms: [(start: Tensor, rate: Double, penalty: Double)]) {
    place = Tensor.stack(arms.map(\.start)).to(.float32)
    rates = Tensor(arms.map { Float($0.rate) }, shape: [arms.count, 1, 1])
    let columns = place.size(2)
    let gates = (Tensor.range(0, Double(columns)) .< Double(columns - 2)).to(.float32)
    penalties = Tensor(arms.map { Float($0.penalty) }, shape: [arms.count, 1, 1]) * gates
    (first, second) = (place.zerosLike(), place.zerosLike())
  }

  /// Inputs with a column of ones, `[n, d + 1]`.
  static func padded(_ x: Tensor) -> Tensor {
    Tensor.concatenate([x, Tensor.ones([x.size(0), 1], type: .float64)], along: 1).to(.float32)
  }

  /// Of each of the arms, `[n, arms]`.
  func predictions(_ x: Tensor) -> Tensor { parts(x).predictions }

  mutating func step(_ x: Tensor, _ y: Tensor) {
    let (arms, k, n) = (place.size(0), place.size(1), x.size(0))
    let (shares, values, predictions) = parts(x)
    let errors = ((predictions - y) * (1 / Double(n))).unsqueezed(2)  // [n, arms, 1]
    let pull = (shares * (values - predictions.unsqueezed(2)) * errors).reshaped(n, arms * k)
    let gates = pull.transposed().matmul(x).reshaped(arms, k, x.size(1))
    let heads = (shares * errors).sum(over: 0).unsqueezed(2)
    let slope = Tensor.concatenate([gates, heads], along: 2) + place * penalties
    count += 1
    first = first * 0.9 + slope * 0.1
    second = second * 0.99 + slope.squared() * 0.01
    let mean = first / (1 - pow(0.9, Double(count)))
    let scale = (second / (1 - pow(0.99, Double(count)))).squareRoot() + 1e-8
    place = place - mean / scale * rates
  }

  private func parts(_ x: Tensor) -> (shares: Tensor, values: Tensor, predictions: Tensor) {
    let (arms, k, d) = (place.size(0), place.size(1), x.size(1))
    let gates = place.sliced(2, 0, d).reshaped(arms * k, d)
    let shares = x.matmul(gates.transposed()).reshaped(x.size(0), arms, k).softmax(along: 2)
    let values = place.sliced(2, d, d + 1).squeezed(2)  // [arms, k]
    return (shares, values, (shares * values).sum(over: 2))
  }
}
