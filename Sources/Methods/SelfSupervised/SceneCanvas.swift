import Foundation
import Torch

/// A square of pixels.
struct SceneBox {
  let row, column, side: Int

  /// Pixels shared with another.
  func shared(_ other: SceneBox) -> Int {
    let rows = min(row + side, other.row + other.side) - max(row, other.row)
    let columns = min(column + side, other.column + other.side) - max(column, other.column)
    return max(0, rows) * max(0, columns)
  }
}

extension ClosedRange<Int> {
  func drawn(_ random: inout SplitMix) -> Int {
    lowerBound + Swift.min(Int(random.uniform() * Double(count)), count - 1)
  }
}

extension ObjectScenes.Layout {
  /// A place for an object: the first of up to 40 that overlaps little enough, else that with the least overlap.
  func place(_ side: Int, beside taken: [SceneBox], _ random: inout SplitMix) -> SceneBox {
    var best: (box: SceneBox, shared: Int)?
    for _ in 0..<40 {
      let box = SceneBox(
        row: (0...size - side).drawn(&random), column: (0...size - side).drawn(&random), side: side)
      let shared = taken.map { box.shared($0) }.max() ?? 0
      if shared < best?.shared ?? .max { best = (box, shared) }
      if Double(shared) <= overlap * Double(side * side) { break }
    }
    return best?.box ?? SceneBox(row: 0, column: 0, side: side)
  }
}

/// The pixels of all scenes, written one scene after the other.
struct SceneCanvas {
  let size: Int
  var levels: [Float]
  var labels: [Int64]
  var owners: [Int64]
  private var first = 0

  init(size: Int, count: Int) {
    self.size = size
    levels = [Float](repeating: 0, count: count * size * size)
    labels = [Int64](repeating: 0, count: levels.count)
    owners = labels
  }

  /// Turns to a scene and lays its ground: random levels at 5 × 5 points, and lines between them.
  mutating func begin(_ scene: Int, brightest: Double, _ random: inout SplitMix) {
    first = scene * size * size
    guard brightest > 0 else { return }
    let points = (0..<25).map { _ in random.uniform() * brightest }
    let steps = (0..<size).map { place in
      let along = 4 * Double(place) / Double(max(size - 1, 1))
      let point = min(Int(along), 3)
      return (point, along - Double(point))
    }
    for (row, (y, v)) in steps.enumerated() {
      for (column, (x, u)) in steps.enumerated() {
        let above = points[y * 5 + x] * (1 - u) + points[y * 5 + x + 1] * u
        let below = points[y * 5 + 5 + x] * (1 - u) + points[y * 5 + x + 6] * u
        levels[first + row * size + column] = Float(above * (1 - v) + below * v)
      }
    }
  }

  /// Adds lines to the ground, 3 to 7 pixels from one to the next, in one drawn direction.
  mutating func weave(_ contrast: Double, _ random: inout SplitMix) {
    let turn = random.uniform() * .pi
    let step = 2 * Double.pi / (3 + 4 * random.uniform())
    let shift = random.uniform() * 2 * .pi
    for row in 0..<size {
      for column in 0..<size {
        let along = Double(row) * sin(turn) + Double(column) * cos(turn)
        let wave = (1 + sin(along * step + shift)) / 2
        levels[first + row * size + column] += Float(contrast * wave)
      }
    }
  }

  mutating func put(
    _ picture: ArraySlice<Float>, in box: SceneBox, from edge: Float, label: Int, object: Int
  ) {
    for (place, level) in picture.enumerated() where level >= edge {
      let pixel =
        first + (box.row + place / box.side) * size + box.column + place % box.side
      levels[pixel] = level
      labels[pixel] = Int64(label)
      owners[pixel] = Int64(object)
    }
  }
}
