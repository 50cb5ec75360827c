import Torch

/// How a weight starts.
///
/// The fan-in of `[out, in, …]` is in · (sizes of the window).
public enum Initialiser: Sendable {
  /// Uniform within ±1 / √fan-in, as PyTorch's layers start.
  case fanInUniform
  /// He et al., *Delving deep into rectifiers*, 2015: normal with variance 2 / fan-in.
  case kaimingNormal
  /// Glorot & Bengio, *Understanding the difficulty of training deep feedforward networks*, 2010: uniform.
  case xavierUniform
  /// Glorot & Bengio, 2010: normal.
  case xavierNormal
  /// Normal with mean 0.
  case normal(Double)
  /// Saxe et al., *Exact solutions to the nonlinear dynamics of learning*, 2014: orthonormal rows or columns.
  case orthogonal
  case constant(Double)

  /// A tensor of shape `shape` that starts this way.
  public func callAsFunction(_ shape: [Int], _ random: RandomStream) -> Tensor {
    let window = shape.dropFirst(2).reduce(1, *)
    let fanIn = Double((shape.count > 1 ? shape[1] : shape.first ?? 1) * window)
    let fanOut = Double((shape.first ?? 1) * window)
    return switch self {
    case .fanInUniform: uniform(shape, 1 / fanIn.squareRoot(), random)
    case .kaimingNormal: random.normal(shape) * (2 / fanIn).squareRoot()
    case .xavierUniform: uniform(shape, (6 / (fanIn + fanOut)).squareRoot(), random)
    case .xavierNormal: random.normal(shape) * (2 / (fanIn + fanOut)).squareRoot()
    case .normal(let deviation): random.normal(shape) * deviation
    case .orthogonal: orthogonal(shape, random)
    case .constant(let value): Tensor.full(shape, value, device: random.device)
    }
  }

  private func uniform(_ shape: [Int], _ bound: Double, _ random: RandomStream) -> Tensor {
    random.uniform(shape) * (2 * bound) - bound
  }

  private func orthogonal(_ shape: [Int], _ random: RandomStream) -> Tensor {
    let rows = shape.first ?? 1
    let columns = shape.dropFirst().reduce(1, *)
    let tall = random.normal([max(rows, columns), min(rows, columns)])
    let (q, r) = tall.qr()
    // The signs make the distribution uniform over orthogonal matrices.
    let fixed = q * r.diagonal().sign()
    return (rows < columns ? fixed.transposed() : fixed).reshaped(shape)
  }
}
