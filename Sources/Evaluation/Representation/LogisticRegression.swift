import Files
import Torch

/// Multinomial logistic regression with a penalty on the weights, not on the intercepts.
///
/// Minimises Σ −log p(class) + penalty / 2 · Σ weights², which is scikit-learn's objective with C = 1 / penalty.
public struct LogisticRegression: Sendable {
  /// Weight of the squared weights.
  public var penalty = 1.0
  public var minimiser = LBFGS()

  public init(penalty: Double = 1) { self.penalty = penalty }

  /// Weights `[d, classes]` and intercepts `[1, classes]` in double precision.
  public struct Model: Sendable {
    public let weights: Tensor
    public let intercepts: Tensor
    /// Whether the minimum was reached.
    public let converged: Bool

    /// log p(class), `[n, d]` to `[n, classes]`.
    public func logProbabilities(_ x: Tensor) -> Tensor {
      (x.to(.float64).matmul(weights) + intercepts).logSoftmax()
    }

    /// The likeliest class of each row.
    ///
    /// - Throws: `TensorError` that `x` carries.
    public func classes(_ x: Tensor) throws -> [Int] {
      try logProbabilities(x).argmax(over: 1).values(as: Int64.self).map(Int.init)
    }
  }

  /// The model of rows `x`, `[n, d]`, and their classes from 0.
  ///
  /// - Throws: ``UserError`` where the two do not match or one class is all there is, `TensorError` that `x` carries.
  public func fit(_ x: Tensor, _ labels: [Int], classes: Int) throws -> Model {
    let x = try x.to(.float64).checked()
    try require(
      x.size(0) == labels.count, "\(x.size(0)) rows and \(labels.count) labels: as many are needed")
    try require(Set(labels).count > 1, "all labels are of one class; two are needed")
    let width = x.size(1)
    let truth = Tensor(labels.map(Int64.init), shape: [labels.count])
    let wanted = truth.oneHot(classes).to(.float64)  // [n, classes]
    let count = (width + 1) * classes
    func split(_ place: [Double]) -> (Tensor, Tensor) {
      (
        Tensor(Array(place[..<(width * classes)]), shape: [width, classes]),
        Tensor(Array(place[(width * classes)...]), shape: [1, classes])
      )
    }
    let found = try minimiser.minimise(from: Array(repeating: 0, count: count)) { place in
      try withoutGradients {
        let (w, b) = split(place)
        let logits = (x.matmul(w) + b).logSoftmax()
        let value = -(logits * wanted).sum() + w.squared().sum() * (penalty / 2)
        let error = logits.exp() - wanted
        let slope = x.transposed().matmul(error) + w * penalty
        let all = Tensor.concatenate([slope.flattened(), error.sum(over: 0)])
        return (try value.value(), try all.values(as: Double.self))
      }
    }
    let (w, b) = split(found.place)
    return Model(weights: w, intercepts: b, converged: found.converged)
  }
}

/// How well a linear classifier reads labels from codes: each code scaled to deviation 1 by the training codes.
public struct LinearProbe: Sendable {
  public var regression = LogisticRegression()

  public init() {}

  /// 1 for each test code whose class the probe finds, else 0.
  ///
  /// - Throws: as ``LogisticRegression/fit(_:_:classes:)``.
  public func hits(
    train: Tensor, _ trainLabels: [Int], test: Tensor, _ testLabels: [Int], classes: Int
  ) throws -> [Double] {
    let train = train.to(.float64)
    let mean = train.mean(over: 0, keep: true)
    // A unit that never moves says nothing, and must not divide by 0.
    let deviation = train.variance(over: 0).squareRoot().clamped(atLeast: 1e-12).unsqueezed(0)
    let model = try regression.fit((train - mean) / deviation, trainLabels, classes: classes)
    let found = try model.classes((test.to(.float64) - mean) / deviation)
    return zip(found, testLabels).map { $0 == $1 ? 1 : 0 }
  }
}

/// How well the labels of the nearest codes say a code's own.
public struct NearestNeighbours: Sendable {
  /// Neighbours that vote; a tie goes to the nearest of the tied.
  public var neighbours = 5

  public init() {}

  /// 1 for each test code whose neighbours among the training codes agree on its class, else 0.
  ///
  /// - Throws: ``UserError`` where there are fewer codes than neighbours, `TensorError` that the codes carry.
  public func hits(
    train: Tensor, _ trainLabels: [Int], test: Tensor, _ testLabels: [Int]
  ) throws -> [Double] {
    try require(
      train.size(0) >= neighbours, "\(neighbours) neighbours need as many training codes")
    let norms = train.squared().sum(over: 1).unsqueezed(0)  // [1, m]
    var hits: [Double] = []
    // Some thousand codes at a time keep the distances in memory.
    for start in stride(from: 0, to: test.size(0), by: 1000) {
      let end = min(start + 1000, test.size(0))
      let some = test.sliced(0, start, end)
      let distances = norms - some.matmul(train.transposed()) * 2  // up to a constant of the row
      let nearest = distances.top(neighbours, largest: false).indices
      let places = try nearest.values(as: Int64.self).map(Int.init)
      for row in 0..<(end - start) {
        let voters = places[row * neighbours..<(row + 1) * neighbours].map { trainLabels[$0] }
        hits.append(winner(voters) == testLabels[start + row] ? 1 : 0)
      }
    }
    return hits
  }

  private func winner(_ voters: [Int]) -> Int? {
    let votes = Dictionary(voters.map { ($0, 1) }, uniquingKeysWith: +)
    let most = votes.values.max()
    return voters.first { votes[$0] == most }
  }
}
