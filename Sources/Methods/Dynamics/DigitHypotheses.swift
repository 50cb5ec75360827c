import Datasets
import Files
import Foundation
import Torch

/// Random functions that fit the same labelled images: of a kernel's prior, and of a network's first weights.
struct DigitHypotheses {
  private let x, y: Tensor  // [n, d], [n, classes]
  private let testX, testY: Tensor

  /// Images and indicators of their classes around the mean, of the first `count` for training and of `tests`.
  ///
  /// - Throws: ``UserError`` without labels, or what reading throws.
  init(_ examples: Examples, count: Int, tests: Int, seed: Seed) throws {
    let batch = try examples.batch(Array(shuffled(examples.count, seed).prefix(count + tests)))
    guard let labels = batch.labels else { throw UserError("the images have no labels") }
    let all = batch.x.flattened(from: 1).to(.float64)
    let classes = labels.oneHot(10).to(.float64) - 0.1
    (x, testX) = (all.sliced(0, 0, count), all.sliced(0, count, count + tests))
    (y, testY) = (classes.sliced(0, 0, count), classes.sliced(0, count, count + tests))
  }

  /// Test errors of `draws` functions of the radial kernel's posterior without noise; its width is the median
  /// distance and its variance that of the labels.
  ///
  /// - Throws: `TensorError`.
  func kernel(_ draws: Int, _ random: RandomStream) throws -> [Double] {
    let width = try x.distances(to: x).values(as: Double.self).filter { $0 > 0 }.median
    func kernel(_ a: Tensor, _ b: Tensor) -> Tensor {
      (a.distances(to: b).squared() * (-0.5 / (width * width))).exp() * 0.09
    }
    let jitter = Tensor.identity(x.size(0), type: .float64) * 1e-8
    let weights = (kernel(x, x) + jitter).solve(kernel(x, testX))  // [n, tests]
    let mean = weights.transposed().matmul(y)
    let left = kernel(testX, testX) - weights.transposed().matmul(kernel(x, testX))
    let rest = Tensor.identity(testX.size(0), type: .float64) * 1e-7
    let root = (left + rest).cholesky()
    return try (0..<draws).map { draw in
      let noise = random.child(draw).normal(testY.shape, type: .float64)
      return try (mean + root.matmul(noise)).squaredError(testY).mean().value()
    }
  }

  /// Test errors of `draws` networks of one hidden layer, trained from their own first weights by Adam until the mean
  /// squared error on all examples is below `fit`, or for `steps`.
  ///
  /// - Throws: `TensorError`.
  func networks(
    _ draws: Int, hidden: Int = 64, fit: Double = 1e-4, steps: Int = 1000, _ random: RandomStream
  ) throws -> [Double] {
    func weights(_ name: String, _ into: Int, _ out: Int) -> Tensor {
      let normal = random.child(name).normal([draws, into, out])
      return (normal * (2 / Double(into)).squareRoot()).requiringGradient()
    }
    let d = x.size(1)
    let parameters = [
      weights("hidden", d, hidden), Tensor.zeros([draws, 1, hidden]).requiringGradient(),
      weights("output", hidden, y.size(1)),
      Tensor.zeros([draws, 1, y.size(1)]).requiringGradient(),
    ]
    func outputs(_ x: Tensor) -> Tensor {
      let wide = x.to(.float32).unsqueezed(0).expanded([draws, x.size(0), d])
      let h = (wide.batchedMatmul(parameters[0]) + parameters[1]).relu()
      return h.batchedMatmul(parameters[2]) + parameters[3]
    }
    func errors(_ x: Tensor, _ y: Tensor) -> Tensor {
      (outputs(x) - y.to(.float32).unsqueezed(0)).squared().mean(over: 1, 2)
    }
    try descend(parameters, steps) {
      errors(x, y)
    } until: {
      $0 < fit
    }
    return try withoutGradients { try errors(testX, testY).values(as: Double.self) }
  }

  private func descend(
    _ parameters: [Tensor], _ steps: Int, _ errors: () -> Tensor, until enough: (Double) -> Bool
  ) throws {
    let adam = Adam(parameters)
    for step in 1...steps {
      let each = errors()
      if step % 10 == 0, enough(try each.max().value()) { return }
      try adam.step(each.sum().gradients(for: parameters), rate: 0.003)
    }
  }
}
