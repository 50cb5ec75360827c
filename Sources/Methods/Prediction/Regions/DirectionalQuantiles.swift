import Learning
import Networks
import Torch

/// The quantile of a vector along every direction, given features: where all half-spaces meet is a region.
///
/// - Source: Kong & Mizera, *Quantile tomography*, 2012; with one network for all directions, Feldman, Bates & Romano, 2023,
///   §2.2.
struct DirectionalQuantiles: Module {
  private let network: MLP

  init(features: Int, dimensions: Int, hidden: [Int], _ random: RandomStream) {
    network = MLP([features + dimensions] + hidden + [1], activation: .leakyRelu, random)
  }

  /// Quantiles along each direction, from `[n, d]` and `[u, k]` to `[n, u]`.
  func callAsFunction(_ x: Tensor, _ directions: Tensor) -> Tensor {
    let (n, u) = (x.size(0), directions.size(0))
    let rows = x.repeatingEach(u, along: 0)  // [n · u, d]
    let inputs = Tensor.concatenate([rows, directions.tiled(n, 1)], along: 1)
    return network(inputs).reshaped(n, u)
  }

  /// The pinball loss of the vectors `z`, `[n, k]`, along random directions.
  func loss(_ x: Tensor, _ z: Tensor, level: Double, directions count: Int, _ random: RandomStream)
    -> Tensor
  {
    let directions = unitDirections(count, z.size(1), random)
    return pinball(z.matmul(directions.transposed()) - self(x, directions), level)
  }
}

/// Directions drawn evenly, `[count, k]`.
func unitDirections(_ count: Int, _ dimensions: Int, _ random: RandomStream) -> Tensor {
  let drawn = random.normal([count, dimensions])
  return drawn / drawn.norm(over: 1, keep: true).clamped(atLeast: 1e-12)
}

/// The mean of `level` times what lies above a quantile, and 1 − `level` times what lies below.
func pinball(_ above: Tensor, _ level: Double) -> Tensor {
  (above * level).maximum(above * (level - 1)).mean()
}

/// Quantiles of each response by itself, which make a box.
struct CoordinateQuantiles: Module {
  private let network: MLP
  private let responses: Int

  init(features: Int, responses: Int, hidden: [Int], _ random: RandomStream) {
    network = MLP([features] + hidden + [2 * responses], activation: .leakyRelu, random)
    self.responses = responses
  }

  /// The box of each row, `[n, q]` each.
  func ends(_ x: Tensor) -> (low: Tensor, high: Tensor) {
    let both = network(x).split(into: 2, along: 1)
    return (both[0], both[1])
  }

  /// The pinball loss of both ends of boxes that miss with probability `miss`, shared by the responses.
  func loss(_ data: PairedRows, miss: Double) -> Tensor {
    let share = miss / Double(2 * responses)
    let (low, high) = ends(data.x)
    return pinball(data.y - low, share) + pinball(data.y - high, 1 - share)
  }
}
