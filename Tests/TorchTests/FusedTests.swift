import Testing
import Torch

/// Operators of our own that do in one what libtorch does in several, against those several.
@Suite struct FusedTests {
  init() { Runtime.threads = 1 }

  func gap(_ a: Tensor, _ b: Tensor) throws -> Double { try (a - b).abs().max().value() }

  /// Small ones, some large enough for the gradient's own pass, with sides that fill no square, and some from few
  /// numbers to many.
  @Test(arguments: [
    [7, 5, 4], [130, 400, 201], [256, 200, 160], [37, 20, 400], [130, 9, 65], [1, 32, 64],
    [500, 3, 127], [70, 40, 530],
  ])
  func aLayerWithItsEndingIsALayerAndWhatFollows(_ sizes: [Int]) throws {
    let random = RandomStream(3)
    let x = (random.normal([sizes[0], sizes[1]]) / 20).requiringGradient()
    let w = random.normal([sizes[2], sizes[1]]).requiringGradient()
    let b = random.normal([sizes[2]]).requiringGradient()
    for ending in [Tensor.LinearEnding.none, .rectified, .gelu, .geluTanh] {
      let ours = x.linear(w, b, then: ending)
      let plain = followed(x.matmul(w.transposed(0, 1)) + b, ending)
      #expect(try gap(ours, plain) < 1e-4)
      let expected = try plain.sin().sum().gradients(for: [x, w, b])
      let found = try ours.sin().sum().gradients(for: [x, w, b])
      for (one, other) in zip(found, expected) { #expect(try gap(one, other) < 1e-3) }
      let still = x.detached()
      let weightsOnly = try still.linear(w, b, then: ending).sin().sum().gradients(for: [w, b])
      for (one, other) in zip(weightsOnly, found.dropFirst()) {
        #expect(try gap(one, other) == 0)
      }
    }
  }

  private func followed(_ x: Tensor, _ ending: Tensor.LinearEnding) -> Tensor {
    switch ending {
    case .none: x
    case .rectified: x.relu()
    case .gelu: x.gelu()
    case .geluTanh: x.gelu(approximate: true)
    }
  }

  /// What a text's tokens give does not depend on how texts are stacked.
  @Test(arguments: [[3, 4], [130, 3], [2, 8, 65]])
  func rowsOfMoreThanTwoAxesAreRows(_ outer: [Int]) throws {
    let random = RandomStream(5)
    let deep = random.normal(outer + [64]).transposed(0, 1).requiringGradient()
    let w = random.normal([160, 64]).requiringGradient()
    let flat = deep.detached().reshaped(-1, 64).requiringGradient()
    let (ours, rows) = (deep.linear(w, then: .gelu), flat.linear(w, then: .gelu))
    #expect(ours.shape == Array(deep.shape.dropLast()) + [160])
    #expect(try gap(ours.reshaped(-1, 160), rows) == 0)
    let found = try ours.sin().sum().gradients(for: [deep, w])
    let expected = try rows.sin().sum().gradients(for: [flat, w])
    #expect(try gap(found[0].reshaped(-1, 64), expected[0]) == 0)
    #expect(try gap(found[1], expected[1]) == 0)
  }

  @Test(arguments: [Tensor.LinearEnding.gelu, .geluTanh])
  func theGELUIsItsFormulaAtNumbersOfAnySize(_ ending: Tensor.LinearEnding) throws {
    let x = Tensor((-60...60).map { Float($0) / 7 } + [-1e4, -90, -20, 20, 90, 1e4])
      .reshaped(-1, 1).requiringGradient()
    let one = Tensor.ones([1, 1])
    let (ours, plain) = (x.linear(one, then: ending), followed(x, ending))
    #expect(try gap(ours, plain) < 1e-6)
    let found = try ours.sum().gradients(for: [x])[0]
    #expect(try gap(found, try plain.sum().gradients(for: [x])[0]) < 1e-6)
    let ends = try ours.values(as: Float.self)
    #expect(
      Array(ends.suffix(3)) == [20, 90, 1e4]
        && ends.dropLast(3).suffix(3).allSatisfy { abs($0) < 1e-30 })
  }

  @Test(arguments: [20, 400])
  func secondDerivativesPassThroughALayerWithItsEnding(_ inputs: Int) throws {
    let random = RandomStream(7)
    let x = (random.normal([130, inputs]) / 20).requiringGradient()
    let w = random.normal([201, inputs]).requiringGradient()
    let b = random.normal([201]).requiringGradient()
    func penalty(_ y: Tensor) throws -> [Tensor] {
      let slope = try y.sin().sum().gradients(for: [x], createGraph: true)[0]
      return try slope.squared().mean().gradients(for: [x, w, b])
    }
    for ending in [Tensor.LinearEnding.rectified, .gelu, .geluTanh] {
      let ours = try penalty(x.linear(w, b, then: ending))
      let plain = try penalty(followed(x.matmul(w.transposed(0, 1)) + b, ending))
      for (one, other) in zip(ours, plain) { #expect(try gap(one, other) < 1e-3) }
    }
  }

  /// A training must see that its weights broke.
  @Test(arguments: [[3, 4, 5], [130, 400, 201], [9, 20, 100]])
  func whatIsNotANumberPassesARectifiedLayer(_ sizes: [Int]) throws {
    let x = Tensor.full([sizes[0], sizes[1]], .nan).requiringGradient()
    let w = Tensor.ones([sizes[2], sizes[1]])
    let y = x.linear(w, then: .rectified)
    #expect(try y.mean().value().isNaN)
    #expect(
      try y.sum().gradients(for: [x])[0].sum().value() == Double(sizes[0] * sizes[1] * sizes[2]))
    let smooth = x.linear(w, then: .gelu)
    #expect(try smooth.mean().value().isNaN)
    #expect(try smooth.sum().gradients(for: [x])[0].sum().value().isNaN)
  }

  @Test(arguments: [20, 100], [Tensor.LinearEnding.rectified, .gelu, .geluTanh])
  func aLayerGivesTheSameBitsOnOneThreadAndOnTwo(
    _ inputs: Int, _ ending: Tensor.LinearEnding
  ) throws {
    defer { Runtime.threads = 1 }
    let random = RandomStream(8)
    let x = random.normal([500, inputs]).requiringGradient()
    let w = random.normal([600, inputs]).requiringGradient()
    func found() throws -> [[Float]] {
      let y = x.linear(w, then: ending)
      return try ([y.detached()] + y.sin().sum().gradients(for: [x, w])).map { try $0.values() }
    }
    let one = try found()
    Runtime.threads = 2
    #expect(try found() == one)
  }

  @Test(arguments: [[3, 4], [5], [2, 3, 4]])
  func normalDrawsAndDivergencesAreThoseOfTheFormulas(_ shape: [Int]) throws {
    let random = RandomStream(4)
    let all = (0..<3).map { _ in random.normal(shape, type: .float64).requiringGradient() }
    let (mean, logVariance, noise) = (all[0], all[1], all[2])
    let draw = mean.normalDraw(logVariance: logVariance, noise: noise)
    #expect(try gap(draw, mean + (logVariance * 0.5).exp() * noise) < 1e-12)
    let divergence = mean.normalDivergence(logVariance: logVariance)
    let plain = ((mean.squared() + logVariance.exp() - logVariance - 1) * 0.5).sumPerExample()
    #expect(divergence.shape == [shape[0]])
    #expect(try gap(divergence, plain) < 1e-12)
    #expect(
      try gradientError(all.map { $0.detached() }) {
        $0[0].normalDraw(logVariance: $0[1], noise: $0[2]).sin()
      } < 1e-7)
    #expect(
      try gradientError([mean.detached(), logVariance.detached()]) {
        $0[0].normalDivergence(logVariance: $0[1]).sin()
      } < 1e-7)
  }

  @Test func secondDerivativesOfNormalDrawsAndDivergencesAreThoseOfTheFormulas() throws {
    let random = RandomStream(5)
    let all = (0..<3).map { _ in random.normal([3, 4], type: .float64).requiringGradient() }
    func penalty(_ y: Tensor) throws -> [Tensor] {
      let slopes = try y.sin().sum().gradients(for: Array(all.prefix(2)), createGraph: true)
      return try (slopes[0].squared().sum() + slopes[1].squared().sum()).gradients(for: all)
    }
    let draw = try penalty(all[0].normalDraw(logVariance: all[1], noise: all[2]))
    let plainDraw = try penalty(all[0] + (all[1] * 0.5).exp() * all[2])
    let divergence = try penalty(all[0].normalDivergence(logVariance: all[1]))
    let plainDivergence = try penalty(
      ((all[0].squared() + all[1].exp() - all[1] - 1) * 0.5).sumPerExample())
    for (one, other) in zip(draw + divergence, plainDraw + plainDivergence) {
      #expect(try gap(one, other) < 1e-10)
    }
  }

  /// In single precision loops of our own do it, on the halves of one tensor as an encoder's head gives them.
  @Test(arguments: [[3, 7], [130, 20]])
  func drawsAndDivergencesInSinglePrecisionAreThoseInDouble(_ shape: [Int]) throws {
    let random = RandomStream(9)
    let head = random.normal([shape[0], 2 * shape[1]])
    let noise = random.normal(shape)
    func found(_ type: DType) throws -> [Tensor] {
      let leaf = head.to(type).requiringGradient()
      let halves = leaf.split(into: 2, along: 1)
      let draw = halves[0].normalDraw(logVariance: halves[1], noise: noise.to(type))
      let divergence = halves[0].normalDivergence(logVariance: halves[1])
      let loss = draw.sin().sum() + divergence.mean() + (divergence * 0.01).sin().sum()
      return try [draw, divergence, loss.gradients(for: [leaf])[0]].map { $0.to(.float64) }
    }
    for (one, other) in try zip(found(.float32), found(.float64)) {
      #expect(try ((one - other).abs() / (other.abs() + 1)).max().value() < 1e-5)
    }
  }

  /// Three draws of each variable by loops of our own, by libtorch's operators, and with the variables written out.
  @Test(arguments: [DType.float32, .float64])
  func fewerVariablesThanDrawsAreThoseVariablesWrittenOut(_ type: DType) throws {
    let random = RandomStream(12)
    let (n, k, draws) = (70, 9, 3)
    let leaves = [
      random.normal([n, k], type: type), random.normal([n, k], type: type),
      random.uniform([n, k]).to(type),
    ].map { $0.requiringGradient() }
    let noise = random.normal([draws * n, k], type: type)
    func written(_ a: Tensor) -> Tensor { a.tiled(draws, 1) }
    func found(_ fit: (Tensor, Tensor, Tensor) -> Tensor) throws -> [Tensor] {
      let value = fit(leaves[0], leaves[1], leaves[2])
      return try [value.detached()] + value.sin().sum().gradients(for: leaves)
    }
    let few = try found { mean, logVariance, x in
      let z = mean.normalDraw(logVariance: logVariance, noise: noise)
      return z.normalLogRatio(mean: mean, logVariance: logVariance) * 0.1
        + z.bernoulliLogProbability(of: x)
    }
    let all = try found { mean, logVariance, x in
      let (m, l) = (written(mean), written(logVariance))
      let z = m + (l * 0.5).exp() * noise
      let ratio = ((z - m).squared() * (-l).exp() + l - z.squared()).sumPerExample() * 0.5
      return ratio * 0.1 - z.binaryCrossEntropy(written(x)).sumPerExample()
    }
    let tolerance = type == .float32 ? 1e-4 : 1e-11
    for (one, other) in zip(few, all) {
      #expect(one.shape == other.shape)
      #expect(try ((one - other).abs() / (other.abs() + 1)).max().value() < tolerance)
    }
  }

  @Test func aLogRatioHasTheDerivativesOfFiniteDifferences() throws {
    let random = RandomStream(13)
    let all = [6, 3, 3].map { random.normal([$0, 4], type: .float64) }
    #expect(
      try gradientError(all) {
        ($0[0].normalLogRatio(mean: $0[1], logVariance: $0[2]) * 0.1).sin()
      } < 1e-7)
    let leaves = all.map { $0.requiringGradient() }
    func penalty(_ y: Tensor) throws -> [Tensor] {
      let slopes = try (y * 0.1).sin().sum().gradients(for: leaves, createGraph: true)
      return try slopes.reduce(Tensor(0)) { $0 + $1.squared().sum() }.gradients(for: leaves)
    }
    let (z, m, l) = (leaves[0], leaves[1].tiled(2, 1), leaves[2].tiled(2, 1))
    let plain = ((z - m).squared() * (-l).exp() + l - z.squared()).sumPerExample() * 0.5
    let ours = try penalty(z.normalLogRatio(mean: leaves[1], logVariance: leaves[2]))
    for (one, other) in zip(ours, try penalty(plain)) { #expect(try gap(one, other) < 1e-10) }
  }

  @Test func rowsThatDoNotDivideAreRefused() throws {
    let (four, three) = (Tensor.zeros([4, 2]), Tensor.zeros([3, 2]))
    #expect(throws: TensorError.self) {
      try four.normalLogRatio(mean: three, logVariance: three).checked()
    }
    #expect(throws: TensorError.self) { try four.bernoulliLogProbability(of: three).checked() }
  }

  @Test func aLogMeanExpIsTheLogOfTheMean() throws {
    let random = RandomStream(14)
    for type in [DType.float32, .float64] {
      let x = random.normal([5, 30], type: type).requiringGradient()
      var plain: Tensor { x.exp().mean(over: 0).log() }
      #expect(try gap(x.logMeanExp(), plain) < 1e-6)
      let expected = try plain.sin().sum().gradients(for: [x])[0]
      #expect(try gap(x.logMeanExp().sin().sum().gradients(for: [x])[0], expected) < 1e-6)
      let slope = try x.logMeanExp().sin().sum().gradients(for: [x], createGraph: true)[0]
      let other = try plain.sin().sum().gradients(for: [x], createGraph: true)[0]
      let (one, two) = try (
        slope.squared().sum().gradients(for: [x])[0], other.squared().sum().gradients(for: [x])[0]
      )
      #expect(try gap(one, two) < 1e-5)
    }
    let rows = Tensor([-1000, -.infinity, .nan, -1000, -.infinity, 1] as [Float], shape: [2, 3])
    let values = try rows.logMeanExp().values()
    #expect(values[0] == -1000 && values[1] == -.infinity && values[2].isNaN)
  }

  @Test func aDrawIsInfiniteWhereItsVarianceIsAndNoNumberWhereThatIsNone() throws {
    let zeros = Tensor.zeros([1, 4])
    let logVariance = Tensor([400, -400, .nan, .infinity] as [Float], shape: [1, 4])
    let draw = try zeros.normalDraw(logVariance: logVariance, noise: zeros + 1).values()
    #expect(draw[0] == .infinity && draw[1] < 1e-30 && draw[2].isNaN && draw[3] == .infinity)
    #expect(try zeros.normalDivergence(logVariance: logVariance)[0].value().isNaN)
  }

  @Test func theMeanOfABatchHasTheDerivativesOfTheFormula() throws {
    let x = Tensor([1, 2, 3, 6] as [Float], shape: [2, 2]).requiringGradient()
    let mean = x.mean()
    #expect(try mean.value() == 3)
    #expect(mean.shape == [])
    #expect(try mean.gradients(for: [x])[0].values() == [0.25, 0.25, 0.25, 0.25])
    let slope = try x.squared().mean().gradients(for: [x], createGraph: true)[0]
    #expect(try slope.squared().sum().gradients(for: [x])[0].values() == [0.5, 1, 1.5, 3])
    #expect(try Tensor([0, .nan] as [Float]).mean().value().isNaN)
    #expect(try Tensor([] as [Float]).mean().value().isNaN)
  }

  /// In single precision one loop of our own does it, over parameters smaller and larger than a piece of it.
  @Test(arguments: [false, true])
  func adamInSinglePrecisionMovesAsInDouble(_ decoupled: Bool) throws {
    let shapes = [[20_001], [3, 5], [0], [1]]
    func moved(_ type: DType) throws -> [Tensor] {
      let random = RandomStream(11)
      let parameters = shapes.map { random.normal($0).to(type) }
      let first = parameters.map { $0.zerosLike() }, second = parameters.map { $0.zerosLike() }
      let steps = Tensor(0)
      var adam = Kernel.Adam(rate: 0.01)
      adam.weightDecay = 0.1
      adam.decoupled = decoupled
      for _ in 0..<5 {
        let gradients = shapes.map { random.normal($0).to(type) }
        try Kernel.adam(
          parameters, gradients: gradients, first: first, second: second, steps: steps, adam)
      }
      #expect(try steps.value() == 5)
      return (parameters + first + second).map { $0.to(.float64) }
    }
    for (one, other) in try zip(moved(.float32), moved(.float64)) where one.count > 0 {
      #expect(try gap(one, other) < 2e-6)
    }
  }

  @Test func adamRefusesListsThatDoNotFit() throws {
    let a = Tensor.zeros([3]), b = Tensor.zeros([4])
    #expect(throws: TensorError.self) {
      try Kernel.adam(
        [a], gradients: [b], first: [b], second: [b], steps: Tensor(0), Kernel.Adam(rate: 0.1))
    }
  }

  @Test func aVarianceMayBeSharedAndWhatIsNotANumberStaysSo() throws {
    let mean = Tensor([1, .nan, 3] as [Float], shape: [3, 1])
    let shared = Tensor([0.5] as [Float], shape: [1, 1])
    #expect(mean.normalDivergence(logVariance: shared).shape == [3])
    #expect(try mean.normalDivergence(logVariance: mean)[1].value().isNaN)
    #expect(mean.normalDraw(logVariance: Tensor.ones([2, 5]), noise: mean).error != nil)
  }

  @Test func memoryThatIsKeptServesTensorsOfAllSizesOnAllThreads() async throws {
    Runtime.keepMemory()
    let sums = await withTaskGroup(of: Bool.self) { group in
      for task in 0..<4 {
        group.addTask {
          (0..<300).allSatisfy { round in
            let size = (round * 7919 + task * 104729) % 70_000
            let (a, b) = (Tensor.full([size], Double(task)), Tensor.full([size / 3 + 1], 7))
            return (try? a.sum().value()) == Double(task * size)
              && (try? b.max().value()) == 7
          }
        }
      }
      return await group.reduce(true) { $0 && $1 }
    }
    #expect(sums)
  }

  @Test func aTensorIsFilledInPlaceAndAnImpossibleShapeIsAnError() throws {
    let made = Tensor([2, 3]) { (numbers: UnsafeMutableBufferPointer<Float>) in
      for i in numbers.indices { numbers[i] = Float(i) }
    }
    #expect(try made.values() == [0, 1, 2, 3, 4, 5])
    #expect(Tensor([-1]) { (_: UnsafeMutableBufferPointer<Float>) in }.error != nil)
  }
}
