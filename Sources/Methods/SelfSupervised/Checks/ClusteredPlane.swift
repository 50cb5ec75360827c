import Datasets
import Foundation
import Torch

/// Two clusters in the plane that no line parts, brought to mean 0 and deviation 1.
enum ClusteredPlane: String, CaseIterable {
  /// Half circles of radius 1 that reach into each other.
  case moons
  /// Circles of radius 1.5 and 0.6 around one centre.
  case circles

  /// 2,000 points to learn from, 1,000 to choose by and 1,000 to judge by, with normal noise of deviation 0.08.
  ///
  /// - Throws: `UserError`.
  func source(_ seed: Seed) throws -> Source {
    let counts = [2000, 1000, 1000]
    let (x, labels) = points(counts.reduce(0, +), RandomStream(seed.child(rawValue)))
    let fitted = x[0..<counts[0]]
    let (mean, deviation) = (
      fitted.mean(over: 0, keep: true), fitted.standardDeviation(over: 0, keep: true)
    )
    var start = 0
    let parts = try counts.map { count in
      defer { start += count }
      return try Examples(
        given: (x[start..<start + count] - mean) / deviation,
        labels: Array(labels[start..<start + count]))
    }
    return try Source(
      given: rawValue, Domain(shape: [2], support: .real, classes: ["one", "other"]),
      train: parts[0], validation: parts[1], test: parts[2])
  }

  /// Points `[n, 2]`, those of both clusters in turn.
  private func points(_ count: Int, _ random: RandomStream) -> (Tensor, [Int]) {
    let labels = (0..<count).map { $0 % 2 }
    let second = Tensor(labels.map(Float.init))  // [n]
    let turn = random.child("turn").uniform([count]) * .pi
    let noise = random.child("noise").normal([count, 2]) * 0.08
    switch self {
    case .moons:
      let side = 1 - second * 2
      let (a, b) = (turn.cos() * side + second, turn.sin() * side + second * 0.5)
      return (Tensor.stack([a, b], along: 1) + noise, labels)
    case .circles:
      let radius = 1.5 - second * 0.9
      let ends = Tensor.stack([(turn * 2).cos(), (turn * 2).sin()], along: 1)
      return (ends * radius.unsqueezed(1) + noise, labels)
    }
  }
}
