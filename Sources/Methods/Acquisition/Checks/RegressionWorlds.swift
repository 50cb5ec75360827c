import Datasets
import Evaluation
import Files
import Foundation
import Torch

/// Tasks of regression: two measured, three computed.
enum RegressionWorld: String, CaseIterable {
  case friedman
  case arm
  case piston
  case housing = "california-housing"
  case abalone

  /// `count` different rows in random order: inputs `[n, d]` and targets `[n]`, in double precision.
  ///
  /// - Throws: `UserError` where the data are not here, or have fewer rows.
  func rows(_ count: Int, _ lab: Lab, _ seed: Seed) throws -> (x: Tensor, y: Tensor) {
    let random = RandomStream(seed)
    switch self {
    case .friedman:
      let u = clustered(count, 10, random)
      let (a, b) = (u.selected(1, 0), u.selected(1, 1))
      let y =
        (a * b * Double.pi).sin() * 10 + (u.selected(1, 2) - 0.5).squared() * 20
        + u.selected(1, 3) * 10 + u.selected(1, 4) * 5
      return (u, y)
    case .arm: return reach(clustered(count, 8, random))
    case .piston: return cycle(clustered(count, 7, random))
    case .housing: return try measured("median_house_value", count, lab, random)
    case .abalone: return try measured("rings", count, lab, random)
    }
  }

  /// Points of the unit cube, most of them near one of three centres.
  private func clustered(_ count: Int, _ columns: Int, _ random: RandomStream) -> Tensor {
    let centres = random.child("centres").uniform([3, columns], type: .float64)
    let owner = random.child("owner").integers(0..<3, [count])
    let near =
      centres.indexSelect(0, owner)
      + random.child("near").normal([count, columns], type: .float64) * 0.1
    let anywhere = random.child("anywhere").uniform([count, columns], type: .float64)
    let isNear = random.child("which").uniform([count, 1]) .< 0.8
    return isNear.choose(near.clamped(0, 1), anywhere)
  }

  /// How far a hand of four limbs reaches, by their angles and lengths.
  ///
  /// - Source: An & Owen, *Quasi-regression*, Journal of Complexity 17, 2001: the robot arm function.
  private func reach(_ u: Tensor) -> (Tensor, Tensor) {
    var angle = Tensor.zeros([u.size(0)], type: .float64)
    var across = angle, along = angle
    for limb in 0..<4 {
      angle = angle + u.selected(1, limb) * (2 * Double.pi)
      across += u.selected(1, 4 + limb) * angle.cos()
      along += u.selected(1, 4 + limb) * angle.sin()
    }
    return (u, (across.squared() + along.squared()).squareRoot())
  }

  /// How long a piston takes for a cycle, seconds.
  ///
  /// - Source: Ben-Ari & Steinberg, *Modeling data from computer experiments*, Quality Engineering 19, 2007.
  private func cycle(_ u: Tensor) -> (Tensor, Tensor) {
    let ranges = [
      (30.0, 60.0), (0.005, 0.02), (0.002, 0.01), (1000, 5000), (90_000, 110_000), (290, 296),
      (340, 360),
    ]
    let v = ranges.enumerated().map { u.selected(1, $0) * ($1.1 - $1.0) + $1.0 }
    let (mass, surface, volume, spring) = (v[0], v[1], v[2], v[3])
    let (pressure, ambient, filling) = (v[4], v[5], v[6])
    let force = pressure * surface + mass * 19.62 - spring * volume / surface
    let gas = pressure * volume / filling * ambient
    let gap = surface / (spring * 2) * ((force.squared() + spring * gas * 4).squareRoot() - force)
    let stiffness = spring + surface.squared() * gas / gap.squared()
    return (u, (mass / stiffness).squareRoot() * (2 * Double.pi))
  }

  /// Rows of a table with the column `target`, from the folder of data sets.
  private func measured(
    _ target: String, _ count: Int, _ lab: Lab, _ random: RandomStream
  ) throws -> (Tensor, Tensor) {
    let table = try MeasuredTable(lab.source([rawValue]), target: target, count) {
      try random.permutation($0).places()
    }
    return (table.x, table.y)
  }
}
