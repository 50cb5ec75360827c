import Evaluation
import Files
import Foundation
import GoldenFixtures
import TestSupport
import Testing
import Torch

@testable import Geometry

/// What `Tests/Golden/spread.py` wrote.
private struct SpreadGolden: Decodable {
  let codes: [[Double]]
  let normal: [[Double]]
  let values: [String: Double]
  let manyEntropies: [Double]
  let shape: [[Double]]
  let components: [Double]
  let loops: [[Double]]
}

private func matrix(_ rows: [[Double]]) -> Tensor {
  Tensor(rows.flatMap { $0 }, shape: [rows.count, rows.first?.count ?? 0])
}

@Suite struct GeometryFamilyTests {
  private let golden: SpreadGolden

  init() throws {
    Runtime.threads = 1
    golden = try GoldenFixtures.golden("spread")
  }

  @Test func everyStudyHasACheckOfItsOwnRow() {
    let checks = [
      SpreadMeasures.check, TopologicalObstructions.check, LatentVectorField.check,
      PushforwardGeometry.check,
    ]
    #expect(checks.map(\.system) == Geometry.studies.map(\.card.system))
    #expect(PotentialFlowTraversal.check.system == PotentialFlowTraversal.card.system)
  }

  @Test func measuresOfSpreadAreThoseOfTheFormulas() throws {
    let found = try SpreadFigures(matrix(golden.codes), normal: matrix(golden.normal))
    for (name, value) in golden.values {
      let measure = try #require(SpreadMeasure(rawValue: name))
      let ours = try #require(found.values[measure])
      #expect(near(ours, value, 1e-6), "\(name): \(ours), and \(value) is right")
    }
    #expect(golden.values.count == SpreadMeasure.proposed.count)
  }

  @Test func entropiesOfManyNumbersAreSciPys() throws {
    let n = 1200
    var numbers: [Double] = []
    for place in 0..<n {
      let x = Double(place)
      numbers += [sin(x), Double(place % 7) + x / Double(n)]
    }
    let x = Tensor(numbers, shape: [n, 2])
    for (one, other) in zip(
      try SpacingEntropy.columns(x).values(as: Double.self), golden.manyEntropies)
    {
      #expect(near(one, other, 1e-8))
    }
  }

  @Test func spreadCloudsSpreadAsTheyAreTold() throws {
    for cloud in SpreadCloud.allCases {
      let early = try [0.05, 1].map { spread in
        try SpreadFigures(
          cloud.points(300, 6, spread: spread, RandomStream(2)), Seed(1)
        ).values[.earlyEnrichment] ?? .nan
      }
      #expect(early[1] < early[0], "\(cloud)")
    }
    #expect(throws: UserError.self) { try SpreadFigures(Tensor.ones([30, 2]), Seed(1)) }
    #expect(throws: UserError.self) {
      try SpreadFigures(RandomStream(1).normal([9, 2], type: .float64), Seed(1))
    }
  }

  @Test func barsAreThoseOfRipser() throws {
    let found = try VietorisRips(matrix(golden.shape))
    #expect(found.components.count == golden.components.count)
    // ripser works in single precision.
    for (one, other) in zip(found.components, golden.components) { #expect(near(one, other, 1e-5)) }
    let bars = found.loops.map { [$0.birth, $0.death] }.sorted { $0[0] < $1[0] }
    #expect(bars.count == golden.loops.count)
    for (one, other) in zip(bars, golden.loops) {
      #expect(near(one[0], other[0], 1e-5) && near(one[1], other[1], 1e-5))
    }
  }

  @Test func aPolygonHasOneLoopOfKnownLength() throws {
    let n = 12
    let angles = (0..<n).map { 2 * Double.pi * Double($0) / Double(n) }
    let found = try VietorisRips(
      Tensor(angles.flatMap { [cos($0), sin($0)] }, shape: [n, 2]))
    // It closes with its sides and is filled once a third of it is spanned.
    #expect(found.loops.count == 1)
    #expect(near(found.loops[0].birth, 2 * sin(Double.pi / 12)))
    #expect(near(found.loops[0].death, 3.0.squareRoot()))
    #expect(throws: UserError.self) { try VietorisRips(Tensor.ones([1, 2])) }
  }

  @Test func loopsOfShapesAreCountedAndThoseOfNoiseAreNot() throws {
    for world in [TopologyWorld.circle, .sphere, .torus] {
      let n = world == .torus ? 400 : 200
      let found = try VietorisRips(world.points(n, Seed(1)))
      #expect(found.longLoops() == world.loops, "\(world)")
    }
    let noise = try (0..<5).map {
      try VietorisRips(RandomStream(UInt64($0)).normal([120, 3])).significantLoops()
    }
    #expect(noise.count { $0 > 0 } <= 1)
  }

  @Test func eventsKeepEnergyAndMomentum() throws {
    for (events, mass) in [
      (TopologyWorld.phaseSpace.points(50, Seed(1)), nil),
      (TopologyWorld.phaseSpace.strangers(50, Seed(1)), 0.5 as Double?),
    ] {
      let p = events.reshaped(50, 3, 3)
      #expect(try p.sum(over: 1).abs().max().value() < 1e-12)
      #expect(try (p.norm(over: 2).sum(over: 1) - 1).abs().max().value() < 1e-12)
      guard let mass else { continue }
      #expect(try Momenta.mass(events).allSatisfy { near($0, mass, 1e-9) })
    }
  }
}
