import Evaluation

/// A classifier with one setting to choose, fast enough to be fitted hundreds of times.
protocol Learner: Sendable {
  var name: String { get }
  /// What the setting is called.
  var setting: String { get }
  var settings: [Double] { get }

  /// The classes of the rows `test` from the rows `train`, `[setting][row]`; rows may repeat.
  func predict(_ table: LabelledTable, train: [Int], test: [Int]) -> [[Int]]
}

extension Learner {
  /// Whether each row of `test` is predicted right, `[setting][row]`.
  func hits(_ table: LabelledTable, train: [Int], test: [Int]) -> [[Bool]] {
    predict(table, train: train, test: test).map { predicted in
      zip(predicted, test).map { $0 == table.classes[$1] }
    }
  }
}

/// The classes of the nearest examples, of which the commonest wins; the first where two are.
struct NearestNeighbours: Learner {
  let name = "nearest neighbours"
  let setting = "neighbours"
  var settings: [Double] = [1, 3, 5, 9, 15, 25]

  func predict(_ table: LabelledTable, train: [Int], test: [Int]) -> [[Int]] {
    let (known, asked) = table.standardised(train, test)
    let width = table.width
    let most = min(train.count, Int(settings.max() ?? 1))
    var predictions = settings.map { _ in [Int]() }
    var nearest: [(distance: Double, label: Int)] = []
    for row in test.indices {
      nearest.removeAll(keepingCapacity: true)
      for (place, example) in train.enumerated() {
        var distance = 0.0
        for j in 0..<width {
          let gap = known[place * width + j] - asked[row * width + j]
          distance += gap * gap
        }
        if nearest.count == most, distance >= nearest[most - 1].distance { continue }
        var at = nearest.count
        while at > 0, nearest[at - 1].distance > distance { at -= 1 }
        nearest.insert((distance, table.classes[example]), at: at)
        if nearest.count > most { nearest.removeLast() }
      }
      for (index, neighbours) in settings.enumerated() {
        var votes = Array(repeating: 0, count: table.classNames.count)
        for near in nearest.prefix(Int(neighbours)) { votes[near.label] += 1 }
        predictions[index].append(place(ofLargest: votes))
      }
    }
    return predictions
  }
}

/// The normal distributions with one covariance, shrunk towards a multiple of the identity.
///
/// - Source: Friedman, *Regularized discriminant analysis*, JASA, 1989, eqs. 16 and 18, pooled.
struct LinearDiscriminant: Learner {
  let name = "linear discriminant"
  let setting = "shrinkage"
  var settings: [Double] = [0.01, 0.1, 0.3, 1]

  func predict(_ table: LabelledTable, train: [Int], test: [Int]) -> [[Int]] {
    let (known, asked) = table.standardised(train, test)
    let width = table.width
    let moments = ClassMoments(
      known, width, train.map { table.classes[$0] }, table.classNames.count)
    return settings.map { shrinkage in
      let scores = moments.scores(shrinkage)
      return test.indices.map { row in
        var best = (label: 0, score: -Double.infinity)
        for (label, score) in scores.enumerated() {
          guard let score else { continue }
          var value = score.offset
          for j in 0..<width { value += score.weights[j] * asked[row * width + j] }
          if value > best.score { best = (label, value) }
        }
        return best.label
      }
    }
  }
}

/// The first place of the largest number.
private func place(ofLargest votes: [Int]) -> Int {
  var best = 0
  for place in votes.indices where votes[place] > votes[best] { best = place }
  return best
}
