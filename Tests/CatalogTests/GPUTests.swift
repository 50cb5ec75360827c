import Catalog
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Testing
import Torch

/// What only a machine with a GPU can show; `make test-gpu` runs these there.
@Suite(.enabled(if: Device.cudaCount > 0, "there is no GPU here"), .serialized)
struct GPUTests {
  let contract: ContractTests

  init() throws { contract = try ContractTests() }

  /// Fits a method on the GPU, and holds its codes there against those of the same weights on the CPU.
  @Test(arguments: ContractTests.names) func everyMethodTrainsOnAGPU(_ name: String) throws {
    func check<Method: Recipe>(_ type: Method.Type) throws {
      let (method, source) = (try contract.small(type), try contract.source())
      var run = FitRun(source, seed: Seed(1))
      run.device = .cuda(0)
      let there = try Space.fitted(method, run).network
      for (part, tensor) in there.state {
        #expect(tensor.device == .cuda(0), "\(part)")
        #expect(try tensor.to(.cpu).to(.float64).abs().sum().value().isFinite, "\(part)")
      }
      let here = method.makeNetwork(source.domain, RandomStream(1))
      try here.load(there.state.mapValues { $0.to(.cpu) })
      guard let far = there as? any Encoding, let near = here as? any Encoding else { return }
      let x = try source.test.batch([0, 1, 2]).x
      let (a, b) = (far.encode(x.to(.cuda(0))).to(.cpu), near.encode(x))
      let size = try b.abs().max().value()
      #expect(try (a - b).abs().max().value() <= 1e-2 * max(size, 1), "rounding of TF32 at most")
    }
    try check(contract.recipe(name))
  }

  @Test func randomNumbersOfAStepAreSharedOutOnAGPUToo() throws {
    let whole = RandomStream(7, device: .cuda(0)).normal([40, 3]).to(.cpu)
    let parts = (0..<2).map { rank in
      let share = BatchShare(of: 40, rank: rank, ranks: 2)
      return RandomStream(Seed(7), device: .cuda(0), share: share).normal([20, 3]).to(.cpu)
    }
    #expect(try Tensor.concatenate(parts).bytes() == whole.bytes())
  }
}
