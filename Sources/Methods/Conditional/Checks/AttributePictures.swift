import Datasets
import Foundation
import Learning
import Torch

/// Pictures whose thickness, tilt and brightness were set, beside the class that they came with.
struct AttributePictures {
  /// The class and what is set, with the number of values of each.
  static let names = ["class", "thickness", "tilt", "brightness"]

  /// The pictures, `[n, 1, h, w]`.
  let x: Tensor
  /// The value of each attribute, class first, `[n][4]`.
  let values: [[Int]]

  /// The first `count` pictures of `examples` from `start` on, each with attributes that `seed` draws.
  ///
  /// - Throws: what reading throws.
  init(_ examples: Examples, from start: Int, count: Int, _ seed: Seed) throws {
    let end = min(examples.count, start + count)
    let batch = try examples.batch(Array(start..<end))
    let labels = try batch.labels?.places() ?? []
    var random = SplitMix(seed)
    values = labels.map { label in
      [label] + (0..<3).map { _ in min(2, Int(random.uniform() * 3)) }
    }
    x = try Self.changed(batch.x, values).checked()
  }

  /// Pictures with values 0, 1 or 2 of the attributes: thinned, as it was or thickened by a pixel on either side;
  /// turned by −25°, 0° or 25°; at 40, 70 or 100 % of the light.
  static func changed(_ x: Tensor, _ values: [[Int]]) -> Tensor {
    func column(_ place: Int, _ levels: [Float]) -> Tensor {
      Tensor(values.map { levels[$0[place]] }, shape: [values.count, 1, 1, 1])
    }
    let thick = x.maxPooled(3, stride: 1, padding: 1)
    let thin = -(-x).maxPooled(3, stride: 1, padding: 1)
    let weighted =
      column(1, [1, 0, 0]) * thin + column(1, [0, 1, 0]) * x + column(1, [0, 0, 1]) * thick
    let maps = values.flatMap { row -> [Float] in
      let angle = [-25.0, 0, 25][row[2]] * Double.pi / 180
      return [Float(cos(angle)), Float(-sin(angle)), 0, Float(sin(angle)), Float(cos(angle)), 0]
    }
    let grid = Tensor(maps, shape: [values.count, 2, 3]).affineGrid(x.shape)
    return (weighted.sampled(at: grid) * column(3, [0.4, 0.7, 1])).clamped(0, 1)
  }

  /// What networks are told of them: the class is a label, the rest are factors.
  func examples() throws -> Examples {
    let factors = values.flatMap { $0.dropFirst().map(Float.init) }
    return try Examples(
      given: x, labels: values.map { $0[0] }, factors: Tensor(factors, shape: [values.count, 3]))
  }

  /// The pictures labelled with one attribute.
  func labelled(_ attribute: Int) throws -> Examples {
    try Examples(given: x, labels: values.map { $0[attribute] })
  }

  /// A domain of pictures like those of `domain`, all of whose attributes are known.
  static func domain(_ domain: Domain) -> Domain {
    Domain(
      shape: domain.shape, support: .unit, classes: domain.classes,
      factors: names.dropFirst().map { Factor($0, values: 3) })
  }

  /// A domain of pictures like those of `domain`, labelled with one attribute.
  static func domain(_ domain: Domain, of attribute: Int) -> Domain {
    let classes = attribute == 0 ? domain.classes : ["0", "1", "2"]
    return Domain(shape: domain.shape, support: .unit, classes: classes)
  }
}
