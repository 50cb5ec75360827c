import Torch

/// The paper's generated responses: a noisy wave whose length depends on the features.
struct CurvedResponses {
  let features: Int
  /// Whether a sine of the features is added to the second response.
  let isShifted: Bool

  /// `rows` rows of features, uniform on 0.8…3.2, and of two responses.
  func draw(_ rows: Int, _ seed: Seed) -> (x: Tensor, y: Tensor) {
    let random = RandomStream(seed)
    let weights = random.uniform([features])
    let x = random.uniform([rows, features]) * 2.4 + 0.8
    let stretch = x.matmul((weights / weights.sum()).unsqueezed(1)).squeezed(1)
    let z = (random.uniform([rows]) * 2 - 1) * Double.pi / stretch
    let angle = random.uniform([rows]) * (2 * Double.pi)
    let radius = (random.uniform([rows]) * 2 - 1) * 0.1
    let first = z + radius * angle.cos()
    var second = (1 - (stretch * z).cos()) / 2 + radius * angle.sin()
    if isShifted { second += x.mean(over: 1).sin() }
    return (x, Tensor.stack([first, second], along: 1))
  }
}
