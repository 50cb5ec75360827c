import Testing
import Torch

/// Facts with the number written out, for operators that the fixtures do not hold.
@Suite struct OperatorFactTests {
  init() { Runtime.threads = 1 }

  func near(_ tensor: Tensor, _ expected: [Double], _ tolerance: Double = 1e-6) throws -> Bool {
    let values = try tensor.values(as: Double.self)
    return values.count == expected.count
      && zip(values, expected).filter { abs($0 - $1) > tolerance }.isEmpty
  }

  @Test func comparisonsAndLogicGiveTruthValues() throws {
    let x: Tensor = [1, 2, 3]
    let y: Tensor = [3, 2, 1]
    #expect(try (x .< y).values(as: Bool.self) == [true, false, false])
    #expect(try (x .>= y).values(as: Bool.self) == [false, true, true])
    #expect(try (x .== y).bitwiseNot().values(as: Bool.self) == [true, false, true])
    #expect(try (x .> 1).logicalAnd(x .< 3).values(as: Bool.self) == [false, true, false])
    #expect(try (x .!= 2).logicalXor(x .<= 2).values(as: Bool.self) == [false, true, true])
    #expect(try Tensor([12, 10]).bitwiseAnd(Tensor([10, 3])).values(as: Int.self) == [8, 2])
  }

  @Test func roundingAndRemaindersFollowPython() throws {
    let x: Tensor = [-2.5, 2.5, 7]
    #expect(try x.remainder(3).values() == [0.5, 2.5, 1])
    #expect(try x.fmod(Tensor([3.0])).values() == [-2.5, 2.5, 1] as [Double])
    #expect(try x.floorDivide(Tensor(2)).values() == [-2, 1, 3])
    #expect(try x.rounded().values() == [-2, 2, 7])
    #expect(try x.fraction().values() == [-0.5, 0.5, 0])
  }

  @Test func activationsHaveTheirValues() throws {
    let x: Tensor = [-1, 0, 2]
    #expect(try near(x.celu(2), [2 * (0.606_530_66 - 1), 0, 2]))
    #expect(try near(x.hardswish(), [-1.0 / 3, 0, 5.0 / 3]))
    #expect(try near(x.hardsigmoid(), [1.0 / 3, 0.5, 5.0 / 6]))
    let halves: Tensor = [[1, 2, 0, 0]]
    #expect(try near(halves.glu(), [0.5, 1]))
  }

  @Test func rankedValuesComeWithTheirPlaces() throws {
    let x: Tensor = [[1, 3, 3, 2], [5, 4, 4, 4]]
    #expect(try x.mode(over: 1).values.values() == [3, 4])
    #expect(try x.smallest(over: 0).indices.values(as: Int.self) == [0, 0, 0, 0])
    let (values, inverse, counts) = x.unique()
    #expect(try values.values() == [1, 2, 3, 4, 5])
    #expect(try inverse.values(as: Int.self) == [0, 2, 2, 1, 4, 3, 3, 3])
    #expect(try counts.values(as: Int.self) == [1, 1, 2, 3, 1])
    #expect(try near(x.quantile([0.5], over: 1), [2.5, 4]))
    #expect(try x.histogram(bins: 2, 0, 6).values() == [2, 6])
    #expect(
      try Tensor([0.0, 1, 2]).searchSorted(Tensor([0.5, 2])).values(as: Int.self) == [1, 2])
    #expect(try Tensor([1, 1, 3]).bincount(weights: [1, 2, 4]).values() == [0, 3, 0, 4])
  }

  @Test func patchesPutBackCountEachPlaceAsOftenAsItWasTaken() throws {
    let x = Tensor.ones([1, 1, 3, 3])
    let patches = x.patches(2, stride: 1)
    #expect(patches.shape == [1, 4, 4])
    let back = patches.assembled(3, 3, patches: 2, stride: 1)
    #expect(try back.values() == [1, 2, 1, 2, 4, 2, 1, 2, 1])
  }

  @Test func indexingWritesWhereItIsTold() throws {
    let x = Tensor.zeros([2, 3])
    #expect(try x.indexFill(1, Tensor([1]), 5).values() == [0, 5, 0, 0, 5, 0])
    #expect(
      try x.indexCopy(1, Tensor([2, 0]), [[1, 2], [3, 4]]).values() == [2, 0, 1, 4, 0, 3])
    #expect(try x.replacing(1, 1, 3, with: Tensor.ones([2, 2])).values() == [0, 1, 1, 0, 1, 1])
    let reduced = Tensor.zeros([2]).scatterReduce(
      0, Tensor([0, 0, 1]), [3, 5, 7], by: .mean, includingSelf: false)
    #expect(try reduced.values() == [4, 7])
    #expect(try Tensor([2, 0]).oneHot(3).values(as: Int.self) == [0, 0, 1, 1, 0, 0])
    #expect(x.selected(where: Tensor([true, false, true])).shape == [4])
    #expect(try Tensor([0, 3, 0, 4]).nonzero().values(as: Int.self) == [1, 3])
  }

  @Test func factorisationsRebuildTheirMatrix() throws {
    let a = RandomStream(3).normal([4, 4], type: .float64)
    func gap(_ b: Tensor) throws -> Double { try (a - b).abs().max().value() }
    let (u, s, vt) = a.svd()
    #expect(try gap(u.matmul(s.asDiagonal()).matmul(vt)) < 1e-12)
    let (p, l, upper) = a.lu()
    #expect(try gap(p.matmul(l).matmul(upper)) < 1e-12)
    let symmetric = a + a.transposed()
    let (values, vectors) = symmetric.symmetricEigen()
    let rebuilt = vectors.matmul(values.asDiagonal()).matmul(vectors.transposed())
    #expect(try (symmetric - rebuilt).abs().max().value() < 1e-12)
    let (roots, _) = a.eigen()
    #expect(try abs(roots.realPart().sum().value() - a.trace().value()) < 1e-12)
    #expect(try gap(a.matrixPower(3).matmul(a.inverse()).matmul(a.inverse())) < 1e-9)
    let b = RandomStream(4).normal([4, 1], type: .float64)
    #expect(try (a.leastSquares(b) - a.solve(b)).abs().max().value() < 1e-9)
    let spd = a.matmul(a.transposed())
    #expect(try (spd.cholesky().choleskyInverse() - spd.inverse()).abs().max().value() < 1e-6)
  }

  @Test func decompositionsHaveTheGradientOfFiniteDifferences() throws {
    let a = RandomStream(5).normal([3, 3], type: .float64)
    let forms: [([Tensor]) -> Tensor] = [
      { $0[0].svd().s.sin() }, { $0[0].matrixExp().sin() }, { $0[0].inverse().sin() },
      { $0[0].qr().r.sin() }, { ($0[0] + $0[0].transposed()).symmetricEigen().values.sin() },
      { $0[0].signAndLogDeterminant().log }, { $0[0].fft().abs() },
      { $0[0].matmul($0[0].transposed()).cholesky().sin() }, { $0[0].distances(to: $0[0] + 1) },
    ]
    for form in forms {
      let error = try gradientError([a], form)
      #expect(error < 1e-6)
    }
  }

  @Test func aSpectrogramGivesItsSignalBack() throws {
    let x = RandomStream(6).normal([200])
    let window = Tensor.ones([16])
    let back = x.stft(size: 16, hop: 4, window: window)
      .inverseSTFT(size: 16, hop: 4, window: window, length: 200)
    #expect(try (back - x).abs().max().value() < 1e-5)
    let image = RandomStream(7).normal([4, 6])
    let again = image.realFFT2().inverseRealFFT2(height: 4, width: 6)
    #expect(try (again - image).abs().max().value() < 1e-6)
    #expect(try (image.fft2().inverseFFT2().realPart() - image).abs().max().value() < 1e-6)
  }

  @Test func anIdentityGridSamplesTheImageItself() throws {
    let x = RandomStream(8).normal([1, 2, 5, 4])
    let theta = Tensor([1.0, 0, 0, 0, 1, 0], shape: [1, 2, 3]).to(.float32)
    let same = x.sampled(at: theta.affineGrid([1, 2, 5, 4]))
    #expect(try (same - x).abs().max().value() < 1e-5)
    let cubic = x.interpolated(to: [5, 4], by: .cubic)
    #expect(try (cubic - x).abs().max().value() < 1e-5)
  }

  @Test func lossesAgreeWithTheirFormulas() throws {
    let x = RandomStream(9).normal([3, 4], type: .float64)
    let target = Tensor([1, 3, 0])
    let plain = -x.logSoftmax().gather(1, target.unsqueezed(1)).squeezed(1)
    #expect(try (x.crossEntropy(target) - plain).abs().max().value() < 1e-12)
    #expect(
      try (x.logSoftmax().negativeLogLikelihood(target) - plain).abs().max().value() < 1e-12)
    let error: Tensor = [-3, 0.5]
    #expect(try error.huberError([0, 0], delta: 1).values() == [2.5, 0.125])
    #expect(try error.absoluteError([0, 0]).values() == [3, 0.5])
    #expect(try error.squaredError([0, 0]).values() == [9, 0.25])
    // One label in two frames of two classes: paths a-, -a, aa of four equally likely ones.
    let frames = Tensor.full([2, 1, 2], -0.6931471805599453, type: .float64)
    let loss = frames.ctc(
      Tensor([1], shape: [1, 1]), lengths: Tensor([2]), targetLengths: Tensor([1]))
    #expect(try abs(loss.value() - 0.2876820724517809) < 1e-9)
  }

  @Test func sparseEntriesOfOnePlaceAreSummed() throws {
    let x = Tensor.sparse(
      indices: Tensor([0, 0, 1, 1], shape: [2, 2]), values: [2, 3], shape: [2, 2]
    ).coalesced()
    #expect(try x.sparseIndices().values(as: Int.self) == [0, 1])
    #expect(try x.sparseValues().values() == [5])
  }
}
