import GoldenFixtures
import Probability
import Testing
import Torch

@Suite struct GoldenLikelihoodTests {
  init() { Runtime.threads = 1 }

  /// Cases that have no counterpart among our distributions, and why.
  static let absent = [
    "vonMises": "libtorch has no sampler for it; it comes with the first method that needs it"
  ]

  @Test func theAbsentCasesAreAmongTheFixtures() throws {
    let names = try GoldenCase.all("likelihoods").map(\.name)
    #expect(Set(Self.absent.keys).isSubset(of: names))
  }

  @Test(arguments: try GoldenCase.all("likelihoods"))
  func aDistributionAgreesWithPyTorch(_ golden: GoldenCase) {
    guard Self.absent[golden.name] == nil else { return }
    for type in [DType.float32, .float64] {
      let found = golden.differences(in: type, ignoring: ["variance"]) { inputs in
        if golden.op == "KL" { return try GoldenResult(#require(Families.divergence(inputs))) }
        return try GoldenResult(#require(Families.run(golden.op, inputs)))
      }
      #expect(found == [])
    }
  }
}

/// Our counterpart of each PyTorch distribution, nil where there is none.
enum Families {
  static func run(_ op: String, _ c: GoldenInputs) -> [String: Tensor]? {
    guard let distribution = make(op, c) else { return nil }
    let value = op == "Categorical" ? c.indices("value") : c["value"]
    var outputs = ["logProb": distribution.logProbability(of: value), "mean": distribution.mean]
    outputs["entropy"] = entropy(of: distribution)
    return outputs
  }

  static func make(_ op: String, _ c: GoldenInputs, _ side: String = "") -> (any Distribution)? {
    func p(_ name: String) -> Tensor { c[side + name] }
    return switch op {
    case "Normal": Normal(mean: p("loc"), logVariance: p("scale").log() * 2)
    case "StandardNormal": nil
    case "Bernoulli": Bernoulli(logits: p("logits"))
    case "ContinuousBernoulli": ContinuousBernoulli(logits: p("logits"))
    case "Categorical": Categorical(logits: p("logits"))
    case "Laplace": Laplace(mean: p("loc"), logScale: p("scale").log())
    case "Logistic": Logistic(mean: p("loc"), logScale: p("logScale"))
    case "DiscretisedLogistic":
      Logistic(mean: p("loc"), logScale: p("logScale"), levels: c.integer("levels"))
    case "StudentT": StudentT(mean: p("loc"), logScale: p("scale").log(), freedom: p("df"))
    case "Poisson": Poisson(logRate: p("rate").log())
    case "NegativeBinomial": NegativeBinomial(failures: p("total_count"), logits: p("logits"))
    case "Gamma": Gamma(concentration: p("concentration"), rate: p("rate"))
    case "Exponential": Gamma(concentration: p("rate").detached().onesLike(), rate: p("rate"))
    case "Beta": Beta(alpha: p("concentration1"), beta: p("concentration0"))
    case "Dirichlet": Dirichlet(concentration: p("concentration"))
    case "LogNormal":
      LogNormal(logarithm: Normal(mean: p("loc"), logVariance: p("scale").log() * 2))
    default: nil
    }
  }

  static func entropy(of distribution: any Distribution) -> Tensor? {
    switch distribution {
    case let p as Normal: p.entropy
    case let p as Bernoulli: p.entropy
    case let p as ContinuousBernoulli: p.entropy
    case let p as Categorical: p.entropy
    case let p as Laplace: p.entropy
    case let p as Logistic: p.entropy
    case let p as StudentT: p.entropy
    case let p as Gamma: p.entropy
    case let p as Beta: p.entropy
    case let p as Dirichlet: p.entropy
    case let p as LogNormal: p.entropy
    default: nil
    }
  }

  static func divergence(_ c: GoldenInputs) -> [String: Tensor]? {
    let (p, q) = (make(c.text("p"), c, "p."), make(c.text("q"), c, "q."))
    let found: Tensor? =
      switch (p, q) {
      case (let p as Normal, nil): p.divergenceFromStandard()
      case (let p as Normal, let q as Normal): p.divergence(from: q)
      case (let p as Bernoulli, let q as Bernoulli): p.divergence(from: q)
      case (let p as Categorical, let q as Categorical): p.divergence(from: q)
      case (let p as Gamma, let q as Gamma): p.divergence(from: q)
      case (let p as Beta, let q as Beta): p.divergence(from: q)
      case (let p as Dirichlet, let q as Dirichlet): p.divergence(from: q)
      case (let p as Laplace, let q as Laplace): p.divergence(from: q)
      default: nil
      }
    return found.map { ["divergence": $0] }
  }
}
