import Files
import Neighbours
import Torch

/// Multinomial logistic regression with a penalty on the weights, not on the intercepts.
///
/// Minimises Σ −log p(class) + penalty / 2 · Σ weights², which is scikit-learn's objective with C = 1 / penalty.
public struct LogisticRegression: Sendable {
  /// Weight of the squared weights.
  public var penalty = 1.0
  public var minimiser = LBFGS()

  public init(penalty: Double = 1) { self.penalty = penalty }

  /// Weights `[d + 1, classes]` in double precision, intercepts last.
  public struct Model: Sendable {
    public let weights: Tensor
    /// Whether the minimum was reached.
    public let converged: Bool

    /// log p(class), `[n, d]` to `[n, classes]`.
    public func logProbabilities(_ x: Tensor) -> Tensor {
      extended(x.to(.float64)).matmul(weights).logSoftmax()
    }

    /// The likeliest class of each row.
    ///
    /// - Throws: `TensorError` that `x` carries.
    public func classes(_ x: Tensor) throws -> [Int] {
      try logProbabilities(x).argmax(over: 1).places()
    }
  }

  /// The model of rows `x`, `[n, d]`, and their classes from 0; found from `start`, or from zeros.
  ///
  /// - Throws: ``UserError`` where the two do not match, `TensorError` that `x` carries.
  public func fit(
    _ x: Tensor, _ labels: [Int], classes: Int, from start: Model? = nil
  ) throws -> Model {
    let x = extended(try x.to(.float64).checked())
    try require(
      x.size(0) == labels.count, "\(x.size(0)) rows and \(labels.count) labels: as many are needed")
    let truth = Tensor(labels.map(Int64.init), shape: [labels.count])
    let wanted = truth.oneHot(classes).to(.float64)  // [n, classes]
    let inputs = x.size(1)
    let penalties = Tensor(
      Array(repeating: penalty, count: inputs - 1) + [0], shape: [inputs, 1])
    let zeros = Tensor.zeros([inputs, classes], type: .float64)
    let found = try minimiser.minimise(from: start?.weights ?? zeros) { w in
      try withoutGradients {
        let rows = x.matmul(w).logSoftmax()
        let pull = w * penalties
        let value = (pull * w).sum() * 0.5 - (rows * wanted).sum()
        return (try value.value(), x.transposed().matmul(rows.exp() - wanted) + pull)
      }
    }
    return Model(weights: found.place, converged: found.converged)
  }
}

/// Rows with a 1 at their end, which the intercepts multiply.
private func extended(_ x: Tensor) -> Tensor {
  .concatenate([x, .ones([x.size(0), 1], type: .float64)], along: 1)
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
    try require(
      Set(trainLabels).count > 1, "all labels are of one class; a probe needs two to tell apart")
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
    let places = try ExactSearch(train.to(.cpu)).places(nearestTo: test.to(.cpu), neighbours)
    return testLabels.enumerated().map { row, label in
      let voters = places[row * neighbours..<(row + 1) * neighbours].map { trainLabels[Int($0)] }
      return winner(voters) == label ? 1 : 0
    }
  }

  private func winner(_ voters: [Int]) -> Int? {
    let votes = Dictionary(voters.map { ($0, 1) }, uniquingKeysWith: +)
    let most = votes.values.max()
    return voters.first { votes[$0] == most }
  }
}
