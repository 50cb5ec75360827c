import Foundation
import Networks
import Torch

/// Rounds each number of a vector to one of a few levels; the products of the levels are an implicit codebook.
///
/// - Source: Mentzer, Minnen, Agustsson & Tschannen, *Finite Scalar Quantization: VQ-VAE Made Simple*, ICLR 2024,
///   arXiv:2309.15505, section 3.1 and appendix A.1.
public struct FiniteScalarQuantiser: Quantiser {
  /// Levels of each number, at least 2.
  public let levels: [Int]

  public init(levels: [Int]) { self.levels = levels }

  public var size: Int { levels.reduce(1, *) }
  public var width: Int { levels.count }

  /// Within the levels and not yet rounded, `[n, t, w]`.
  func bounded(_ z: Tensor) -> Tensor {
    // A little less than the outermost levels, so that rounding never leaves them.
    let half = levels.map { Double($0 - 1) * (1 - 1e-3) / 2 }
    // An even number of levels lies about a half.
    let offset = levels.map { $0 % 2 == 0 ? 0.5 : 0 }
    let shift = zip(offset, half).map { tan($0 / $1) }
    return (z + row(shift, z)).tanh() * row(half, z) - row(offset, z)
  }

  public func quantised(_ z: Tensor) -> Tensor {
    let bounded = bounded(z)
    return bounded.straightThrough(to: bounded.rounded()) / row(halves, z)
  }

  public func indices(_ z: Tensor) -> Tensor {
    withoutGradients {
      let digits = bounded(z).rounded() + row(halves, z)
      return (digits * row(places, z)).sum(over: -1).rounded().to(.int64)
    }
  }

  public func vectors(_ indices: Tensor) -> Tensor {
    let digits = zip(levels, places).map { level, place in
      indices.floorDivide(Tensor(place, type: .int64, device: indices.device))
        .remainder(Double(level)).to(.float32)
    }
    let all = Tensor.stack(digits, along: -1)
    return (all - row(halves, all)) / row(halves, all)
  }

  /// What a rounded number is divided by to lie in `[-1, 1]`.
  private var halves: [Double] { levels.map { Double($0 / 2) } }
  /// What one step of each number counts in an index.
  private var places: [Double] {
    levels.dropLast().reduce(into: [1.0]) { $0.append(($0.last ?? 1) * Double($1)) }
  }

  private func row(_ values: [Double], _ like: Tensor) -> Tensor {
    Tensor(values.map(Float.init)).to(like.device)
  }
}
