import GoldenFixtures
import Torch

extension Operators {
  static func arranging(_ op: String, _ c: GoldenInputs) -> Tensor? {
    let x = c["input"]
    let axis = c.integer("dim")
    return switch op {
    case "flip": x.flipped(c.integer("dims"))
    case "roll": x.rolled(by: c.integer("shifts"), along: c.integer("dims"))
    case "tril": x.lowerTriangle(c.integer("diagonal"))
    case "triu": x.upperTriangle(c.integer("diagonal"))
    case "diagonal": x.diagonal()
    case "diagEmbed": x.asDiagonal()
    case "permute": x.permuted(2, 0, 1)
    case "expand": x.expanded(c.integers("shape"))
    case "repeatInterleave": x.repeatingEach(c.integer("repeats"), along: axis)
    case "cat": Tensor.concatenate([x, c["other"]], along: axis)
    case "stack": Tensor.stack([x, c["other"]], along: axis)
    case "narrow": x.sliced(axis, c.integer("start"), c.integer("start") + c.integer("length"))
    case "unfold":
      x.windows(of: c.integer("size"), step: c.integer("step"), along: c.integer("dimension"))
    default: nil
    }
  }

  static func product(_ op: String, _ c: GoldenInputs) -> Tensor? {
    let (x, y) = (c["input"], c["other"])
    return switch op {
    case "matmul": x.matmul(y)
    case "bmm": x.batchedMatmul(y)
    case "einsum": Tensor.einsum(c.text("equation"), x, y)
    case "outer": x.outer(y)
    case "kron": x.kronecker(y)
    case "cdist": x.distances(to: y)
    case "scaledDotProductAttention":
      c["query"].attention(c["key"], c["value"], causal: c.flag("is_causal"))
    default: nil
    }
  }

  static func matrix(_ op: String, _ c: GoldenInputs) -> Tensor? {
    let (x, y) = (c["input"], c["other"])
    return switch op {
    case "cholesky": x.cholesky()
    case "svdvals": x.singularValues()
    case "eigvalsh": x.symmetricEigenvalues()
    case "solve": x.solve(y)
    case "solveTriangular": x.solveTriangular(y, upper: c.flag("upper"))
    case "choleskySolve": x.choleskySolve(y)
    case "logdet": x.logDeterminant()
    case "det": x.determinant()
    case "matrixExp": x.matrixExp()
    case "inv": x.inverse()
    case "pinv": x.pseudoInverse()
    case "matrixNorm": x.singularValues().sum()
    case "trace": x.trace()
    default: nil
    }
  }

  static func fourier(_ op: String, _ c: GoldenInputs) -> Tensor? {
    let x = c["input"]
    return switch op {
    case "fftMagnitude": x.fft().abs()
    case "rfftMagnitude": x.realFFT().abs()
    case "rfftParts": x.realFFT().asRealPairs()
    case "fft2Magnitude": x.fft2().abs()
    case "fftRoundTrip": (x.realFFT() * 0.5).inverseRealFFT()
    default: nil
    }
  }

  static func loss(_ op: String, _ c: GoldenInputs) -> Tensor? {
    let x = c["input"]
    let axis = c.integer("dim")
    return switch op {
    case "smoothL1": x.smoothAbsoluteError(c["target"], beta: c.number("beta"))
    case "crossEntropy":
      x.crossEntropy(c.indices("target"), smoothing: c.number("label_smoothing"))
    case "bceWithLogits": x.binaryCrossEntropy(c["target"])
    case "cosineSimilarity": x.cosineSimilarity(c["other"], along: axis)
    case "normalize": x / x.norm(over: axis, keep: true).clamped(atLeast: 1e-12)
    default: nil
    }
  }
}
