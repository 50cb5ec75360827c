import Foundation
import Torch

/// Scenes of things on a grey ground, with what every pixel shows: the shape, colour, texture and part of its thing, and
/// where in the picture it lies.
///
/// A thing is an upper part on a lower one, which is darker, so that every pair of them is a shape. Its texture darkens
/// some of its pixels. Edges are hard: a pixel shows what its centre lies in, and a later thing hides an earlier one.
public struct PartScenes: Sendable {
  /// How scenes are made.
  public struct Layout: Sendable {
    /// Pixels along a side of a scene, s.
    public var size = 48
    /// Things in a scene.
    public var things = 2
    /// Half of a thing's side, as a share of the scene's.
    public var radius = 0.167...0.23
    /// Deviation of the noise on every level.
    public var noise = 0.04

    public init() {}
  }

  /// What a concept is about.
  public enum Kind: String, CaseIterable, Sendable {
    case shape, colour, texture, part, place

    /// The concepts of this kind.
    public var names: [String] {
      switch self {
      case .shape:
        PartScenes.tops.flatMap { top in PartScenes.bottoms.map { "\(top) on \($0)" } }
      case .colour: PartScenes.colours.map(\.name)
      case .texture: ["plain", "rows", "columns", "checks", "dots", "diagonals"]
      case .part: PartScenes.tops + PartScenes.bottoms
      case .place:
        ["top", "middle", "bottom"].flatMap { row in
          ["left", "centre", "right"].map { "\(row) \($0)" }
        }
      }
    }
  }

  static let tops = ["roof", "ball", "slab", "spikes", "mast", "ring"]
  static let bottoms = ["block", "bowl", "legs", "pole", "wedge", "wheels"]
  static let colours: [(name: String, levels: [Double])] = [
    ("red", [0.85, 0.15, 0.15]), ("orange", [0.95, 0.55, 0.1]), ("yellow", [0.9, 0.85, 0.15]),
    ("green", [0.2, 0.7, 0.2]), ("cyan", [0.15, 0.75, 0.75]), ("blue", [0.2, 0.3, 0.9]),
    ("purple", [0.6, 0.2, 0.8]), ("pink", [0.95, 0.5, 0.75]),
  ]

  /// Levels from 0 to 1, `[n, 3, s, s]`.
  public let pictures: Tensor
  /// For each of ``Kind`` the concept that a pixel shows, from 1, and 0 for the ground, uint8 `[n, 5, s, s]`.
  public let labels: Tensor
  /// Shape, colour and texture of the thing that was drawn last and that nothing hides, from 0, `[n, 3]`.
  public let causes: Tensor

  /// `count` scenes that follow from `seed`.
  public init(count: Int, layout: Layout = Layout(), seed: Seed) {
    precondition(
      (8...1024).contains(layout.size), "scenes of \(layout.size) pixels: 8 to 1024 can be drawn")
    var canvas = PartCanvas(count: count, size: layout.size)
    var causes: [Float] = []
    for scene in 0..<count {
      var random = SplitMix(seed.child("scenes").child(scene))
      canvas.begin(scene, &random)
      var last = [0, 0, 0]
      for _ in 0..<layout.things {
        let thing = PartThing(layout, &random)
        canvas.put(thing)
        last = [thing.shape, thing.colour, thing.texture]
      }
      causes += last.map(Float.init)
    }
    let noise = RandomStream(seed.child("noise")).normal([count, 3, layout.size, layout.size])
    pictures = (Tensor(canvas.levels, shape: noise.shape) + noise * layout.noise).clamped(0, 1)
    labels = Tensor(
      canvas.labels, shape: [count, Kind.allCases.count, layout.size, layout.size])
    self.causes = Tensor(causes, shape: [count, 3])
  }
}

/// One thing of a scene.
struct PartThing {
  let shape, colour, texture: Int
  let row, column, radius: Double

  init(_ layout: PartScenes.Layout, _ random: inout SplitMix) {
    func drawn(_ kind: PartScenes.Kind, _ random: inout SplitMix) -> Int {
      min(Int(random.uniform() * Double(kind.names.count)), kind.names.count - 1)
    }
    shape = drawn(.shape, &random)
    colour = drawn(.colour, &random)
    texture = drawn(.texture, &random)
    let side = Double(layout.size), range = layout.radius
    let radius =
      side * (range.lowerBound + (range.upperBound - range.lowerBound) * random.uniform())
    row = radius + (side - 2 * radius) * random.uniform()
    column = radius + (side - 2 * radius) * random.uniform()
    self.radius = radius
  }

  /// Whether a place is in the upper part (0), the lower (1) or outside; the thing spans −1…1, downwards in `v`.
  func part(_ u: Double, _ v: Double) -> Int? {
    let (top, bottom) = (shape / PartScenes.bottoms.count, shape % PartScenes.bottoms.count)
    let a = abs(u)
    guard abs(v) < 1, a < 1 else { return nil }
    if v < 0 { return isTop(top, a, v) ? 0 : nil }
    return isBottom(bottom, a, v) ? 1 : nil
  }

  private func isTop(_ top: Int, _ a: Double, _ v: Double) -> Bool {
    switch top {
    case 0: a < (v + 1) * 0.95
    case 1: a * a + (v + 0.5) * (v + 0.5) < 0.25
    case 2: v > -0.45 && a < 0.85
    case 3: abs(a - 0.55) < (v + 1) * 0.33
    case 4: a < 0.12 || (v < -0.7 && a < 0.6)
    default: (0.08..<0.27).contains(a * a + (v + 0.48) * (v + 0.48))
    }
  }

  private func isBottom(_ bottom: Int, _ a: Double, _ v: Double) -> Bool {
    switch bottom {
    case 0: a < 0.75 && v < 0.8
    case 1: a * a + v * v < 0.8
    case 2: abs(a - 0.5) < 0.18
    case 3: a < 0.2
    case 4: v < 0.9 && a < 0.95 - 0.9 * v
    default: (a - 0.55) * (a - 0.55) + (v - 0.5) * (v - 0.5) < 0.16 || (a < 0.55 && v < 0.35)
    }
  }

  /// Whether the texture darkens the pixel so far from the thing's corner; lines are `wide` pixels.
  func isDark(_ row: Int, _ column: Int, wide: Int) -> Bool {
    let (i, j) = (row / wide % 2, column / wide % 2)
    return switch texture {
    case 0: false
    case 1: i == 0
    case 2: j == 0
    case 3: i == j
    case 4: i == 0 && j == 0
    default: (row + column) / wide % 2 == 0
    }
  }
}

/// The levels and labels of all scenes, written one scene after the other.
private struct PartCanvas {
  let size: Int
  var levels: [Float]
  var labels: [UInt8]
  private var scene = 0
  private static let kinds = PartScenes.Kind.allCases.count

  init(count: Int, size: Int) {
    self.size = size
    levels = [Float](repeating: 0, count: count * 3 * size * size)
    labels = [UInt8](repeating: 0, count: count * Self.kinds * size * size)
  }

  /// Turns to a scene and lays its ground, a grey that rises in a drawn direction.
  mutating func begin(_ scene: Int, _ random: inout SplitMix) {
    self.scene = scene
    let base = 0.3 + 0.4 * random.uniform(), rise = 0.25 * random.uniform()
    let turn = 2 * Double.pi * random.uniform()
    let (across, down) = (rise * cos(turn), rise * sin(turn))
    let side = Double(size), area = size * size
    for row in 0..<size {
      for column in 0..<size {
        let x = Double(column) / side - 0.5, y = Double(row) / side - 0.5
        let level = Float(base + across * x + down * y)
        let pixel = scene * 3 * area + row * size + column
        for channel in 0..<3 { levels[pixel + channel * area] = level }
      }
    }
  }

  mutating func put(_ thing: PartThing) {
    let area = size * size, wide = max(1, size / 24)
    let (first, left) = (Int(thing.row - thing.radius), Int(thing.column - thing.radius))
    let colour = PartScenes.colours[thing.colour].levels
    let bottoms = PartScenes.bottoms.count
    for row in first...min(size - 1, Int(thing.row + thing.radius)) {
      for column in left...min(size - 1, Int(thing.column + thing.radius)) {
        let v = (Double(row) + 0.5 - thing.row) / thing.radius
        let u = (Double(column) + 0.5 - thing.column) / thing.radius
        guard let part = thing.part(u, v) else { continue }
        let tone =
          (part == 0 ? 1 : 0.6) * (thing.isDark(row - first, column - left, wide: wide) ? 0.55 : 1)
        let place = row * size + column
        for channel in 0..<3 {
          levels[(scene * 3 + channel) * area + place] = Float(colour[channel] * tone)
        }
        let shown = [
          thing.shape, thing.colour, thing.texture,
          part == 0 ? thing.shape / bottoms : PartScenes.tops.count + thing.shape % bottoms,
          row * 3 / size * 3 + column * 3 / size,
        ]
        for (kind, concept) in shown.enumerated() {
          labels[(scene * Self.kinds + kind) * area + place] = UInt8(concept + 1)
        }
      }
    }
  }
}
