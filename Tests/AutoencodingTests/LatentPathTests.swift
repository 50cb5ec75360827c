import Autoencoding
import Foundation
import Learning
import TestSupport
import Testing
import Torch

/// A plane in polar coordinates, radius and angle: its shortest ways are straight lines of the plane.
private struct Polar: Decoding {
  let latents = 2

  func decode(_ z: Tensor) -> Tensor {
    let radius = z.selected(1, 0), angle = z.selected(1, 1)
    return Tensor.stack([radius * angle.cos(), radius * angle.sin()], along: 1)
  }
}

@Suite struct LatentPathTests {
  init() { Runtime.threads = 1 }

  let a = Tensor([1, 0] as [Double], shape: [2])
  let b = Tensor([1, Double.pi / 2], shape: [2])

  @Test func everyWayHasItsEnds() throws {
    for path in LatentPath.allCases {
      let way = try path.codes(from: a, to: b, steps: 7, through: Polar())
      #expect(way.shape == [7, 2])
      #expect(try (way[0] - a).abs().max().value() < 1e-12)
      #expect(try (way[6] - b).abs().max().value() < 1e-12)
    }
  }

  @Test func theShortestWayInPolarCoordinatesIsTheChord() throws {
    let measure = DecoderGeodesic(Polar())
    let line = try LatentPath.linear.codes(from: a, to: b, steps: 101, through: Polar())
    #expect(near(try measure.length(of: line), .pi / 2, 1e-4), "an arc of the circle")
    let way = try LatentPath.geodesic.codes(from: a, to: b, steps: 101, through: Polar())
    #expect(near(try measure.length(of: way), 2.squareRoot(), 1e-4))
    let middle = try Polar().decode(way)[50].values(as: Double.self)
    #expect(near(middle[0], 0.5, 1e-3) && near(middle[1], 0.5, 1e-3))
  }

  @Test func aGreatCircleKeepsTheLength() throws {
    let x = Tensor([3, 0, 0] as [Double], shape: [3]),
      y = Tensor([0, 0, 3] as [Double], shape: [3])
    let way = try LatentPath.spherical.codes(from: x, to: y, steps: 5, through: Polar())
    for length in try way.norm(2, over: 1).values(as: Double.self) { #expect(near(length, 3)) }
    let same = try LatentPath.spherical.codes(from: x, to: x, steps: 3, through: Polar())
    #expect(try (same - x).abs().max().value() == 0)
  }
}
