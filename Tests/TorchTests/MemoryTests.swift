import Foundation
import Testing
import Torch

@Suite(.serialized) struct MemoryTests {
  init() { Runtime.threads = 1 }

  /// Resident megabytes of this process.
  static func residentMegabytes() throws -> Double {
    let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
    let pages = try #require(text.split(separator: " ").dropFirst().first.flatMap { Double($0) })
    return pages * Double(sysconf(Int32(_SC_PAGESIZE))) / 1e6
  }

  /// One training step of a 16-8-16 network.
  static func train(_ steps: Int) throws {
    let random = RandomStream(1)
    let w = random.normal([8, 16]).requiringGradient()
    let v = random.normal([16, 8]).requiringGradient()
    let (first, second) = ([w, v].map { $0.zerosLike() }, [w, v].map { $0.zerosLike() })
    let counts = Tensor(0)
    for _ in 0..<steps {
      let x = random.normal([4, 16])
      let loss = (x.linear(w).relu().linear(v) - x).squared().mean()
      let gradients = try loss.gradients(for: [w, v])
      _ = Kernel.clipNorm(gradients, to: 1)
      try Kernel.adam(
        [w, v], gradients: gradients, first: first, second: second, steps: counts,
        Kernel.Adam(rate: 1e-3))
    }
    #expect(try w.isFinite().all(over: 0).all(over: 0).value() == 1)
  }

  /// The least growth of up to ten rounds in megabytes: a leak shows in each, and other tests that take memory meanwhile
  /// leave one round alone.
  static func growth(_ body: () throws -> Void) throws -> Double {
    var least = Double.infinity
    try body()
    for _ in 0..<10 where least > 1 {
      let before = try residentMegabytes()
      try body()
      least = try min(least, residentMegabytes() - before)
    }
    return least
  }

  @Test func trainingKeepsMemoryFlat() throws {
    let growth = try Self.growth { try Self.train(5000) }
    #expect(growth < 5)
  }

  @Test func failuresKeepMemoryFlat() throws {
    let (a, b) = (Tensor.zeros([200, 300]), Tensor.zeros([200, 300]))
    let growth = try Self.growth { for _ in 0..<1000 { _ = (a + 1).matmul(b).relu() } }
    #expect(growth < 7)
  }
}
