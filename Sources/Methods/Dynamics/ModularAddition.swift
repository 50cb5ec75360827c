import Files
import Torch

/// Sums modulo a number, learnt by a two-layer network of squares whose output scale makes it lazy or rich.
///
/// f(a, b) = α (mean over neurons of (u·x)² v, less the same at the start), where x marks a and b among 2m inputs; full
/// batches, no weight decay.
///
/// - Source: the network is Gromov's, *Grokking modular arithmetic*, 2023, arXiv:2301.02679; its scale Kumar et al.'s,
///   arXiv:2310.06110.
struct ModularAddition: Sendable {
  var modulus = 13
  var neurons = 150
  /// Share of the sums that are known.
  var share = 0.85
  /// Step size for each neuron's share, over α².
  var rate = 0.004
  /// Accuracy that counts as having learnt.
  var goal = 0.95
  var horizon = 5000

  /// How one network fared.
  struct Course: Sendable {
    var grokking = GrokkingTime(fit: .infinity, generalisation: .infinity)
    /// Share of new sums that it has right at the end.
    var accuracy = 0.0
  }

  /// The course at output scale `scale`; the split and the start follow from `seed` alone.
  ///
  /// - Throws: `TensorError`, or ``UserError`` where it is told to stop or the training leaves the numbers.
  func run(scale: Double, seed: Seed, shouldStop: () -> Bool = { false }) throws -> Course {
    let random = RandomStream(seed)
    let (x, sums) = sums
    let order = random.child("split").permutation(modulus * modulus)
    let known = max(1, Int(share * Double(order.count)))
    let rows = (order.sliced(0, 0, known), order.sliced(0, known, order.count))
    let target = sums.oneHot(modulus).to(.float32) - 1 / Double(modulus)
    var u = random.child("first").normal([2 * modulus, neurons])
    var v = random.child("second").normal([neurons, modulus])
    let start = x.matmul(u).squared().matmul(v)
    let (inputs, wanted) = (x.indexSelect(0, rows.0), target.indexSelect(0, rows.0))
    let offset = start.indexSelect(0, rows.0)
    let size = 2 * rate / (scale * Double(known))
    var course = Course()
    for step in 0...horizon {
      let h = inputs.matmul(u)
      let residuals = (h.squared().matmul(v) - offset) * (scale / Double(neurons)) - wanted
      if step % 20 == 0 || step == horizon {
        try require(!shouldStop(), "stopped")
        let outputs = x.matmul(u).squared().matmul(v) - start
        let right = (outputs.argmax(over: 1) .== sums).to(.float64)
        let fitted = try right.indexSelect(0, rows.0).mean().value()
        course.accuracy = try right.indexSelect(0, rows.1).mean().value()
        guard try residuals.sum().value().isFinite else {
          throw UserError("the network of scale \(scale) left the numbers on modular addition")
        }
        if fitted >= goal { course.grokking.fit = min(course.grokking.fit, Double(step)) }
        if course.accuracy >= goal {
          course.grokking.generalisation = Double(step)
          if course.grokking.fit.isFinite { return course }
        }
      }
      let back = residuals.matmul(v.transposed()) * h * 2
      v = v - h.squared().transposed().matmul(residuals) * size
      u = u - inputs.transposed().matmul(back) * size
    }
    return course
  }

  /// All pairs with ones at a and at modulus + b, and their sums.
  private var sums: (x: Tensor, sums: Tensor) {
    let pairs = (0..<modulus).flatMap { a in (0..<modulus).map { b in (a, b) } }
    func marks(_ values: [Int]) -> Tensor {
      Tensor(values.map(Int64.init), shape: [values.count]).oneHot(modulus).to(.float32)
    }
    let sums = pairs.map { Int64(($0.0 + $0.1) % modulus) }
    return (
      Tensor.concatenate([marks(pairs.map(\.0)), marks(pairs.map(\.1))], along: 1),
      Tensor(sums, shape: [sums.count])
    )
  }
}
