import Datasets
import Evaluation
import Learning
import Networks
import Torch

/// A classifier for each attribute, trained on pictures that the arms never see.
struct AttributeJudges {
  let networks: [Classifier.Network]
  /// Number of values of each attribute.
  let sizes: [Int]

  /// Which attribute of each picture gets another value, and all values after that.
  struct Swaps {
    let places: [Int]
    let wanted: [[Int]]
  }

  init(
    _ lab: Lab, _ plain: Source, training: AttributePictures, _ validation: AttributePictures,
    _ seed: Seed
  ) throws {
    sizes = [plain.domain.classes.count, 3, 3, 3]
    networks = try AttributePictures.names.indices.map { attribute in
      let kept = try validation.labelled(attribute)
      let source = try Source(
        given: plain.name, AttributePictures.domain(plain.domain, of: attribute),
        train: training.labelled(attribute), validation: kept, test: kept)
      var judge = Classifier()
      judge.hidden = [128]
      judge.training.epochs = 6
      let name = AttributePictures.names[attribute]
      return try lab.fit(judge, source, seed: seed.child("judge"), as: "judge of \(name)")
    }
  }

  /// Features of pictures in the classifier of classes, `[n, 128]`.
  func features(_ x: Tensor) -> Tensor { withoutGradients { networks[0].features(x) } }

  /// Attributes drawn evenly.
  func wishes(count: Int, _ seed: Seed) -> [[Int]] {
    var random = SplitMix(seed)
    return (0..<count).map { _ in sizes.map { Int.random(in: 0..<$0, using: &random) } }
  }

  /// One attribute of each row changed to another value, drawn evenly.
  func swaps(_ values: [[Int]], _ seed: Seed) -> Swaps {
    var random = SplitMix(seed)
    var places: [Int] = []
    let wanted = values.map { row in
      let place = Int.random(in: 0..<sizes.count, using: &random)
      let step = Int.random(in: 1..<sizes[place], using: &random)
      places.append(place)
      var row = row
      row[place] = (row[place] + step) % sizes[place]
      return row
    }
    return Swaps(places: places, wanted: wanted)
  }

  /// What each classifier finds, `[n][attributes]`.
  private func found(_ x: Tensor) throws -> [[Int]] {
    let columns = try networks.map { try $0.logProbabilities(x).argmax(over: 1).places() }
    return (0..<x.size(0)).map { row in columns.map { $0[row] } }
  }

  /// The share of the wished attributes that each picture shows.
  func shown(_ x: Tensor, _ wishes: [[Int]]) throws -> [Double] {
    let all = try withoutGradients { try found(x) }
    return zip(all, wishes).map { found, wish in
      Double(zip(found, wish).count { $0 == $1 }) / Double(wish.count)
    }
  }

  /// Whether each picture shows its new value, and the share of its other attributes that it shows.
  func shown(_ x: Tensor, after swaps: Swaps) throws -> (new: [Double], others: [Double]) {
    let all = try withoutGradients { try found(x) }
    var new: [Double] = [], others: [Double] = []
    for ((found, wanted), place) in zip(zip(all, swaps.wanted), swaps.places) {
      let right = zip(found, wanted).map { $0 == $1 ? 1.0 : 0 }
      new.append(right[place])
      others.append((right.reduce(0, +) - right[place]) / Double(right.count - 1))
    }
    return (new, others)
  }
}
