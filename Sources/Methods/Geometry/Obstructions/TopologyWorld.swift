import Foundation
import Torch

/// Points on a manifold with a hole, and what lies in the hole.
///
/// - Source: Batson, Haaf, Kahn & Roberts, *Topological obstructions to autoencoding*, JHEP 2021, arXiv:2102.08380.
enum TopologyWorld: String, CaseIterable, Codable, Sendable {
  /// The unit circle in the plane.
  case circle
  /// The unit sphere in space.
  case sphere
  /// A torus of radii 1 and 0.4 in space.
  case torus
  /// Momenta of three massless particles with a total energy of 1, at rest together: a sphere of 5 dimensions.
  case phaseSpace = "phase-space"

  /// Numbers of a point.
  var inputs: Int { [.circle: 2, .phaseSpace: 9][self] ?? 3 }
  /// Dimension of the manifold.
  var dimension: Int { [.circle: 1, .phaseSpace: 5][self] ?? 2 }
  /// The loops of the manifold that cannot be drawn together.
  var loops: Int { [.circle: 1, .torus: 2][self] ?? 0 }
  /// Whether any code of as many numbers as the manifold has dimensions gives two opposite points the same place, so that
  /// one of them is missed by its whole length (Borsuk and Ulam).
  var isSphere: Bool { self != .torus }

  /// `n` points of the manifold, evenly spread, `[n, inputs]`.
  func points(_ n: Int, _ seed: Seed) -> Tensor {
    var random = SplitMix(seed.child(rawValue))
    return Tensor((0..<n).flatMap { _ in point(&random) }, shape: [n, inputs])
  }

  /// `n` points of another kind: in the hole, which training never saw, or events in which two of three particles come of a
  /// decay of mass 0.5, a bump in what training covers.
  func strangers(_ n: Int, _ seed: Seed) -> Tensor {
    var random = SplitMix(seed.child("strangers").child(rawValue))
    let rows = (0..<n).flatMap { _ -> [Double] in
      guard self != .phaseSpace else { return Momenta.resonance(0.5, &random).flatMap(\.self) }
      let radius = 0.3 * pow(random.uniform(), 1 / Double(inputs))
      return Self.direction(inputs, &random).map { $0 * radius }
    }
    return Tensor(rows, shape: [n, inputs])
  }

  private func point(_ random: inout SplitMix) -> [Double] {
    switch self {
    case .circle, .sphere: return Self.direction(inputs, &random)
    case .torus:
      let around = 2 * Double.pi * random.uniform()
      // Even in area: the outer half is larger.
      var across = 0.0
      repeat {
        across = 2 * Double.pi * random.uniform()
      } while 1.4 * random.uniform() > 1 + 0.4 * cos(across)
      let radius = 1 + 0.4 * cos(across)
      return [radius * cos(around), radius * sin(around), 0.4 * sin(across)]
    case .phaseSpace: return Momenta.event(&random).flatMap(\.self)
    }
  }

  /// A direction, evenly drawn.
  static func direction(_ d: Int, _ random: inout SplitMix) -> [Double] {
    let x = (0..<d).map { _ in
      (-2 * log(1 - random.uniform())).squareRoot() * cos(2 * Double.pi * random.uniform())
    }
    let length = x.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return x.map { $0 / length }
  }
}

/// Momenta of three massless particles whose energies add up to 1 and whose momenta to 0.
enum Momenta {
  /// An event evenly drawn from phase space.
  ///
  /// - Source: Kleiss, Stirling & Ellis, *A new Monte Carlo treatment of multiparticle phase space at high energies*, 1986.
  static func event(_ random: inout SplitMix) -> [[Double]] {
    let free = (0..<3).map { _ -> [Double] in
      let energy = -log((1 - random.uniform()) * (1 - random.uniform()))
      return TopologyWorld.direction(3, &random).map { $0 * energy }
    }
    let energies = free.map(length)
    let total = (0..<3).map { axis in free.reduce(0) { $0 + $1[axis] } }
    let energy = energies.reduce(0, +)
    let mass = (energy * energy - length(total) * length(total)).squareRoot()
    return zip(free, energies).map { boosted($0, $1, by: total.map { -$0 / mass }, mass) }
  }

  /// An event in which the first two particles come of one of this mass, which decays evenly.
  static func resonance(_ mass: Double, _ random: inout SplitMix) -> [[Double]] {
    let recoil = (1 - mass * mass) / 2
    let way = TopologyWorld.direction(3, &random).map { $0 * recoil }
    let decay = TopologyWorld.direction(3, &random).map { $0 * mass / 2 }
    let speed = way.map { -$0 / mass }
    return [
      boosted(decay, mass / 2, by: speed, 1), boosted(decay.map { -$0 }, mass / 2, by: speed, 1),
      way,
    ]
  }

  /// The invariant mass of the first two particles of each event, `[n, 9]` to n numbers.
  static func mass(_ events: Tensor) throws -> [Double] {
    let rows = try events.to(.float64).values(as: Double.self)
    return stride(from: 0, to: rows.count, by: 9).map { start in
      let (a, b) = (Array(rows[start..<start + 3]), Array(rows[start + 3..<start + 6]))
      let energy = length(a) + length(b), momentum = length(zip(a, b).map { $0 + $1 })
      return max(0, energy * energy - momentum * momentum).squareRoot()
    }
  }

  private static func length(_ p: [Double]) -> Double {
    p.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }

  /// A massless momentum `p` of `energy` seen from a frame that moves at this proper velocity, over `scale`.
  private static func boosted(
    _ p: [Double], _ energy: Double, by velocity: [Double], _ scale: Double
  ) -> [Double] {
    let gamma = (1 + velocity.reduce(0) { $0 + $1 * $1 }).squareRoot()
    let along = zip(p, velocity).reduce(0) { $0 + $1.0 * $1.1 }
    return zip(p, velocity).map { ($0 + $1 * (energy + along / (1 + gamma))) / scale }
  }
}
