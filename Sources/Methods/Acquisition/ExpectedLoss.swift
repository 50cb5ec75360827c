import Files
import Torch

/// How a prediction is judged.
public enum PredictionLoss: String, Codable, CaseIterable, Sendable {
  /// Cross-entropy for probabilities, the squared error for numbers.
  case auto
  /// −log of the probability given to the label, nats.
  case crossEntropy = "cross-entropy"
  /// 1 where the likeliest class is not the label.
  case error
  /// The squared difference.
  case squared
}

/// What a surrogate's idea of a point's loss is turned into a score by which the point is drawn.
public enum LossScore: String, Codable, CaseIterable, Sendable {
  /// The expected loss: Kossen et al., *Active Testing*, ICML 2021, eq. 6.
  case mean
  /// The root of the expected squared loss, which minimises the estimate's variance where labels are random too: Sawade
  /// et al., *Active Risk Estimation*, ICML 2010, theorem 1.
  case rootMeanSquare = "root-mean-square"
}

/// A model's predictions at the points of a test pool, and what losses a surrogate expects of them there.
struct ExpectedLoss {
  /// Probabilities `[points, classes]`, or numbers `[points]`.
  let predictions: Tensor
  let loss: PredictionLoss
  /// What each point's loss is expected to be, `[points]`, 0 or above.
  let means: Tensor
  /// What its square is expected to be, `[points]`.
  let squares: Tensor

  var points: Int { predictions.size(0) }
  var classes: Int { predictions.rank == 2 ? predictions.size(1) : 0 }

  /// - Parameters:
  ///   - surrogate: probabilities of each draw `[draws, points, classes]`; their mean judges.
  ///   - loss: cross-entropy, or the error for anything else.
  init(probabilities: Tensor, surrogate: Tensor, loss: PredictionLoss) {
    predictions = probabilities
    let mean = surrogate.mean(over: 0)
    if loss == .error {
      self.loss = .error
      let chosen = probabilities.argmax(over: 1, keep: true)
      means = (1 - mean.gather(1, chosen).squeezed(1)).clamped(atLeast: 0)
      squares = means
    } else {
      self.loss = .crossEntropy
      let losses = -probabilities.clamped(atLeast: Self.leastProbability).log()
      means = (mean * losses).sum(over: 1)
      squares = (mean * losses.squared()).sum(over: 1)
    }
  }

  /// - Parameters:
  ///   - surrogate: numbers of each draw `[draws, points]`.
  ///   - deviation: of the labels around the surrogate's draws, `[points]`.
  init(numbers: Tensor, surrogate: Tensor, deviation: Tensor) {
    predictions = numbers
    loss = .squared
    let far = (surrogate - numbers).squared(), noise = deviation.squared()
    means = far.mean(over: 0) + noise
    // The fourth moment of a normal label about the prediction.
    squares = (far.squared() + far * noise * 6 + noise.squared() * 3).mean(over: 0)
  }

  /// A label's probability below which its loss does not rise any further.
  static let leastProbability = 1e-15

  /// The losses at `points` with these labels, which are classes or numbers.
  func losses(_ labels: Tensor, at points: Tensor) -> Tensor {
    let mine = predictions.indexSelect(0, points)
    switch loss {
    case .error: return (mine.argmax(over: 1) .!= labels.to(.int64)).to(.float64)
    case .squared: return (mine - labels).squared()
    case .auto, .crossEntropy:
      let given = mine.gather(1, labels.to(.int64).unsqueezed(1)).squeezed(1)
      return -given.clamped(atLeast: Self.leastProbability).log()
    }
  }

  /// Scores to draw by, all above 0: none below the quantile `floor`, nor a hundredth of the mean.
  ///
  /// What can never be drawn would be missing from the estimate.
  ///
  /// - Throws: `TensorError` that the scores carry.
  func drawable(by score: LossScore, floor: Double) throws -> Tensor {
    let scores = score == .mean ? means : squares.squareRoot()
    let mean = try scores.mean().value()
    guard mean > 0 else { return scores.onesLike() }
    let least = try scores.values(as: Double.self).quantile(floor)
    return scores.clamped(atLeast: max(least, 0.01 * mean))
  }
}
