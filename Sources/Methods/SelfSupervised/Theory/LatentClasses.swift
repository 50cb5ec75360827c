import Foundation
import Torch

/// Examples of latent classes, as many of each, of which similar ones are drawn.
struct LatentClasses: Sendable {
  /// Class after class, `[C · m, d]`.
  let rows: Tensor
  /// C.
  let classes: Int

  /// m.
  var each: Int { rows.size(0) / classes }
  /// The class of every row, `[C · m]`.
  var labels: Tensor {
    Tensor.range(0, Double(classes), type: .int64).repeatingEach(each, along: 0)
  }

  /// Rows that are sorted by class.
  init(sorted rows: Tensor, classes: Int) {
    (self.rows, self.classes) = (rows, classes)
  }

  /// As many of each class as the rarest has, at most `each`; the rows keep their order within a class.
  init(_ x: Tensor, _ labels: [Int], classes: Int, each: Int) {
    let places = (0..<classes).map { kind in labels.indices.filter { labels[$0] == kind } }
    let count = min(each, places.map(\.count).min() ?? 0)
    let kept = places.flatMap { $0.prefix(count).map(Int64.init) }
    rows = x.indexSelect(0, Tensor(kept, shape: [kept.count]))
    self.classes = classes
  }

  /// An example, others of its class, and of classes drawn anew without regard to the first.
  struct Draw {
    let anchors: Tensor  // [b, d]
    let positives: Tensor  // [b, block, d]
    let negatives: Tensor  // [b, k, block, d]
  }

  /// `count` draws with `negatives` classes to be told apart and `block` examples of each class.
  func draw(_ count: Int, negatives: Int, block: Int, _ random: RandomStream) -> Draw {
    let own = random.child("class").integers(0..<classes, [count, 1])
    let others = random.child("other classes").integers(0..<classes, [count, negatives, 1])
    func picked(_ kinds: Tensor, _ shape: [Int], _ name: String) -> Tensor {
      let places = kinds * Double(each) + random.child(name).integers(0..<each, shape)
      return rows.indexSelect(0, places.flattened()).reshaped(shape + [rows.size(1)])
    }
    return Draw(
      anchors: picked(own, [count, 1], "anchors").squeezed(1),
      positives: picked(own, [count, block], "positives"),
      negatives: picked(others, [count, negatives, block], "negatives"))
  }
}

/// A world of latent classes, each of which is spread over several clusters.
struct ClassWorld: Sendable {
  /// Centres of the clusters, `[C · modes, d]`, those of a class together.
  let centres: Tensor
  let classes: Int

  /// Normal centres of deviation `separation`; the noise around them has deviation 1.
  init(
    classes: Int, modes: Int, dimension: Int, separation: Double, _ random: RandomStream
  ) {
    centres = random.normal([classes * modes, dimension]) * separation
    self.classes = classes
  }

  /// `each` examples of every class.
  func examples(_ each: Int, _ random: RandomStream) -> LatentClasses {
    let modes = centres.size(0) / classes
    let first = Tensor.range(0, Double(classes), type: .int64).repeatingEach(each, along: 0)
    let chosen =
      first * Double(modes) + random.child("clusters").integers(0..<modes, [classes * each])
    let noise = random.child("noise").normal([classes * each, centres.size(1)])
    return LatentClasses(sorted: centres.indexSelect(0, chosen) + noise, classes: classes)
  }
}
