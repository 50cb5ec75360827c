import Foundation
import Probability
import Testing
import Torch

@Suite struct ClosedManifoldTests {
  init() { Runtime.threads = 1 }

  static let all = [
    ClosedManifold(.sphere, dimension: 2), ClosedManifold(.sphere, dimension: 3),
    ClosedManifold(.torus, dimension: 2), ClosedManifold(.rotations, dimension: 3),
    ClosedManifold(.projective, dimension: 2),
  ]

  func kernel(_ manifold: ClosedManifold, _ time: Double, count: Int = 1) -> BrownianKernel {
    let centre = manifold.uniform(1, RandomStream(3)).to(.float64)
    return BrownianKernel(
      manifold, centre: centre.expanded([count, manifold.coordinates]),
      logTime: .full([count, 1], log(time), type: .float64))
  }

  @Test func volumesAndCurvaturesAreTheKnownOnes() {
    func volume(_ kind: ClosedManifold.Kind, _ d: Int) -> Double {
      exp(ClosedManifold(kind, dimension: d).logVolume)
    }
    #expect(abs(volume(.sphere, 1) - 2 * .pi) < 1e-12)
    #expect(abs(volume(.sphere, 2) - 4 * .pi) < 1e-12)
    #expect(abs(volume(.sphere, 3) - 2 * .pi * .pi) < 1e-12)
    #expect(abs(volume(.projective, 3) - .pi * .pi) < 1e-12)
    #expect(abs(volume(.torus, 2) - 4 * .pi * .pi) < 1e-12)
    #expect(abs(volume(.rotations, 0) - 16 * 2.0.squareRoot() * .pi * .pi) < 1e-10)
    #expect(ClosedManifold(.sphere, dimension: 2).scalarCurvature == 2)
    #expect(ClosedManifold(.torus, dimension: 5).scalarCurvature == 0)
    #expect(abs(ClosedManifold(.rotations, dimension: 3).scalarCurvature - 0.75) < 1e-12)
  }

  @Test(arguments: all) func pointsStayWhereTheyAre(_ manifold: ClosedManifold) throws {
    let z = manifold.uniform(50, RandomStream(1)).to(.float64)
    #expect(z.shape == [50, manifold.coordinates])
    #expect(try (manifold.projected(z) - z).abs().max().value() < 1e-6)
    #expect(try manifold.distance(z, z).max().value() < 1e-6)
  }

  @Test func anEncodersRotationsAreProper() throws {
    let z = ClosedManifold(.rotations, dimension: 3).uniform(20, RandomStream(1)).to(.float64)
    let r = z.reshaped(-1, 3, 3)
    let gap = r.matmul(r.transposed()) - Tensor.identity(3, type: .float64)
    #expect(try gap.abs().max().value() < 1e-5)
    #expect(try (r.determinant() - 1).abs().max().value() < 1e-5)
  }

  @Test func theNearestRotationIsThatOfTheSingularVectors() throws {
    let near =
      Tensor.identity(3, type: .float64).reshaped(1, 9).expanded([10, 9])
      + RandomStream(2).normal([10, 9], type: .float64) * 0.1
    let (u, _, vt) = near.reshaped(-1, 3, 3).svd()
    let gap =
      ClosedManifold(.rotations, dimension: 3).projected(near) - u.matmul(vt).reshaped(-1, 9)
    #expect(try gap.abs().max().value() < 1e-6)
  }

  @Test(arguments: all) func projectionsHaveTheGradientOfDifferences(_ manifold: ClosedManifold)
    throws
  {
    let z = manifold.uniform(3, RandomStream(1)).to(.float64)
    let near = z + RandomStream(2).normal(z.shape, type: .float64) * 0.1
    let weights = RandomStream(4).normal(z.shape, type: .float64)
    #expect(try gradientError([near]) { manifold.projected($0[0]) * weights } < 1e-6)
    let raw = RandomStream(5).normal([3, manifold.inputs], type: .float64)
    #expect(try gradientError([raw]) { manifold.point(from: $0[0]) * weights } < 1e-6)
  }

  @Test func distancesAreAnglesAndTurns() throws {
    let sphere = ClosedManifold(.sphere, dimension: 2)
    let torus = ClosedManifold(.torus, dimension: 2)
    let line = ClosedManifold(.projective, dimension: 2)
    let up: Tensor = [[0, 0, 1]], slant: Tensor = [[0.70710678, 0, -0.70710678]]
    #expect(try abs(sphere.distance(up, slant).value() - 0.75 * .pi) < 1e-6)
    #expect(try abs(line.distance(up, slant).value() - 0.25 * .pi) < 1e-6)
    let a: Tensor = [[1, 0, 0, 1]], b: Tensor = [[0, 1, 0, -1]]
    #expect(try abs(torus.distance(a, b).value() - 1.25.squareRoot() * .pi) < 1e-3)
    let still: Tensor = [[1, 0, 0, 0, 1, 0, 0, 0, 1]],
      turned: Tensor = [[0, 1, 0, -1, 0, 0, 0, 0, 1]]
    let turn = ClosedManifold(.rotations, dimension: 3).distance(still, turned)
    #expect(try abs(turn.value() - 0.5 * .pi * 2.0.squareRoot()) < 1e-6)
  }

  /// Means of the first eigenfunctions, which decay as Brownian motion's do.
  @Test func walksSpreadAsBrownianMotionDoes() throws {
    let (time, count) = (0.2, 20_000)
    for manifold in Self.all {
      let q = kernel(manifold, time, count: count)
      let z = q.sample(steps: 20, RandomStream(7))
      let d = Double(manifold.dimension)
      let overlap = (z * q.centre).sum(over: 1)
      let found: Double
      let expected: Double
      switch manifold.kind {
      case .sphere:
        found = try overlap.mean().value()
        expected = exp(-d * time / 2)
      case .torus:
        found = try overlap.mean().value()
        expected = d * exp(-time / 2)
      case .rotations:
        found = try overlap.mean().value()
        expected = 3 * exp(-time / 2)
      case .projective:
        // Of an even function, the square, with eigenvalue 2 (d + 1).
        found = try overlap.squared().mean().value() - 1 / (d + 1)
        expected = d / (d + 1) * exp(-(d + 1) * time)
      }
      #expect(abs(found - expected) < 0.01, "\(manifold): \(found), \(expected)")
    }
  }

  /// KL divergence to the uniform distribution of a density `p` over an angle with weights `w`, both by series.
  func exact(_ series: (Double) -> Double, _ weight: (Double) -> Double, to end: Double) -> Double {
    let steps = 4000
    let width = end / Double(steps)
    var sum = 0.0
    for i in 0..<steps {
      let r = (Double(i) + 0.5) * width
      let p: Double = max(series(r), 1e-300)
      sum += p * log(p) * weight(r) * width
    }
    return sum
  }

  @Test(arguments: [0.02, 0.05, 0.1]) func theRateIsTheDivergenceOfTheHeatKernel(_ time: Double)
    throws
  {
    func rate(_ kind: ClosedManifold.Kind, _ d: Int) throws -> Double {
      try kernel(ClosedManifold(kind, dimension: d), time).divergenceFromUniform().value()
    }
    // Theta series of the circle, density with respect to the uniform distribution.
    func theta(_ r: Double) -> Double {
      var sum = 1.0
      for n in 1..<60 {
        let k = Double(n)
        let decay: Double = exp(-k * k * time / 2)
        sum += 2 * decay * cos(k * r)
      }
      return sum
    }
    let circle = exact(theta, { _ in 1 / Double.pi }, to: Double.pi)
    #expect(abs(try rate(.torus, 1) - circle) < 1e-6)
    #expect(abs(try rate(.torus, 3) - 3 * circle) < 1e-6)
    let two = exact(
      { r in Self.legendre(r, time) }, { sin($0) / 2 }, to: .pi)
    #expect(abs(try rate(.sphere, 2) - two) < 0.2 * time * time + 1e-4, "\(two)")
    // Characters of rotations, of which the three-sphere has the half-integral ones too.
    func characters(_ r: Double, _ step: Int, _ time: Double) -> Double {
      var sum = 0.0
      for n in stride(from: 1, to: 120, by: step) {
        let l = Double(n)
        let decay: Double = exp(-(l * l - 1) * time / 2)
        sum += l * decay * sin(l * r) / sin(r)
      }
      return sum
    }
    let haar = { (r: Double) in 2 / Double.pi * sin(r) * sin(r) }
    let three = exact({ characters($0, 1, time) }, haar, to: .pi)
    #expect(abs(try rate(.sphere, 3) - three) < time * time + 1e-4, "\(three)")
    let turns = exact({ characters($0, 2, time / 8) }, { 2 * haar($0) }, to: .pi / 2)
    #expect(abs(try rate(.rotations, 3) - turns) < time * time + 1e-4, "\(turns)")
  }

  /// The heat kernel of the sphere at an angle, with respect to the uniform distribution.
  static func legendre(_ r: Double, _ time: Double) -> Double {
    var (before, now, sum) = (1.0, cos(r), 1.0)
    for l in 1..<120 {
      let n = Double(l)
      let decay: Double = exp(-n * (n + 1) * time / 2)
      sum += (2 * n + 1) * decay * now
      let next: Double = ((2 * n + 1) * cos(r) * now - n * before) / (n + 1)
      (before, now) = (now, next)
    }
    return sum
  }

  @Test func theSpheresDensityIsItsLegendreSeries() throws {
    for (time, angle) in [(0.05, 0.1), (0.1, 0.4), (0.1, 1.0)] {
      let q = BrownianKernel(
        ClosedManifold(.sphere, dimension: 2), centre: Tensor([0, 0, 1.0], shape: [1, 3]),
        logTime: Tensor([log(time)], shape: [1, 1]))
      let z = Tensor([sin(angle), 0, cos(angle)], shape: [1, 3])
      let series = log(Self.legendre(angle, time) / (4 * .pi))
      #expect(abs(try q.logDensity(of: z).value() - series) < 1e-3)
    }
  }

  @Test(arguments: all) func densitiesIntegrateToOne(_ manifold: ClosedManifold) throws {
    let count = 40_000
    let q = kernel(manifold, 0.1, count: count)
    let z = manifold.uniform(count, RandomStream(9)).to(.float64)
    let total = try (q.logDensity(of: z) + manifold.logVolume).exp().mean().value()
    #expect(abs(total - 1) < 0.15, "\(total)")
  }
}
