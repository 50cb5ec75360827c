import Evaluation
import Torch

/// Pictures at which units are most active, dark where the unit is not.
struct UnitPictures {
  let layer: DissectedLayer
  let dissection: UnitDissection
  /// Pictures of a unit.
  let count = 6

  /// A strip of pictures for each unit, named by its concept; nothing where the pictures were not given.
  func strips(_ units: [UnitDissection.Unit]) throws -> [Findings.Picture] {
    guard let pictures = layer.pictures else { return [] }
    let peaks = layer.maps.max(over: 2, 3)  // [n, k]
    return try units.map { unit in
      let order = peaks.selected(1, unit.unit).top(min(count, pictures.size(0)))
      let shown = try order.indices.places().map { try pixels(pictures, $0, unit.unit) }
      let concept = dissection.concepts[unit.concept]
      return strip(
        "unit \(unit.unit + 1): \(concept.kind) \(concept.name)", shown,
        [pictures.size(2), pictures.size(3)])
    }
  }

  /// Red, green and blue of each pixel of a picture in rows, darkened where the unit is not active.
  private func pixels(_ pictures: Tensor, _ picture: Int, _ unit: Int) throws -> [UInt8] {
    let (height, width) = (pictures.size(2), pictures.size(3))
    let map = layer.maps[picture..<picture + 1, unit..<unit + 1]
      .interpolated(to: [height, width], by: .linear)  // [1, 1, h, w]
    let isActive = (map .> dissection.levels[unit]).to(.float32)
    let seen = pictures[picture..<picture + 1].expanded([1, 3, height, width])
    let lit = seen * (isActive * 0.75 + 0.25)
    return try (lit.clamped(0, 1) * 255).rounded().permuted(0, 2, 3, 1).to(.uint8)
      .contiguous().values(as: UInt8.self)
  }

  /// Pictures side by side, each pixel several times where they are small.
  private func strip(_ name: String, _ pictures: [[UInt8]], _ size: [Int]) -> Findings.Picture {
    let (height, width) = (size[0], size[1])
    let scale = max(1, 96 / max(height, width)), gap = 2
    let across = pictures.count * (width * scale + gap) - gap
    var pixels = [UInt8](repeating: 255, count: 3 * across * height * scale)
    for (place, picture) in pictures.enumerated() {
      for row in 0..<height * scale {
        for column in 0..<width * scale {
          let from = 3 * (row / scale * width + column / scale)
          let to = 3 * (row * across + place * (width * scale + gap) + column)
          for channel in 0..<3 { pixels[to + channel] = picture[from + channel] }
        }
      }
    }
    return Findings.Picture(name, width: across, height: height * scale, pixels: pixels)
  }
}
