import Testing
import Torch

@Suite struct TensorTests {
  init() { Runtime.threads = 1 }

  @Test func anErrorIsCarriedThroughLaterOperatorsAndThrownWhereValuesLeave() throws {
    let failed = Tensor.zeros([2, 3]).matmul(Tensor.zeros([4, 5]))
    let later = (failed * 2 + Tensor.ones([7])).relu().sum(over: 0)[0].reshaped(3)
    let error = try #require(later.error)
    #expect(error == failed.error)
    #expect(error.name == "matmul")
    #expect(error.description.hasPrefix("matmul of [2, 3] and [4, 5]: "))
    #expect(!error.description.contains("\n"))
    #expect(throws: TensorError.self) { try later.values() }
    #expect(throws: TensorError.self) { try later.value() }
    #expect(throws: TensorError.self) { try later.bytes() }
    #expect(throws: TensorError.self) { try later.gradient(of: Tensor.ones([1])) }
    #expect(throws: TensorError.self) { try Tensor.ones([1]).assign(later) }
    #expect(later.shape == [])
    #expect("\(later)" == "Tensor(\(error))")
  }

  @Test func anErrorPassesThroughOperatorsOfManyAndWithManyResults() {
    let failed = Tensor.zeros([2, 3]) + Tensor.zeros([4])
    let one = Tensor.ones([2, 2])
    #expect(Tensor.stack([one, failed]).error == failed.error)
    #expect(failed.sorted().indices.error == failed.error)
    #expect(
      failed.split(into: 3, along: 0).map(\.error) == [failed.error, failed.error, failed.error])
    #expect(one.linear(one, failed).error == failed.error)
    #expect(one.layerNormalised([2], failed, nil).error == failed.error)
    #expect(one.attention(one, one, mask: failed).error == failed.error)
    #expect(one.leastSquares(failed).error == failed.error)
    #expect(RandomStream(1).bernoulli(failed).error == failed.error)
    #expect(Tensor.ones([1, 2, 2]).svd().u.error == nil)
    #expect(Tensor.ones([2]).svd().u.error?.name == "svd")
  }

  @Test func anImpossibleRequestGivesAnErrorAndNoTrap() throws {
    #expect(Tensor.zeros([1 << 40, 1 << 40]).error != nil)
    #expect(Tensor.zeros([-1]).error != nil)
    #expect(Tensor([1.0, 2], shape: [3]).error != nil)
    #expect(Tensor([1.0], shape: [1 << 40, 1 << 40]).error != nil)
    #expect(Tensor([1.0, 2]).reshaped(5).error != nil)
    #expect(Tensor.ones([2, 2])[5].error != nil)
    #expect(Tensor.ones([3]).split(into: 2, along: 0)[0].error != nil)
    #expect(Tensor.ones([2]).convolution(Tensor.ones([2])).error != nil)
    #expect(Tensor.ones([1, 1, 2, 2]).convolution(Tensor.ones([1, 2, 2, 2])).error != nil)
    #expect(Tensor.ones([2, 2]).to(.cuda(9)).error != nil)
    #expect(throws: TensorError.self) { try Tensor.ones([2]).value() }
    #expect(throws: TensorError.self) { try Tensor.ones([2]).assign(Tensor.ones([3])) }
    let row: Tensor = [[1, 2], [3]]
    #expect(row.error != nil)
  }

  @Test func wholeNumbersStayWhole() throws {
    let x = Tensor([1, 2, 3])
    let whole: [Tensor] = [
      x + 1, x - 1, 2 * x, 7 - x, x.clamped(2, 3), x.filled(with: 4), x.power(2), x.sum(),
    ]
    for y in whole {
      #expect(y.dtype == .int64)
    }
    #expect((x + 0.5).dtype == .float32)
    #expect((x / 2).dtype == .float32)
    #expect((x .> 1).dtype == .bool)
    #expect(try (7 - x).values(as: Int.self) == [6, 5, 4])
    let large = 1_099_511_627_776  // 2⁴⁰, which 32-bit floats would round
    #expect(try (x + Double(large)).values(as: Int.self) == [large + 1, large + 2, large + 3])
  }

  @Test func subscriptsNamePartsFromTheFirstAxis() throws {
    let x = Tensor.range(0, 24).reshaped(2, 3, 4)
    #expect(try x[1, 2, 3].value() == 23)
    #expect(x[0].shape == [3, 4])
    #expect(x[.all, 1].shape == [2, 4])
    #expect(x[0..<1, .all, 2...].shape == [1, 3, 2])
    #expect(x[.all, ..<2, 0].shape == [2, 2])
    #expect(try x[-1, -1].values(as: Int.self) == [20, 21, 22, 23])
    #expect(x[].shape == [2, 3, 4])
  }

  @Test func literalsNestAndBroadcastingFollowsNumPy() throws {
    let x: Tensor = [[1, 2], [3, 4.5]]
    #expect(x.shape == [2, 2])
    #expect(try x.values() == [1, 2, 3, 4.5])
    let empty: Tensor = []
    #expect(empty.shape == [0])
    #expect(try empty.values().isEmpty)
    let row: Tensor = [10, 20]
    #expect(try (x + row).values() == [11, 22, 13, 24.5])
    #expect(try (x .> 2).values(as: Bool.self) == [false, false, true, true])
    #expect(try (1 / row).values() == [0.1, 0.05] as [Float])
  }

  @Test func einsumNamesItsEquationWhenItFails() throws {
    let a: Tensor = [[1, 2], [3, 4]]
    let b: Tensor = [[5, 6], [7, 8]]
    #expect(try Tensor.einsum("ij,jk->ik", a, b).values() == a.matmul(b).values())
    #expect(try Tensor.einsum("ij->", a).value() == 10)
    #expect(Tensor.einsum("ij,kl->q", a, b).error?.name == "einsum ij,kl->q")
  }

  @Test func aTensorKeepsItsTypeOnTheWayInAndOut() throws {
    #expect(Tensor([UInt8(3)]).dtype == .uint8)
    #expect(try Tensor([Int32(-3)]).values(as: Double.self) == [-3])
    #expect(try Tensor([1.0 / 3]).values(as: Double.self) == [1.0 / 3])
    #expect(try Tensor([true, false]).values(as: UInt8.self) == [1, 0])
    #expect(Tensor([Float(1)]).to(.bfloat16).dtype == .bfloat16)
    #expect(try Tensor([Float(1), 2]).to(.float16).values() == [1, 2])
  }

  @Test func reductionsWithoutAxesTakeAll() throws {
    let x: Tensor = [[1, 2], [3, 6]]
    #expect(try x.sum().value() == 12)
    #expect(try x.max().value() == 6)
    #expect(x.sum(over: 0, -1, keep: true).shape == [1, 1])
    #expect(try x.sumPerExample().values() == [3, 9])
    #expect(try Tensor.ones([4, 2, 3]).sumPerExample().values() == [6, 6, 6, 6])
    #expect(try abs(x.standardDeviation().value() - 2.160_246_9) < 1e-6)
    #expect(try x.largest(over: 1).indices.values(as: Int.self) == [1, 1])
  }

  @Test func sparseProductsAgreeWithDenseOnes() throws {
    let dense: Tensor = [[0, 2, 0], [1, 0, 3]]
    let b: Tensor = [[1, 2], [3, 4], [5, 6]]
    let rows = Tensor.sparseRows(
      starts: Tensor([0, 1, 3]), columns: Tensor([1, 0, 2]), values: [2, 1, 3], shape: [2, 3])
    let entries = Tensor.sparse(
      indices: Tensor([0, 1, 1, 1, 0, 2], shape: [2, 3]), values: [2, 1, 3], shape: [2, 3])
    for sparse in [dense.sparse(), rows, entries] {
      #expect(try sparse.sparseMatmul(b).values() == dense.matmul(b).values())
      #expect(try sparse.dense().values() == dense.values())
    }
  }
}
