import Foundation
import Torch

/// Worlds in the plane: points whose class and causes are known.
enum Plane: String, CaseIterable {
  case rings, mixture, pinwheel, moons

  /// What the points look like.
  var about: String {
    switch self {
    case .rings: "points on four circles around one centre"
    case .mixture: "eight Gaussians in a ring"
    case .pinwheel: "five bent arms around one centre"
    case .moons: "two half circles that reach into each other"
    }
  }

  var classes: Int {
    switch self {
    case .rings: 4
    case .mixture: 8
    case .pinwheel: 5
    case .moons: 2
    }
  }

  /// The class, then the place along it where that is a cause of its own.
  var factors: [Factor] {
    switch self {
    case .rings: [Factor("ring", values: 4), Factor("angle", values: 0)]
    case .mixture: [Factor("component", values: 8)]
    case .pinwheel: [Factor("arm", values: 5), Factor("radius", values: 0)]
    case .moons: [Factor("moon", values: 2), Factor("angle", values: 0)]
    }
  }

  /// `count` seeded points.
  func reading(count: Int, seed: Seed) -> Reading {
    var random = SplitMix(seed.child(rawValue))
    var points: [Float] = [], labels: [Int] = [], values: [Float] = []
    for i in 0..<count {
      let label = i % classes
      let (x, y, along) = point(label, &random)
      points += [Float(x), Float(y)]
      labels.append(label)
      values.append(Float(label))
      if factors.count > 1 { values.append(Float(along)) }
    }
    var reading = Reading(ArrayStore(points, count: count, shape: [2]), support: .real)
    reading.labels = labels
    reading.classes = (0..<classes).map { "\(factors[0].name) \($0 + 1)" }
    reading.factors = factors
    reading.factorValues = .listed(values, width: factors.count)
    reading.columns = ["x", "y"]
    return reading
  }

  private func point(_ label: Int, _ random: inout SplitMix) -> (Double, Double, Double) {
    let (a, b) = normals(&random)
    switch self {
    case .rings:
      let angle = 2 * Double.pi * random.uniform(), radius = 0.5 * Double(label + 1) + 0.05 * a
      return (radius * cos(angle), radius * sin(angle), angle)
    case .mixture:
      let angle = 2 * Double.pi * Double(label) / 8
      return (2 * cos(angle) + 0.2 * a, 2 * sin(angle) + 0.2 * b, 0)
    case .pinwheel:
      let radius = 1 + 0.3 * a
      let across = 0.1 * b, angle = 2 * Double.pi * Double(label) / 5 + 0.25 * exp(radius)
      return (
        2 * (radius * cos(angle) - across * sin(angle)),
        2 * (radius * sin(angle) + across * cos(angle)), radius
      )
    case .moons:
      let angle = Double.pi * random.uniform()
      let x = label == 0 ? cos(angle) : 1 - cos(angle)
      let y = label == 0 ? sin(angle) : 0.5 - sin(angle)
      return (x - 0.5 + 0.08 * a, y - 0.25 + 0.08 * b, angle)
    }
  }
}

/// Two independent numbers of the standard normal distribution.
func normals(_ random: inout SplitMix) -> (Double, Double) {
  let radius = (-2 * log(1 - random.uniform())).squareRoot()
  let angle = 2 * Double.pi * random.uniform()
  return (radius * cos(angle), radius * sin(angle))
}
