import Foundation
import Torch

/// A world of one white shape on black, whose five factors are known and fill a full grid.
///
/// - Source: after the idea of Matthey et al., *dSprites*, 2017; the pictures are our own.
public struct Sprites: Sendable {
  /// The factors, the last one running fastest in the grid.
  public static let factors = [
    Factor("shape", values: 3), Factor("scale", values: 6), Factor("rotation", values: 20),
    Factor("x", values: 16), Factor("y", values: 16),
  ]
  /// Names of the shapes.
  public static let shapes = ["square", "ellipse", "heart"]
  /// Number of pictures in the full grid: 92,160.
  public static let count = factors.reduce(1) { $0 * $1.values }

  /// Height and width of a picture.
  public let size: Int

  /// Sprites in pictures of `size` × `size` pixels.
  public init(size: Int = 32) {
    precondition((8...1024).contains(size), "sprites of \(size) pixels: 8 to 1024 can be drawn")
    self.size = size
  }

  /// The values of the five factors at place `index` of the grid.
  public static func values(at index: Int) -> [Int] {
    precondition((0..<count).contains(index), "sprite \(index) of \(count)")
    var rest = index
    var values: [Int] = []
    for factor in factors.reversed() {
      values.append(rest % factor.values)
      rest /= factor.values
    }
    return values.reversed()
  }

  /// The place in the grid of these factor values.
  public static func index(of values: [Int]) -> Int {
    precondition(
      values.count == factors.count, "\(values.count) values for \(factors.count) factors")
    return zip(values, factors).reduce(0) { index, pair in
      precondition(
        (0..<pair.1.values).contains(pair.0), "\(pair.1.name) \(pair.0) of \(pair.1.values)")
      return index * pair.1.values + pair.0
    }
  }

  /// The pictures at these places of the grid, as examples with their factors.
  public func examples(at indices: [Int]) -> Examples {
    let store = SpriteStore(sprites: self, indices: indices)
    return Examples(
      store: store, labels: indices.map { Self.values(at: $0)[0] },
      factorValues: store.factorValues, finish: Finish(divisor: 255))
  }

  /// Writes the grey levels of the picture with these factor values, rows from the top.
  func draw(_ values: [Int], to out: UnsafeMutableRawBufferPointer) {
    out.initializeMemory(as: UInt8.self, repeating: 0)
    let side = Double(size)
    let radius = side * (0.08 + 0.012 * Double(values[1]))
    // A square looks the same after a quarter turn and an ellipse after a half, so each turns so far.
    let turn = [Double.pi / 2, Double.pi, 2 * Double.pi][values[0]]
    let angle = turn * Double(values[2]) / 20
    let margin = side * 0.25
    let centreX = margin + (side - 2 * margin) * Double(values[3]) / 15
    let centreY = margin + (side - 2 * margin) * Double(values[4]) / 15
    let (sine, cosine) = (sin(angle), cos(angle))
    let reach = 1.5 * radius + 1
    let rows = max(0, Int(centreY - reach))...min(size - 1, Int(centreY + reach))
    let columns = max(0, Int(centreX - reach))...min(size - 1, Int(centreX + reach))
    for row in rows {
      for column in columns {
        let dx = Double(column) + 0.5 - centreX, dy = Double(row) + 0.5 - centreY
        let u = (cosine * dx + sine * dy) / radius, v = (cosine * dy - sine * dx) / radius
        // One pixel wide, the edge goes from full to none: the part of the pixel inside the shape.
        let cover = 0.5 - distance(values[0], u, v) * radius
        out[row * size + column] = UInt8(255 * min(1, max(0, cover)) + 0.5)
      }
    }
  }

  /// Signed distance from the outline of a shape of radius 1, to first order; negative inside.
  private func distance(_ shape: Int, _ u: Double, _ v: Double) -> Double {
    switch shape {
    case 0: return max(abs(u), abs(v)) - 1
    case 1:
      let f = u * u / 1.69 + v * v / 0.49 - 1
      let slope = 2 * (u * u / 2.8561 + v * v / 0.2401).squareRoot()
      return f / max(slope, 1e-3)
    default:
      // The curve (x² + y² − 1)³ = x² y³, its point downwards.
      let x = u * 1.05, y = -v * 1.05 + 0.1
      let g = x * x + y * y - 1
      let f = g * g * g - x * x * y * y * y
      let slopeX = 6 * x * g * g - 2 * x * y * y * y
      let slopeY = 6 * y * g * g - 3 * x * x * y * y
      let slope = (slopeX * slopeX + slopeY * slopeY).squareRoot()
      // Far from the curve the first order misleads; only its sign counts there.
      return f / max(slope, 0.3) / 1.05
    }
  }
}

/// Sprites drawn each time one is fetched.
struct SpriteStore: Store {
  let sprites: Sprites
  /// Places in the full grid.
  let indices: [Int]
  var count: Int { indices.count }
  var shape: [Int] { [1, sprites.size, sprites.size] }
  var element: Element { .uint8 }

  func copy(_ row: Int, to out: UnsafeMutableRawBufferPointer) throws {
    sprites.draw(Sprites.values(at: indices[row]), to: out)
  }

  var factorValues: FactorValues {
    .listed(
      indices.flatMap { Sprites.values(at: $0).map(Float.init) }, width: Sprites.factors.count)
  }

  /// `count` seeded draws from the grid, with replacement only where the grid is too small.
  static func reading(count: Int, size: Int, seed: Seed) -> Reading {
    var indices: [Int] = []
    var round = 0
    while indices.count < count {
      let grid = shuffled(Sprites.count, seed.child("sprites").child(round))
      indices += grid.prefix(count - indices.count)
      round += 1
    }
    let store = SpriteStore(sprites: Sprites(size: size), indices: indices)
    var reading = Reading(store, support: .unit)
    reading.divisor = 255
    reading.labels = indices.map { Sprites.values(at: $0)[0] }
    reading.classes = Sprites.shapes
    reading.factors = Sprites.factors
    reading.factorValues = store.factorValues
    return reading
  }
}
