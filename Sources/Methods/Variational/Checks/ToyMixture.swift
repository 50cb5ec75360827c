import Foundation
import Networks
import Probability
import Torch

/// Five bits whose log odds follow a latent number from a mixture of four normals: a model whose evidence is a sum over
/// a grid, with a posterior that has two modes where the bits disagree.
struct ToyMixture: Module {
  /// Logits of the components' weights, `[4]`.
  let logits: Parameter
  /// Means of the components, whose deviation is 1, `[4]`.
  let means: Parameter

  /// Where each bit's odds are even, `[5]`.
  static let thresholds: [Float] = [-6, -3, 0, 3, 6]
  static let trueWeights = [0.15, 0.15, 0.35, 0.35]
  static let trueMeans = [-5.0, -1.5, 1.5, 5.0]

  init(weights: [Double], means: [Double]) {
    logits = Parameter(Tensor(weights.map { Float(log($0)) }))
    self.means = Parameter(Tensor(means.map(Float.init)))
  }

  static var truth: ToyMixture { ToyMixture(weights: trueWeights, means: trueMeans) }

  /// Where training starts.
  static var start: ToyMixture {
    ToyMixture(weights: [0.25, 0.25, 0.25, 0.25], means: [-6, -0.5, 0.5, 6])
  }

  /// `count` rows of bits, `[count, 5]`.
  func draws(_ count: Int, _ random: RandomStream) -> Tensor {
    let place = random.child("place").categorical(logits.tensor.detached().softmax(), count: count)
    let z = means.tensor.detached().indexSelect(0, place) + random.child("z").normal([count])
    return random.child("bits").bernoulli(odds(z).sigmoid())
  }

  private func odds(_ z: Tensor) -> Tensor {
    z.unsqueezed(1) - Tensor(Self.thresholds, shape: [1, Self.thresholds.count])
  }

  /// log p(x, z), `[m, 5]` and `[m]` to `[m]`, nats.
  func logJoint(_ x: Tensor, _ z: Tensor) -> Tensor {
    let gaps = (z.unsqueezed(1) - means.tensor.unsqueezed(0)).squared() * -0.5  // [m, 4]
    let prior =
      (gaps + logits.tensor.logSoftmax().unsqueezed(0)).logSumExp(over: 1) - 0.5 * log(2 * .pi)
    return prior + odds(z).bernoulliLogProbability(of: x)
  }

  /// log p(x) of each row by a sum over a grid, nats, `[n]`.
  func evidence(_ x: Tensor) -> Tensor {
    let points = 1201
    let grid = Tensor.linspace(-15, 15, count: points)
    let n = x.size(0)
    let joint = logJoint(
      x.repeatingEach(points, along: 0), grid.tiled(n))  // [n · points]
    return joint.reshaped(n, points).logSumExp(over: 1) + log(30.0 / Double(points - 1))
  }

  /// The mean distance of the means from the true ones, and of the weights.
  func errors() throws -> (means: Double, weights: Double) {
    let found = try means.tensor.values(as: Double.self)
    let shares = try logits.tensor.softmax().values(as: Double.self)
    func distance(_ a: [Double], _ b: [Double]) -> Double {
      zip(a, b).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(a.count)
    }
    return (distance(found, Self.trueMeans), distance(shares, Self.trueWeights))
  }
}
