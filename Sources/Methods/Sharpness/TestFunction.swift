import Foundation
import Torch

/// A function to be maximised whose greatest value is known, from those that optimisers are tried on, turned over.
///
/// - Source: Surjanovic & Bingham, *Virtual Library of Simulation Experiments*, 2013.
struct TestFunction: Sendable {
  let name: String
  /// Sides of the box of designs.
  let low: [Double]
  let high: [Double]
  /// The greatest value in the box.
  let greatest: Double
  /// Values of designs, `[n, d]` to `[n]`.
  let values: @Sendable (Tensor) -> Tensor

  /// Designs that are uniform in the box, `[n, d]` in double precision.
  func designs(_ count: Int, _ random: RandomStream) -> Tensor {
    let (low, high) = (Tensor(low, shape: [1, low.count]), Tensor(high, shape: [1, high.count]))
    return low + (high - low) * random.uniform([count, self.low.count], type: .float64)
  }

  static let branin = TestFunction(
    name: "Branin", low: [-5, 0], high: [10, 15], greatest: -0.39788735772973816
  ) { x in
    let (a, b) = (x.selected(1, 0), x.selected(1, 1))
    let bend = 5.1 / (4 * Double.pi * Double.pi)
    let well = b - a.squared() * bend + a * (5 / Double.pi) - 6
    let waves = a.cos() * (10 - 10 / (8 * Double.pi))
    return -(well.squared() + waves + 10)
  }

  static func ackley(_ d: Int) -> TestFunction {
    TestFunction(
      name: "Ackley", low: Array(repeating: -5, count: d), high: Array(repeating: 5, count: d),
      greatest: 0
    ) { x in
      let radius = x.squared().mean(over: 1).squareRoot()
      let waves = (x * (2 * Double.pi)).cos().mean(over: 1)
      return (radius * -0.2).exp() * 20 + waves.exp() - (20 + M_E)
    }
  }

  static func rosenbrock(_ d: Int) -> TestFunction {
    TestFunction(
      name: "Rosenbrock", low: Array(repeating: -2, count: d), high: Array(repeating: 2, count: d),
      greatest: 0
    ) { x in
      let (here, next) = (x.sliced(1, 0, d - 1), x.sliced(1, 1, d))
      return -((next - here.squared()).squared() * 100 + (1 - here).squared()).sum(over: 1)
    }
  }

  /// The sum of a polynomial of each column, which no check judges by: choices are made on it.
  static func styblinskiTang(_ d: Int) -> TestFunction {
    TestFunction(
      name: "Styblinski–Tang", low: Array(repeating: -5, count: d),
      high: Array(repeating: 5, count: d), greatest: 39.16616570377142 * Double(d)
    ) { x in
      let squares = x.squared()
      return (squares.squared() - squares * 16 + x * 5).sum(over: 1) * -0.5
    }
  }

  static let hartmann = TestFunction(
    name: "Hartmann", low: Array(repeating: 0, count: 6), high: Array(repeating: 1, count: 6),
    greatest: 3.322368011415515
  ) { x in
    let widths: [Double] = [
      10, 3, 17, 3.5, 1.7, 8, 0.05, 10, 17, 0.1, 8, 14, 3, 3.5, 1.7, 10, 17, 8, 17, 8, 0.05, 10,
      0.1, 14,
    ]
    let places: [Double] = [
      1312, 1696, 5569, 124, 8283, 5886, 2329, 4135, 8307, 3736, 1004, 9991, 2348, 1451, 3522, 2883,
      3047, 6650, 4047, 8828, 8732, 5743, 1091, 381,
    ]
    let centres = Tensor(places, shape: [1, 4, 6]) * 1e-4
    let heights = Tensor([1, 1.2, 3, 3.2] as [Double], shape: [1, 4])
    let distances = ((x.unsqueezed(1) - centres).squared() * Tensor(widths, shape: [1, 4, 6])).sum(
      over: 2)
    return ((-distances).exp() * heights).sum(over: 1)
  }
}
