import GoldenFixtures
import Testing
import Torch

@Suite struct GoldenOptimiserTests {
  init() { Runtime.threads = 1 }

  /// Cases that have no counterpart among our kernels, and why.
  static let absent = [
    "sgdMomentumDampened": "our momentum is not dampened",
    "cosine": "schedules are Learning's",
    "cosineFloor": "schedules are Learning's",
    "warmUp": "schedules are Learning's",
    "warmUpCosine": "schedules are Learning's",
    "exponential": "schedules are Learning's",
  ]

  @Test func theAbsentCasesAreAmongTheFixtures() throws {
    let names = try GoldenCase.all("optimisers").map(\.name)
    #expect(Set(Self.absent.keys).isSubset(of: names))
  }

  @Test(arguments: try GoldenCase.all("optimisers"))
  func anOptimiserAgreesWithPyTorch(_ golden: GoldenCase) {
    guard Self.absent[golden.name] == nil else { return }
    for type in [DType.float32, .float64] {
      let found = golden.differences(in: type) { try Self.run(golden.op, $0, type) }
      #expect(found == [])
    }
  }

  static func run(_ op: String, _ c: GoldenInputs, _ type: DType) throws -> GoldenResult {
    if op == "clipGradientNorm" {
      let gradients = [
        "first": c["first"].detached().copied(), "second": c["second"].detached().copied(),
      ]
      let norm = Kernel.clipNorm(Array(gradients.values), to: c.number("maximum"))
      return GoldenResult(gradients.merging(["totalNorm": norm]) { one, _ in one })
    }
    let point = c["start"].detached().copied()
    let step = op == "SGD" ? sgd(c, point) : adam(op, c, point)
    let rows = try (0..<10).map { index in
      try step(c["gradients"].detached()[index], index)
      return point.copied()
    }
    return GoldenResult(["trajectory": Tensor.stack(rows)])
  }

  private static func sgd(_ c: GoldenInputs, _ point: Tensor) -> (Tensor, Int) throws -> Void {
    var settings = Kernel.SGD(rate: c.number("lr"))
    settings.momentum = c.number("momentum")
    settings.weightDecay = c.number("weight_decay")
    settings.nesterov = c.flag("nesterov")
    let momenta = c.has("momentum") ? [point.zerosLike()] : nil
    return { [settings] gradient, index in
      try Kernel.sgd(
        [point], gradients: [gradient], momenta: momenta, isFirst: index == 0, settings)
    }
  }

  private static func adam(
    _ op: String, _ c: GoldenInputs, _ point: Tensor
  ) -> (Tensor, Int) throws -> Void {
    var settings = Kernel.Adam(rate: c.number("lr"))
    if let betas = c.numbers("betas") { (settings.beta1, settings.beta2) = (betas[0], betas[1]) }
    settings.weightDecay = c.number("weight_decay")
    settings.epsilon = c.number("eps", 1e-8)
    settings.decoupled = op == "AdamW"
    let (first, second, steps) = (point.zerosLike(), point.zerosLike(), Tensor(0))
    let largest = c.flag("amsgrad") ? [point.zerosLike()] : nil
    return { [settings] gradient, _ in
      try Kernel.adam(
        [point], gradients: [gradient], first: [first], second: [second], largest: largest,
        steps: steps, settings)
    }
  }
}
