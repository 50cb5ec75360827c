import Datasets
import Evaluation
import Foundation
import Torch

/// Worlds whose examples are correlated through known auxiliary inputs.
enum AuxiliaryWorld {
  /// Digits of one class at sixteen angles each, of which a quarter is held out; the auxiliary inputs are cosine and
  /// sine of the angle and the digit's first four principal components.
  ///
  /// - Throws: `UserError` where no digits are here.
  static func turnedDigits(_ lab: Lab, objects: Int, _ seed: Seed) throws -> Source {
    let random = RandomStream(seed.child("world"))
    let upright = try threes(lab, objects, random.child("objects"))
    let flat = upright.flattened(from: 1)
    let (u, s, _) = (flat - flat.mean(over: 0)).svd()
    let scores = u.sliced(1, 0, 4) * s.sliced(0, 0, 4)
    let vectors = scores / scores.standardDeviation(over: 0)
    let angles = Tensor.range(0, 16, type: .float32) * (Double.pi / 8)
    let turn = angles.tiled(objects)
    let factors = Tensor.concatenate(
      [turn.cos().unsqueezed(1), turn.sin().unsqueezed(1), vectors.repeatingEach(16, along: 0)],
      along: 1)
    let images = turned(upright.repeatingEach(16, along: 0), turn)
    let order = random.child("held out").permutation(objects * 16)
    let kept = objects * 12
    func part(_ rows: Tensor) -> MadeExamples {
      MadeExamples(images.indexSelect(0, rows), factors: factors.indexSelect(0, rows))
    }
    return try Source.made(
      "turned digits", train: part(order.sliced(0, 0, kept)),
      test: part(order.sliced(0, kept, objects * 16)), support: .unit,
      factors: ["cosine", "sine", "shape 1", "shape 2", "shape 3", "shape 4"]
        .map { Factor($0, values: 0) }, options)
  }

  private static var options: SourceOptions {
    var options = SourceOptions()
    options.validation = 0.1
    return options
  }

  /// Threes, `[objects, 1, h, w]`, of 14 pixels where there are larger ones.
  private static func threes(_ lab: Lab, _ objects: Int, _ random: RandomStream) throws -> Tensor {
    let all = try lab.source(lab.pick(full: ["mnist", "digits"], quick: ["digits"])).train
    let places = (try all.labels() ?? []).prefix(5000).enumerated().filter { $0.element == 3 }
      .map(\.offset)
    let chosen = try random.permutation(places.count).sliced(0, 0, objects).places()
    let x = try all.batch(chosen.map { places[$0] }).x
    return x.size(3) > 14 ? x.averagePooled(2) : x
  }

  /// Pictures `[n, 1, h, w]` turned by angles `[n]`.
  static func turned(_ x: Tensor, _ angle: Tensor) -> Tensor {
    let (c, s, zero) = (angle.cos(), angle.sin(), angle.zerosLike())
    let rows = Tensor.stack([c, -s, zero, s, c, zero], along: 1).reshaped(-1, 2, 3)
    return x.sampled(at: rows.affineGrid(x.shape))
  }

  /// A film of a disc on a smooth way in two dimensions, with noise; the auxiliary input is the time, the position
  /// comes second and third among the factors, and a third of the frames is held out.
  ///
  /// - Throws: what the tensors carry.
  static func movingBall(frames: Int, _ seed: Seed) throws -> Source {
    let random = RandomStream(seed.child("ball"))
    let time = Tensor.range(0, Double(frames), type: .float32)
    // Random waves stand for a draw of a process with lengths of 15 frames.
    let waves = random.child("waves").normal([1, 40]) * (1.0 / 15)
    let phases = random.child("phases").uniform([1, 40]) * (2 * Double.pi)
    let features = (time.unsqueezed(1).matmul(waves) + phases).cos()
    let way = features.matmul(random.child("weights").normal([40, 2]))
    let position = (way / way.standardDeviation(over: 0)).tanh() * 5 + 7.5
    let grid = Tensor.range(0, 16, type: .float32)
    let x = (position.sliced(1, 0, 1) - grid).squared().unsqueezed(1)  // [n, 1, 16]
    let y = (position.sliced(1, 1, 2) - grid).squared().unsqueezed(2)
    let disc = ((x + y).squareRoot() * -1 + 2.5).sigmoid()
    let noise = random.child("noise").normal(disc.shape) * 0.5
    let images = (disc + noise).unsqueezed(1)
    let factors = Tensor.concatenate([time.unsqueezed(1), position], along: 1)
    let order = random.child("held out").permutation(frames)
    func part(_ rows: Tensor) -> MadeExamples {
      MadeExamples(images.indexSelect(0, rows), factors: factors.indexSelect(0, rows))
    }
    let kept = frames * 2 / 3
    return try Source.made(
      "moving ball", train: part(order.sliced(0, 0, kept)),
      test: part(order.sliced(0, kept, frames)),
      factors: ["time", "across", "down"].map { Factor($0, values: 0) }, options)
  }
}
