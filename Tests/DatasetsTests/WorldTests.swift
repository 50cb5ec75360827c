import Foundation
import Testing
import Torch

@testable import Datasets

@Suite struct WorldTests {
  private func drawn(_ values: [Int], size: Int = 32) -> [UInt8] {
    var pixels = [UInt8](repeating: 0, count: size * size)
    pixels.withUnsafeMutableBytes { Sprites(size: size).draw(values, to: $0) }
    return pixels
  }

  /// Mean row, mean column and total of the levels.
  private func moments(_ pixels: [UInt8], size: Int = 32) -> (y: Double, x: Double, mass: Double) {
    var (y, x, mass) = (0.0, 0.0, 0.0)
    for (i, level) in pixels.enumerated() {
      y += Double(i / size) * Double(level)
      x += Double(i % size) * Double(level)
      mass += Double(level)
    }
    return (y / mass, x / mass, mass / 255)
  }

  @Test func placesOfTheGridAndFactorValuesAreInverse() {
    #expect(Sprites.count == 92_160)
    #expect(Sprites.values(at: 0) == [0, 0, 0, 0, 0])
    #expect(Sprites.values(at: Sprites.count - 1) == [2, 5, 19, 15, 15])
    for index in stride(from: 0, to: Sprites.count, by: 997) {
      #expect(Sprites.index(of: Sprites.values(at: index)) == index)
    }
  }

  @Test func positionMovesThePictureAndScaleGrowsIt() {
    for shape in 0..<3 {
      let left = moments(drawn([shape, 3, 0, 0, 8])), right = moments(drawn([shape, 3, 0, 15, 8]))
      let low = moments(drawn([shape, 3, 0, 8, 15]))
      #expect(abs(right.x - left.x - 32 * 0.5) < 0.5)
      #expect(low.y > left.y + 5)
      let masses = (0..<6).map { moments(drawn([shape, $0, 0, 8, 8])).mass }
      #expect(zip(masses, masses.dropFirst()).allSatisfy { $1 > $0 * 1.05 })
    }
  }

  @Test func everyFactorValueGivesAPictureOfItsOwn() {
    for (axis, factor) in Sprites.factors.enumerated() {
      for shape in 0..<3 where axis != 0 {
        let pictures = (0..<factor.values).map { value in
          var values = [shape, 5, 3, 8, 8]
          values[axis] = value
          return drawn(values, size: 64)
        }
        #expect(Set(pictures).count == factor.values, "\(factor.name) of \(Sprites.shapes[shape])")
      }
    }
    #expect(Set((0..<3).map { drawn([$0, 5, 0, 8, 8]) }).count == 3)
  }

  @Test func aSquareCoversItsArea() {
    // Half a side of 32 × (0.08 + 0.012 × 5) = 4.48 pixels, so 80.3 in area.
    #expect(abs(moments(drawn([0, 5, 0, 8, 8])).mass - 80.28) < 1)
  }

  @Test func noSpriteIsCutOffByTheEdge() {
    for shape in 0..<3 {
      for rotation in 0..<20 {
        for corner in [[0, 0], [15, 15], [0, 15]] {
          let pixels = drawn([shape, 5, rotation] + corner)
          let border = (0..<1024).filter {
            [0, 31].contains($0 / 32) || [0, 31].contains($0 % 32)
          }
          #expect(border.allSatisfy { pixels[$0] == 0 })
        }
      }
    }
  }

  @Test func spritesCarryTheirFactors() throws {
    var options = SourceOptions()
    options.limit = 100
    let source = try Source.open("sprites", options)
    #expect(source.train.count == 80 && source.domain.factors == Sprites.factors)
    let batch = try source.train.batch([3, 4])
    let factors = try #require(source.train.factors())
    #expect(try batch.factors?.values() == factors[3] + factors[4])
    let again = Sprites().examples(at: [Sprites.index(of: factors[3].map { Int($0) })])
    #expect(try again.batch([0]).x.values() == Array(batch.x.values().prefix(1024)))
    options.size = [64, 64]
    #expect(try Source.open("sprites", options).domain.shape == [1, 64, 64])
  }
}
