import Torch

/// Examples that students learn from and are judged by, white and normal.
struct StudentSample {
  let x: Tensor  // [n, d]
  let test: Tensor  // [tests, d]
  let covariance: Tensor  // [d, d]

  init(_ students: Students, _ random: RandomStream) {
    let d = students.inputs
    x = random.child("training").normal([students.samples, d], type: .float64)
    test = random.child("test").normal([students.tests, d], type: .float64)
    covariance = x.transposed().matmul(x) / Double(students.samples)
  }

  func inputs(_ side: LinearFlow.Side) -> Tensor { side == .training ? x : test }
}

/// Students side by side, and one step of gradient descent of all of them.
protocol StudentWorld {
  /// What they say less what their teacher says, `[n, arms · k]`.
  func residuals(_ side: LinearFlow.Side) -> Tensor
  mutating func step()
}

/// Linear students of a linear teacher, whose steps need the examples' covariance alone.
struct LinearWorld: StudentWorld {
  private let sample: StudentSample
  private let teacher: Tensor  // [d, arms · k]
  private var student: Tensor  // [d, arms · k]
  private let keep: Tensor  // [d, d]
  private let gain: Tensor  // [d, arms · k]
  private let shrink: Tensor?  // [1, arms · k]

  init(
    _ students: Students, _ sample: StudentSample, _ arms: [Students.Arm], _ random: RandomStream
  ) {
    self.sample = sample
    let (d, k) = (students.inputs, students.outputs)
    func row(_ value: (Students.Arm) -> Double) -> Tensor {
      Tensor(arms.flatMap { arm in (0..<k).map { _ in value(arm) } }, shape: [1, arms.count * k])
    }
    func entries(_ name: String) -> Tensor {
      let one = random.child(name).normal([d, k], type: .float64)
      return (one / Double(d).squareRoot()).tiled(1, arms.count)
    }
    teacher = entries("teacher")
    student = entries("student") * row(\.scale)
    keep = Tensor.identity(d, type: .float64) - sample.covariance * (2 * students.step)
    gain = sample.covariance.matmul(teacher) * (2 * students.step)
    shrink = arms.allSatisfy { $0.decay == 0 } ? nil : row { $0.decay * 2 * students.step }
  }

  func residuals(_ side: LinearFlow.Side) -> Tensor {
    sample.inputs(side).matmul(student - teacher)
  }

  mutating func step() {
    let next = gain.addingProduct(keep, student)
    student = shrink.map { next - student * $0 } ?? next
  }
}

/// Students of two layers with a hyperbolic tangent between them, `f(x) = 2√h · tanh(xW) v` for `h` neurons, of a
/// teacher of the same kind.
///
/// Entries of `W` start with variance 1 / (2dh) and those of `v` with 1 / (2h), so that slopes along inputs have
/// variance 1/d, as a linear student's have. A step goes down the squared error over 2h and the scale, which makes it
/// as long as a linear student's at the start where the tangent is straight; half the decay falls on each layer, which
/// shrinks the product by the whole. An arm's scale is the product's.
///
/// - Source: the sizes of the first weights are those of Levi, Beck & Bar-Sinai, arXiv:2310.16441, as a public
///   reproduction has them.
struct TanhWorld: StudentWorld {
  private let sample: StudentSample
  private let wanted: (training: Tensor, test: Tensor)  // [1, n, k]
  private(set) var first: Tensor  // [arms, d, h]
  private(set) var second: Tensor  // [arms, h, k]
  private let shrink: Tensor  // [arms, 1, 1]
  private let size: Double
  private let pull: Tensor  // [arms, 1, 1]

  init(
    _ students: Students, _ sample: StudentSample, _ arms: [Students.Arm], _ random: RandomStream
  ) {
    self.sample = sample
    let (d, h, k) = (students.inputs, students.neurons, students.outputs)
    func column(_ value: (Students.Arm) -> Double) -> Tensor {
      Tensor(arms.map(value), shape: [arms.count, 1, 1])
    }
    func layers(_ name: String) -> (Tensor, Tensor) {
      let random = random.child(name)
      let first = random.child("first").normal([1, d, h], type: .float64)
      let second = random.child("second").normal([1, h, k], type: .float64)
      return (first / Double(2 * d * h).squareRoot(), second / Double(2 * h).squareRoot())
    }
    size = 2 * Double(h).squareRoot()
    // 2 · step of the mean over the examples of 2 · residual² / size², over the scale.
    let rate = 4 * students.step / size / Double(sample.x.size(0))
    pull = column { rate / $0.scale }
    let teacher = layers("teacher"), start = layers("student")
    let scales = column { $0.scale.squareRoot() }
    (first, second) = (start.0 * scales, start.1 * scales)
    shrink = column { $0.decay * students.step }
    wanted = (
      Self.outputs(sample.x, teacher.0, teacher.1) * size,
      Self.outputs(sample.test, teacher.0, teacher.1) * size
    )
  }

  /// Hidden layer and outputs without their size, of inputs `[n, d]`: `[arms, n, k]`.
  private static func outputs(_ x: Tensor, _ first: Tensor, _ second: Tensor) -> Tensor {
    x.matmul(first).tanh().matmul(second)
  }

  func residuals(_ side: LinearFlow.Side) -> Tensor {
    let wanted = side == .training ? wanted.training : wanted.test
    let all = Self.outputs(sample.inputs(side), first, second) * size - wanted
    return all.permuted(1, 0, 2).flattened(from: 1)
  }

  mutating func step() {
    let hidden = sample.x.matmul(first).tanh()  // [arms, n, h]
    let residuals = hidden.matmul(second) * size - wanted.training
    let back = residuals.matmul(second.transposed()) * (1 - hidden.squared())
    second =
      second - hidden.transposed().matmul(residuals) * pull - second * shrink
    first = first - sample.x.transposed().matmul(back) * pull - first * shrink
  }
}
