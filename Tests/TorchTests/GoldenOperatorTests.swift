import GoldenFixtures
import Testing
import Torch

@Suite struct GoldenOperatorTests {
  init() { Runtime.threads = 1 }

  /// Cases that have no counterpart among our operators, and why.
  static let absent: [String: String] = [:]

  @Test func theAbsentCasesAreAmongTheFixtures() throws {
    let names = try GoldenCase.all("ops").map(\.name)
    #expect(Set(Self.absent.keys).isSubset(of: names))
  }

  @Test(arguments: try GoldenCase.all("ops"))
  func anOperatorAgreesWithPyTorch(_ golden: GoldenCase) {
    guard Self.absent[golden.name] == nil else { return }
    for type in [DType.float32, .float64] {
      let found = golden.differences(in: type) { inputs in
        try GoldenResult(#require(Operators.run(golden.op, inputs)))
      }
      #expect(found == [])
    }
  }
}

/// Our counterpart of each PyTorch operator, nil where there is none.
enum Operators {
  static func run(_ op: String, _ c: GoldenInputs) -> [String: Tensor]? {
    if let pair = pairs(op, c) { return pair }
    let families = [
      unary, special, binary, choosing, reduction, running, gathering, arranging, product, matrix,
      fourier, loss,
    ]
    for family in families {
      if let output = family(op, c) { return ["output": output] }
    }
    return nil
  }

  static func unary(_ op: String, _ c: GoldenInputs) -> Tensor? {
    let x = c["input"]
    return switch op {
    case "abs": x.abs()
    case "neg": -x
    case "exp": x.exp()
    case "expm1": x.expm1()
    case "sin": x.sin()
    case "cos": x.cos()
    case "tan": x.tan()
    case "atan": x.atan()
    case "sinh": x.sinh()
    case "cosh": x.cosh()
    case "asinh": x.asinh()
    case "square": x.squared()
    case "sign": x.sign()
    case "floor": x.floor()
    case "ceil": x.ceil()
    case "round": x.rounded()
    case "trunc": x.truncated()
    case "sqrt": x.squareRoot()
    case "rsqrt": x.inverseSquareRoot()
    case "log": x.log()
    case "log2": x.log2()
    case "log10": x.log10()
    case "log1p": x.log1p()
    case "reciprocal": 1 / x
    case "asin": x.asin()
    case "acos": x.acos()
    case "acosh": x.acosh()
    case "atanh": x.atanh()
    default: nil
    }
  }

  static func special(_ op: String, _ c: GoldenInputs) -> Tensor? {
    let x = c["input"]
    return switch op {
    case "erf": x.erf()
    case "erfc": x.erfc()
    case "erfinv": x.erfinv()
    case "lgamma": x.lgamma()
    case "digamma": x.digamma()
    case "polygamma": x.polygamma(c.integer("n"))
    case "i0e": x.i0e()
    case "i1e": x.i1e()
    case "logNdtr": x.logNormalCDF()
    case "ndtri": x.normalQuantile()
    case "logit": x.logit()
    case "sinc": x.sinc()
    case "entr": x.entropyTerm()
    case "xlogy": x.xlogy(c["other"])
    case "logaddexp": x.logAddExp(c["other"])
    default: nil
    }
  }

  static func binary(_ op: String, _ c: GoldenInputs) -> Tensor? {
    let (x, y) = (c["input"], c["other"])
    return switch op {
    case "add": x + y
    case "sub": x - y
    case "mul": x * y
    case "div": x / y
    case "maximum": x.maximum(y)
    case "minimum": x.minimum(y)
    case "atan2": x.atan2(y)
    case "hypot": x.hypot(y)
    case "remainder": x.remainder(y)
    case "pow": c.has("exponent") ? x.power(c.number("exponent")) : x.power(c["exponent"])
    default: nil
    }
  }

  static func choosing(_ op: String, _ c: GoldenInputs) -> Tensor? {
    let x = c["input"]
    return switch op {
    case "clamp": x.clamped(c.number("min"), c.number("max"))
    case "lerp": x.lerp(c["end"], c["weight"])
    case "where": (c["condition"] .!= 0).choose(x, c["other"])
    case "maskedFill": x.masked(c["mask"] .!= 0, with: c.number("value"))
    default: nil
    }
  }

  static func reduction(_ op: String, _ c: GoldenInputs) -> Tensor? {
    let x = c["input"]
    let axis = c.integer("dim")
    return switch op {
    case "sum" where c.flag("keepdim"): x.sum(over: 0, 2, keep: true)
    case "sum": c.has("dim") ? x.sum(over: axis) : x.sum()
    case "mean": x.mean(over: axis)
    case "prod": x.product(over: axis)
    case "var" where c.integers("dim").count == 2:
      x.variance(over: 0, 1, correction: c.number("correction"))
    case "var": x.variance(over: axis, correction: c.number("correction"))
    case "std": x.standardDeviation(over: axis, correction: c.number("correction"))
    case "amax": x.max(over: axis)
    case "amin": x.min(over: axis)
    case "argmax": x.argmax(over: axis)
    case "argmin": x.argmin(over: axis)
    case "vectorNorm": x.norm(c.number("ord"), over: axis)
    case "logsumexp": x.logSumExp(over: axis)
    case "median": x.median(over: axis).values
    default: nil
    }
  }

  static func running(_ op: String, _ c: GoldenInputs) -> Tensor? {
    let x = c["input"]
    let axis = c.integer("dim")
    return switch op {
    case "cumsum": x.cumulativeSum(along: axis)
    case "cumprod": x.cumulativeProduct(along: axis)
    case "logcumsumexp": x.cumulativeLogSumExp(along: axis)
    case "cummax": x.cumulativeMax(along: axis).values
    case "diff": x[.all, 1...] - x.sliced(axis, 0, -1)
    default: nil
    }
  }

  static func gathering(_ op: String, _ c: GoldenInputs) -> Tensor? {
    let x = c["input"]
    let axis = c.integer("dim")
    return switch op {
    case "gather", "takeAlongDim": x.gather(axis, c.indices())
    case "scatter": x.scatter(axis, c.indices(), c["source"])
    case "scatterAdd": x.scatterAdd(axis, c.indices(), c["source"])
    case "indexSelect": x.indexSelect(axis, c.indices())
    case "indexAdd": x.indexAdd(axis, c.indices(), c["source"])
    case "argsort": x.sorted(along: axis).indices
    default: nil
    }
  }

  static func pairs(_ op: String, _ c: GoldenInputs) -> [String: Tensor]? {
    let x = c["input"]
    let axis = c.integer("dim")
    switch op {
    case "sort":
      let found = x.sorted(along: axis, descending: c.flag("descending"))
      return ["values": found.values, "indices": found.indices]
    case "topk":
      let found = x.top(c.integer("k"), along: axis)
      return ["values": found.values, "indices": found.indices]
    case "qr":
      let found = x.qr()
      return ["q": found.q, "r": found.r]
    case "slogdet":
      let found = x.signAndLogDeterminant()
      return ["sign": found.sign, "logAbsDet": found.log]
    default: return nil
    }
  }
}
