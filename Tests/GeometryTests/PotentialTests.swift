import Datasets
import Foundation
import TestSupport
import Testing
import Torch

@testable import Geometry

@Suite struct PotentialTests {
  init() { Runtime.threads = 1 }

  @Test func slopesAndTheWaveEquationAreThoseOfTheLandscape() throws {
    let potentials = Potentials(2, latents: 3, hidden: 5, moves: 6, RandomStream(4))
    let which = Tensor([1] as [Int64])
    let z = RandomStream(5).normal([1, 3])
    let time = 1.7, step = 0.02
    func value(_ z: Tensor, _ t: Double) throws -> Double {
      try potentials(z, which, at: t).value.value()
    }
    let field = potentials(z, which, at: time)
    let slope = try field.slope.values(as: Double.self)
    let here = try value(z, time)
    var laplacian = 0.0
    for unit in 0..<3 {
      let axis = Tensor([Int64(unit)]).oneHot(3).to(.float32) * step
      let (up, down) = (try value(z + axis, time), try value(z - axis, time))
      #expect(near(slope[unit], (up - down) / (2 * step), 1e-3))
      laplacian += (up - 2 * here + down) / (step * step)
    }
    let acceleration =
      try (value(z, time + step) - 2 * here + value(z, time - step)) / (step * step)
    // The speed of waves is 1 at the start; second differences of single precision are this rough.
    let residual = try field.residual.value()
    #expect(abs(residual - (acceleration - laplacian)) < 5e-3)
    #expect(abs(laplacian) > 1e-2)
  }

  @Test func aWayGoesThroughItsStart() throws {
    var method = PotentialFlowTraversal()
    (method.latents, method.moves, method.networks.hidden) = (4, 3, [8])
    for ways in PotentialFlowTraversal.Ways.allCases {
      method.ways = ways
      let network = method.makeNetwork(Domain(shape: [6], support: .real), RandomStream(1))
      let start = RandomStream(2).normal([1, 4])
      let codes = try network.codes(onWay: 1, through: start).checked()
      #expect(codes.shape == [7, 4] && network.wayCount == 4)
      #expect(try codes[3..<4].values() == start.values())
      #expect(try (codes[4] - codes[3]).abs().max().value() > 0)
    }
    method.ways = .lines
    let straight = method.makeNetwork(Domain(shape: [6], support: .real), RandomStream(1))
    let codes = try straight.codes(onWay: 0, through: Tensor.zeros([1, 4])).checked()
    #expect(try (codes[6] + codes[0]).abs().max().value() < 1e-6)
  }
}

@Suite struct PushforwardTests {
  init() { Runtime.threads = 1 }

  @Test func cornersOfASimplexAreNotDistorted() throws {
    let corners = Tensor.identity(4) - 0.25
    #expect(near(try PushforwardTrial.distortion(corners, of: 4), 0, 1e-6))
    // Orthogonal directions of four: every cosine is a third too large.
    #expect(near(try PushforwardTrial.distortion(.identity(4), of: 4), 1.0 / 3, 1e-6))
  }

  @Test func theBorderOfTwoHalvesIsAStrip() throws {
    let found = try SimplicialLatents.border(cells: 2, within: 0.3, Seed(1))
    #expect(abs(found - erf(0.3 / 2.0.squareRoot())) < 0.006)
  }

  @Test func rejectedCodesAreTheLeastCertain() throws {
    let all = SimplicialLatents(latents: 6, cells: 4)
    let kept = SimplicialLatents(latents: 6, cells: 4, rejected: 0.5)
    let random = RandomStream(3)
    let (z, sure) = (all(2000, random.child("all")), kept(2000, random.child("kept")))
    #expect(z.shape == [2000, 6] && sure.shape == [2000, 6])
    let middle = try all.certainty(z).values(as: Double.self).quantile(0.5)
    #expect(try abs(all.certainty(sure).min().value() - middle) < 0.005)
  }

  @Test func pointsBelongToTheirPlaces() throws {
    for layout in ModeWorld.Layout.allCases {
      let world = ModeWorld(layout: layout, modes: 8)
      let random = RandomStream(4)
      let (mode, inside) = world.belongs(world.points(2000, random))
      #expect(try inside.to(.float32).mean().value() > 0.995)
      #expect(try Set(mode.places()) == Set(0..<8))
      #expect(
        try world.belongs(Tensor.zeros([1, world.inputs])).isInside.to(.float32).value() == 0)
      #expect(world.reach > 0.1)
    }
  }
}
