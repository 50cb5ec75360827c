import Foundation
import Torch

/// Responses that depend on two directions of twenty inputs by a known link.
struct IndexWorld: Equatable, Sendable {
  /// How the inputs are distributed.
  enum Inputs: String, CaseIterable, Sendable {
    /// Normal, neighbours correlated by 0.5.
    case normal
    /// Student t with five degrees of freedom and the same shape.
    case student
    /// Two normals of unequal weight, place and spread.
    case mixture
  }

  /// How a response depends on an index.
  enum Link: String, CaseIterable, Sendable {
    case quadratic, sinusoidal
  }

  var inputs = Inputs.normal
  var link = Link.quadratic
  var dimensions = 20
  var directions = 2
  var responses = 6
  /// Deviation of the noise, added to responses of about unit spread.
  var noise = 0.5

  /// Standardised inputs `[n, p]`, responses `[n, q]`, and orthonormal true directions `[p, k]` for the
  /// standardised inputs.
  func sample(rows n: Int, _ seed: Seed) -> (x: Tensor, y: Tensor, truth: Tensor) {
    let fixed = RandomStream(seed.child("truth"))
    let p = dimensions
    let basis = fixed.normal([p, directions], type: .float64).qr().q
    let mixing = fixed.normal([directions, responses], type: .float64)
    let loads = mixing / mixing.squared().sum(over: 0, keep: true).squareRoot()
    let phases = fixed.uniform([1, responses], type: .float64) * (2 * Double.pi)
    let random = RandomStream(seed.child("rows"))
    let x = draw(n, random)
    let indices = x.matmul(basis).matmul(loads)
    let clean = link == .quadratic ? indices.squared() : (indices + phases).sin() * 2.0.squareRoot()
    let y = clean + random.normal([n, responses], type: .float64) * noise
    let spread = x.variance(over: 0, correction: 0).squareRoot()
    let truth = (basis * spread.unsqueezed(1)).qr().q
    return (VariableTable.standardised(x), VariableTable.standardised(y), truth)
  }

  private func draw(_ n: Int, _ random: RandomStream) -> Tensor {
    let p = dimensions
    let places = Tensor.range(0, Double(p), type: .float64)
    let lags = (places.unsqueezed(1) - places.unsqueezed(0)).abs()
    let root = Tensor.power(0.5, lags).cholesky()
    let shaped = random.normal([n, p], type: .float64).matmul(root.transposed())
    switch inputs {
    case .normal: return shaped
    case .student:
      let squares = random.normal([n, 5], type: .float64).squared().mean(over: 1, keep: true)
      return shaped / squares.squareRoot() * (3.0 / 5).squareRoot()
    case .mixture:
      let which = random.bernoulli(Tensor.full([n, 1], 0.3, type: .float64))
      let direction = random.normal([1, p], type: .float64)
      let step = direction / direction.norm() * 4
      return shaped * (1 - which * 0.5) + step * which
    }
  }
}
