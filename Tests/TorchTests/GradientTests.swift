import Testing
import Torch

@Suite struct GradientTests {
  init() { Runtime.threads = 1 }

  func draw(_ shape: Int..., seed: UInt64 = 1) -> Tensor {
    RandomStream(seed).normal(shape, type: .float64)
  }

  @Test func theSecondDerivativeOfX4IsTwelveX2() throws {
    let x = Tensor([2.0, -1]).requiringGradient()
    let first = try gradient(of: x.power(4).sum(), wrt: x, createGraph: true)
    let second = try gradient(of: first.sum(), wrt: x, createGraph: true)
    let third = try gradient(of: second.sum(), wrt: x)
    #expect(try first.values() == [32, -4])
    #expect(try second.values() == [48, 12])
    #expect(try third.values() == [48, -24])
  }

  @Test func aJacobianIsThatOfAKnownMapAndItsProductsAgree() throws {
    // f(x, y, z) = (x y, sin z), so J = [[y, x, 0], [0, 0, cos z]].
    func f(_ x: Tensor) -> Tensor { Tensor.stack([x[0] * x[1], x[2].sin()]) }
    let x = Tensor([2.0, 3, 0])
    #expect(try jacobian(at: x, f).values() == [3, 2, 0, 0, 0, 1])
    #expect(try vectorJacobianProduct(at: x, Tensor([1.0, 10]), f).values() == [3, 2, 10])
    #expect(try jacobianVectorProduct(at: x, Tensor([1.0, 1, 5]), f).values() == [5, 5])
  }

  @Test func nothingIsRecordedWithoutGradients() throws {
    let x = Tensor([3.0]).requiringGradient()
    let silent = withoutGradients { x.squared() }
    #expect(!silent.requiresGradient)
    #expect(x.squared().requiresGradient)
    #expect(withoutGradients { withGradients { x.squared() } }.requiresGradient)
    #expect(!x.squared().detached().requiresGradient)
    #expect(throws: TensorError.self) { try silent.gradient(of: x) }
    struct Stop: Error {}
    #expect(throws: Stop.self) { try withoutGradients { throw Stop() } }
    #expect(x.squared().requiresGradient)
  }

  @Test func anUnusedInputHasZeroGradientAndAVectorNeedsWeights() throws {
    let x = Tensor([1.0, 2]).requiringGradient()
    let unused = Tensor([5.0]).requiringGradient()
    let both = try x.squared().sum().gradients(for: [x, unused])
    #expect(try both[0].values() == [2, 4])
    #expect(try both[1].values() == [0])
    #expect(throws: TensorError.self) { try x.squared().gradients(for: [x]) }
    let weighted = try x.squared().gradients(for: [x], weights: Tensor([1.0, 10]))
    #expect(try weighted[0].values() == [2, 40])
  }

  @Test func aGraphServesTwiceOnlyWhenKept() throws {
    let x = Tensor([1.0, 2]).requiringGradient()
    let y = x.exp().sum()
    _ = try y.gradients(for: [x], keepGraph: true)
    _ = try y.gradients(for: [x])
    #expect(throws: TensorError.self) { try y.gradients(for: [x]) }
  }

  @Test(arguments: [1, 2, 3], [false, true])
  func convolutionsHaveTheGradientOfFiniteDifferences(_ axes: Int, _ transposed: Bool) throws {
    let sides = Array(repeating: 4, count: axes)
    let window = Tensor.Window(
      stride: 2, padding: 1, dilation: transposed ? 1 : 2, groups: 2,
      outputPadding: transposed ? 1 : 0)
    let random = RandomStream(3)
    let x = random.normal([1, 2] + sides, type: .float64)
    let w = random.normal([2, 1] + Array(repeating: 2, count: axes), type: .float64)
    let b = random.normal([2], type: .float64)
    let error = try gradientError([x, w, b]) { all in
      all[0].convolution(all[1], all[2], window, transposed: transposed).sin()
    }
    #expect(error < 1e-7)
  }

  @Test func attentionHasTheGradientOfFiniteDifferences() throws {
    let all = (0..<3).map { draw(1, 2, 3, 4, seed: UInt64($0)) }
    let mask = draw(3, 3, seed: 9)
    let error = try gradientError(all + [mask]) { x in
      x[0].attention(x[1], x[2], mask: x[3]).sin()
    }
    #expect(error < 1e-7)
    let causal = try gradientError(all) { $0[0].attention($0[1], $0[2], causal: true).sin() }
    #expect(causal < 1e-7)
  }

  @Test func normsHaveTheGradientOfFiniteDifferences() throws {
    let (x, w, b) = (draw(4, 6), draw(6, seed: 2), draw(6, seed: 3))
    let zeros = Tensor.zeros([6], type: .float64)
    let ones = Tensor.ones([6], type: .float64)
    let forms: [([Tensor]) -> Tensor] = [
      { $0[0].layerNormalised([6], $0[1], $0[2]).sin() },
      { $0[0].groupNormalised(2, $0[1], $0[2]).sin() },
      { ($0[0].rmsNormalised([6], $0[1]) + $0[2]).sin() },
      { all in
        all[0].batchNormalised(
          all[1], all[2], runningMean: nil, runningVariance: nil, training: true
        ).sin()
      },
      { all in
        all[0].batchNormalised(
          all[1], all[2], runningMean: zeros, runningVariance: ones, training: false
        ).sin()
      },
    ]
    for form in forms {
      let error = try gradientError([x, w, b], form)
      #expect(error < 1e-7)
    }
  }

  @Test func aWrongGradientIsFound() throws {
    // x detached in one factor halves the slope of x².
    let error = try gradientError([Tensor([1.0, 2])]) { $0[0].detached() * $0[0] }
    #expect(error > 0.3)
  }
}

/// Both routes of the linear layer: oneDNN's product and libtorch's own.
@Suite(.serialized) struct LinearTests {
  init() { Runtime.threads = 1 }

  func withOneDNN<Result>(_ on: Bool, _ body: () throws -> Result) rethrows -> Result {
    let before = Runtime.prefersOneDNN
    Runtime.prefersOneDNN = on
    defer { Runtime.prefersOneDNN = before }
    return try body()
  }

  func gap(_ a: Tensor, _ b: Tensor) throws -> Double { try (a - b).abs().max().value() }

  @Test(arguments: [true, false]) func bothRoutesAgreeWithTheFormula(_ on: Bool) throws {
    let random = RandomStream(5)
    for shape in [[7, 5], [1, 5], [2, 3, 5], [5], [0, 5]] {
      let x = random.normal(shape).requiringGradient()
      let w = random.normal([4, 5]).requiringGradient()
      let b = random.normal([4]).requiringGradient()
      let plain = x.matmul(w.transposed(0, 1)) + b
      let ours = withOneDNN(on) { x.linear(w, b) }
      #expect(ours.shape == plain.shape)
      guard x.count > 0 else { continue }
      #expect(try gap(ours, plain) < 1e-5)
      let expected = try plain.sin().sum().gradients(for: [x, w, b])
      let found = try ours.sin().sum().gradients(for: [x, w, b])
      for (one, other) in zip(found, expected) { #expect(try gap(one, other) < 1e-5) }
      #expect(try gap(withOneDNN(on) { x.linear(w) }, plain - b) < 1e-5)
    }
  }

  /// Large enough for oneDNN to be worth its set-up.
  @Test(arguments: [true, false]) func largeProductsAgreeWithTheFormula(_ on: Bool) throws {
    let random = RandomStream(9)
    let x = (random.normal([130, 400]) / 20).requiringGradient()
    let w = random.normal([201, 400]).requiringGradient()
    let b = random.normal([201]).requiringGradient()
    let plain = x.matmul(w.transposed(0, 1)) + b
    let ours = withOneDNN(on) { x.linear(w, b) }
    #expect(try gap(ours, plain) < 1e-4)
    let expected = try plain.sin().sum().gradients(for: [x, w, b])
    let found = try withOneDNN(on) { try ours.sin().sum().gradients(for: [x, w, b]) }
    for (one, other) in zip(found, expected) { #expect(try gap(one, other) < 1e-3) }
  }

  @Test(arguments: [true, false]) func stridedInputsGiveTheSameProduct(_ on: Bool) throws {
    let random = RandomStream(6)
    let x = random.normal([5, 7]).transposed()
    let w = random.normal([5, 4]).transposed().detached()
    let ours = withOneDNN(on) { x.linear(w) }
    #expect(try gap(ours, x.matmul(w.transposed())) < 1e-5)
  }

  @Test(arguments: [true, false]) func secondDerivativesPassThroughALinearLayer(_ on: Bool) throws {
    let random = RandomStream(7)
    let x = random.normal([3, 5]).requiringGradient()
    let w = random.normal([4, 5]).requiringGradient()
    let b = random.normal([4]).requiringGradient()
    func penalty(_ y: Tensor) throws -> [Tensor] {
      let slope = try y.sin().sum().gradients(for: [x], createGraph: true)[0]
      return try slope.squared().sum().gradients(for: [x, w, b])
    }
    let ours = try withOneDNN(on) { try penalty(x.linear(w, b)) }
    let plain = try penalty(x.matmul(w.transposed(0, 1)) + b)
    for (one, other) in zip(ours, plain) { #expect(try gap(one, other) < 1e-4) }
  }

  @Test(arguments: [true, false]) func shapesThatDoNotFitGiveAnError(_ on: Bool) {
    let (x, w) = (Tensor.ones([2, 3]), Tensor.ones([4, 3]))
    withOneDNN(on) {
      #expect(x.linear(Tensor.ones([4, 2])).error?.name == "linear")
      #expect(x.linear(w, Tensor.ones([5])).error != nil)
      #expect(x.linear(w, Tensor.ones([4], type: .float64)).error != nil)
    }
  }

  @Test func inDoublePrecisionTheGradientIsThatOfFiniteDifferences() throws {
    let random = RandomStream(8)
    let all = [[3, 5], [4, 5], [4]].map { random.normal($0, type: .float64) }
    let error = try gradientError(all) { $0[0].linear($0[1], $0[2]).sin() }
    #expect(error < 1e-7)
  }

  @Test func autocastComputesInBfloat16AndOnlyInside() throws {
    let (x, w) = (Tensor.ones([2, 3]), Tensor.ones([4, 3]))
    #expect(Runtime.autocast(true, on: .cpu) { x.linear(w) }.dtype == .bfloat16)
    #expect(Runtime.autocast(false, on: .cpu) { x.linear(w) }.dtype == .float32)
    #expect(x.linear(w).dtype == .float32)
  }
}

/// The fused log probability against the loss of libtorch, which the golden values hold to PyTorch's.
@Suite struct BernoulliTests {
  init() { Runtime.threads = 1 }

  func plain(_ logits: Tensor, _ x: Tensor) -> Tensor {
    -logits.binaryCrossEntropy(x).sumPerExample()
  }

  @Test(arguments: [[3, 784], [5, 1, 28, 28], [2, 1], [4], [1, 1500], [0, 7]])
  func logProbabilitiesAndGradientsAreThoseOfTheLoss(_ shape: [Int]) throws {
    let random = RandomStream(3)
    let logits = (random.normal(shape) * 5).requiringGradient()
    let x = random.uniform(shape).requiringGradient()
    let (ours, theirs) = (logits.bernoulliLogProbability(of: x), plain(logits, x))
    #expect(ours.shape == [shape[0]])
    guard logits.count > 0 else { return }
    #expect(try ((ours - theirs) / theirs).abs().max().value() < 1e-6)
    let weights = random.normal([shape[0]])
    let found = try (ours * weights).sum().gradients(for: [logits, x])
    let expected = try (theirs * weights).sum().gradients(for: [logits, x])
    for (one, other) in zip(found, expected) {
      #expect(one.shape == shape)
      #expect(try (one - other).abs().max().value() < 1e-5)
    }
  }

  /// Where the loss of libtorch itself loses all digits by cancellation, as at a logit of −33.
  @Test func everyLogitIsExactToTheLastPlaces() throws {
    let logits = Tensor.range(-110, 110, by: 0.01, type: .float32)
    let l = logits.to(.float64)
    for x in [0, 0.25, 1] {
      let exact = -((-l).softplus() * x + l.softplus() * (1 - x))
      let ours = logits.bernoulliLogProbability(of: logits.filled(with: x)).to(.float64)
      // What is under 1e-37 counts as nothing.
      let error = (ours - exact).abs() / exact.abs().clamped(atLeast: 1e-30)
      #expect(try error.max().value() < 1e-6)
    }
  }

  @Test func doublePrecisionGradientsAreThoseOfFiniteDifferences() throws {
    let random = RandomStream(4)
    let all = [random.normal([3, 4], type: .float64), random.uniform([3, 4], type: .float64)]
    #expect(try gradientError(all) { $0[0].bernoulliLogProbability(of: $0[1]) } < 1e-7)
  }

  @Test func secondDerivativesAreThoseOfTheLoss() throws {
    let random = RandomStream(5)
    let logits = random.normal([3, 4]).requiringGradient()
    let x = random.uniform([3, 4])
    func penalty(_ y: Tensor) throws -> Tensor {
      let slope = try y.sum().gradients(for: [logits], createGraph: true)[0]
      return try slope.squared().sum().gradients(for: [logits])[0]
    }
    let gap = try penalty(logits.bernoulliLogProbability(of: x)) - penalty(plain(logits, x))
    #expect(try gap.abs().max().value() < 1e-5)
  }

  @Test func whatIsNotANumberStaysSoAndShapesMustAgree() throws {
    let bad = Tensor([0, .nan, 1] as [Float], shape: [1, 3])
    #expect(try bad.bernoulliLogProbability(of: Tensor.ones([1, 3])).value().isNaN)
    #expect(Tensor.ones([2, 3]).bernoulliLogProbability(of: Tensor.ones([3])).error != nil)
  }
}
