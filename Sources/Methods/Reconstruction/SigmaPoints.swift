import Probability
import Torch

/// Places that stand for a normal distribution in the unscented transform: its mean, and a pair on each axis.
///
/// - Source: Uhlmann, *Dynamic map building and localization*, 1995; Julier & Uhlmann, *Unscented filtering and
///   nonlinear estimation*, 2004.
struct SigmaPoints {
  /// Which of the 2 k + 1 points of an example are taken.
  enum Selection: String, Codable, CaseIterable, Sendable {
    /// So many, each drawn from all.
    case random
    /// Pairs on drawn axes, the two opposite points of each.
    case pairs
    /// The mean and every pair.
    case all
  }

  let posterior: Normal
  /// What is added to k in the distance of the points from the mean, in deviations, under a root.
  let spread = 1e-3

  init(_ posterior: Normal) { self.posterior = posterior }

  /// How many points a selection of `count` has for codes of `latents` numbers.
  static func count(_ selection: Selection, _ count: Int, latents: Int) -> Int {
    selection == .all ? 2 * latents + 1 : count
  }

  /// The points of all examples, point by point, `[count · n, k]`.
  func points(_ selection: Selection, count: Int, _ random: RandomStream) -> Tensor {
    let (n, k) = (posterior.mean.size(0), posterior.mean.size(1))
    let signs: Tensor  // [count, n, k], −1, 0 or 1
    switch selection {
    case .random:
      // Place 0 is the mean, the first k after it are on one side, the last k on the other.
      let picked = random.integers(0..<2 * k + 1, [count, n]).oneHot(2 * k + 1)
      signs = picked.sliced(2, 1, k + 1) - picked.sliced(2, k + 1, 2 * k + 1)
    case .pairs:
      let axes = random.integers(0..<k, [count / 2, n]).oneHot(k)
      signs = Tensor.concatenate([axes, -axes])
    case .all:
      let axes = Tensor.identity(k, device: posterior.mean.device).unsqueezed(1)
      signs = Tensor.concatenate([axes.sliced(0, 0, 1).zerosLike(), axes, -axes])
        .expanded([2 * k + 1, n, k])
    }
    let reach = posterior.deviation * (Double(k) + spread).squareRoot()  // [n, k]
    let moved = signs.to(posterior.mean.dtype) * reach.unsqueezed(0) + posterior.mean.unsqueezed(0)
    return moved.reshaped(-1, k)
  }
}

extension Normal {
  /// The squared Wasserstein distance to the standard normal, ‖μ‖² + ‖σ − 1‖², `[n]`.
  func squaredTransportFromStandard() -> Tensor {
    (mean.squared() + (deviation - 1).squared()).sumPerExample()
  }
}
