import Testing
import Torch

/// Attention in products of our own, against its formula.
@Suite struct AttentionTests {
  init() { Runtime.threads = 1 }

  /// softmax(q kᵀ / √d) v, where a place sees none after it if `causal`.
  private func formula(_ q: Tensor, _ k: Tensor, _ v: Tensor, causal: Bool) -> Tensor {
    let (t, d) = (q.size(2), q.size(3))
    let scores = q.matmul(k.transposed()) / Double(d).squareRoot()
    let later = Tensor.full([t, t], -.infinity).upperTriangle(1)
    return (causal ? scores + later : scores).softmax().matmul(v)
  }

  /// Heads of a layer's result, `[n, t, 3 h d]`, as a transformer reads them.
  private func heads(_ x: Tensor, _ heads: Int) -> [Tensor] {
    x.reshaped(x.size(0), x.size(1), 3 * heads, -1).split(into: 3, along: 2)
      .map { $0.transposed(1, 2) }
  }

  private func gap(_ a: Tensor, _ b: Tensor) throws -> Double { try (a - b).abs().max().value() }

  /// Lengths that fill no tile, one that is read in several runs of rows, and one too short for the products here.
  @Test(arguments: [
    [2, 16, 3, 16], [1, 49, 2, 32], [3, 23, 1, 48], [2, 130, 2, 64], [1, 17, 1, 256],
    [2, 7, 2, 16], [1, 3, 2, 32],
    [2, 33, 2, 20],
  ])
  func attentionAndItsGradientsAreThoseOfTheFormula(_ sizes: [Int]) throws {
    let (n, t, h, d) = (sizes[0], sizes[1], sizes[2], sizes[3])
    let x = RandomStream(1).normal([n, t, 3 * h * d]).requiringGradient()
    for causal in [false, true] {
      let parts = heads(x, h)
      let ours = parts[0].attention(parts[1], parts[2], causal: causal)
      let plain = formula(parts[0], parts[1], parts[2], causal: causal)
      #expect(try gap(ours, plain) < 1e-5)
      let found = try (ours * ours).sin().sum().gradients(for: [x])[0]
      let expected = try (plain * plain).sin().sum().gradients(for: [x])[0]
      #expect(try gap(found, expected) < 1e-4)
    }
  }

  @Test func scoresOfAnySizeAreWeighed() throws {
    let q = RandomStream(2).normal([1, 2, 40, 16]) * 60
    let v = RandomStream(3).normal([1, 2, 40, 16])
    #expect(
      try gap(q.attention(q, v, causal: true), formula(q, q, v, causal: true)) < 1e-4)
  }

  @Test func whatIsNotANumberIsSeenByTheRowsThatSeeIt() throws {
    let x = RandomStream(4).normal([1, 1, 32, 16])
    let broken = Tensor.concatenate(
      [x.sliced(2, 0, 20), Tensor.full([1, 1, 1, 16], .nan), x.sliced(2, 21, 32)], along: 2)
    let found = try x.attention(broken, x, causal: true).mean(over: 0, 1, 3).values(as: Double.self)
    #expect(found.prefix(20).allSatisfy(\.isFinite) && found.suffix(12).allSatisfy(\.isNaN))
  }

  @Test func secondDerivativesPassThrough() throws {
    let x = RandomStream(5).normal([2, 18, 3 * 32]).requiringGradient()
    func penalty(_ y: Tensor) throws -> Tensor {
      let slope = try y.sin().sum().gradients(for: [x], createGraph: true)[0]
      return try slope.squared().sum().gradients(for: [x])[0]
    }
    let parts = heads(x, 2)
    let ours = try penalty(parts[0].attention(parts[1], parts[2], causal: true))
    let plain = try penalty(formula(parts[0], parts[1], parts[2], causal: true))
    #expect(try gap(ours, plain) < 1e-3)
  }

  @Test func oneThreadAndTwoGiveTheSameBits() throws {
    defer { Runtime.threads = 1 }
    let x = RandomStream(6).normal([4, 60, 3 * 64]).requiringGradient()
    func found() throws -> [[Float]] {
      let parts = heads(x, 2)
      let y = parts[0].attention(parts[1], parts[2], causal: true)
      return try [y.detached(), y.sin().sum().gradients(for: [x])[0]].map { try $0.values() }
    }
    let one = try found()
    Runtime.threads = 2
    #expect(try found() == one)
  }
}
