import Learning
import Networks
import Torch

/// A matrix whose rows read attributes from codes: what it reads can be replaced, and what lies across it stays.
public struct SubspaceProjection: Module {
  /// `[c, k]`, rows near orthonormal once it is learned.
  let matrix: Parameter

  /// A matrix for `attributes` numbers and codes of `latents` units.
  init(_ attributes: Int, _ latents: Int, _ random: RandomStream) {
    matrix = Parameter(Initialiser.xavierNormal([attributes, latents], random))
  }

  /// The attributes of codes, `[n, k]` to `[n, c]`.
  func callAsFunction(_ z: Tensor) -> Tensor { z.matmul(matrix.tensor.transposed()) }

  /// Codes with nothing but these attributes, `[n, c]` to `[n, k]`.
  func code(of y: Tensor) -> Tensor { y.matmul(matrix.tensor) }

  /// Codes whose attributes are `y` where `mask`, `[n, c]` or `[1, c]`, is 1, and as they are where it is 0.
  func replaced(_ z: Tensor, by y: Tensor, where mask: Tensor) -> Tensor {
    z + code(of: (y - self(z)) * mask)
  }

  /// How far codes are from having the attributes `y`, and from having them alone: the squared errors, `[n]`.
  func error(_ z: Tensor, _ y: Tensor) -> Tensor {
    (self(z) - y).squared().sum(over: 1) + (code(of: y) - z).squared().sum(over: 1)
  }
}

/// Gives codes another class or factor by replacing what a learned projection reads of it.
public protocol SubspaceEditing: Encoding, Decoding {
  /// Codes moved towards the class `label`, `[n, k]` to `[n, k]`: 1 replaces the class, 0 leaves it.
  func moved(_ z: Tensor, toClass label: Int, by strength: Double) -> Tensor
  /// Codes whose factor at `place` is moved by so many standard deviations, or towards its last value where it takes few.
  func moved(_ z: Tensor, factor place: Int, by strength: Double) -> Tensor
  /// Whether there are classes, and factors, that it was told.
  var editsClasses: Bool { get }
  var editsFactors: Bool { get }
}
