import GoldenFixtures
import Probability
import Testing
import Torch

@Suite struct GoldenCategoricalTests {
  init() { Runtime.threads = 1 }

  @Test(arguments: try GoldenCase.all("categorical"))
  func aCategoricalVariableAndWhatPassesItAgreeWithPyTorch(_ golden: GoldenCase) {
    for type in [DType.float32, .float64] {
      #expect(golden.differences(in: type) { GoldenResult(run(golden.op, $0)) } == [])
    }
  }

  private func run(_ op: String, _ c: GoldenInputs) -> [String: Tensor] {
    let temperature = c.number("temperature")
    if op == "Coupling" { return coupling(c["logits"], c["other"], temperature) }
    let q = OneHotCategorical(logits: c["logits"])
    let value = c["value"]
    switch op {
    case "OneHot":
      return [
        "logProb": q.logProbability(of: value.detached()), "entropy": q.entropy,
        "divergence": q.divergenceFromUniform(),
      ]
    case "Relaxed":
      let relaxed = RelaxedCategorical(logits: q.logits, temperature: temperature)
      return ["logProb": relaxed.logProbability(of: value)]
    default:
      let estimator = op == "ReinMax" ? CategoricalEstimator.reinMax : .straightThrough
      let y = estimator.passing(value.detached(), q, temperature: temperature)
      let slopes = Tensor([1, -0.7, 0.4, 2]).to(y.dtype)
      return ["draw": y, "loss": (y * slopes).sum(over: -1).exp().sum(over: 1)]
    }
  }

  private func coupling(_ one: Tensor, _ other: Tensor, _ temperature: Double) -> [String: Tensor] {
    let (p, q) = (sharpened(one, temperature), sharpened(other, temperature))
    return [
      "distance": SimplexDistance.squared(p.mean, q.mean), "entropy": -(p.entropy + q.entropy),
    ]
  }

  private func sharpened(_ logits: Tensor, _ temperature: Double) -> OneHotCategorical {
    OneHotCategorical(logits: logits.softmax() * (1 / temperature))
  }
}
