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

/// A model's predictions at the points of a test pool, and what losses a surrogate expects of them there.
struct ExpectedLoss {
  /// Probabilities `[points, classes]`, or numbers `[points]`.
  let predictions: Tensor
  let loss: PredictionLoss
  /// What each point's loss is expected to be, `[points]`, 0 or above.
  let scores: Tensor

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
      scores = (1 - mean.gather(1, chosen).squeezed(1)).clamped(atLeast: 0)
    } else {
      self.loss = .crossEntropy
      scores = -(mean * probabilities.clamped(atLeast: Self.leastProbability).log()).sum(over: 1)
    }
  }

  /// - Parameters:
  ///   - surrogate: numbers of each draw `[draws, points]`.
  ///   - deviation: of the labels around the surrogate's draws, `[points]`.
  init(numbers: Tensor, surrogate: Tensor, deviation: Tensor) {
    predictions = numbers
    loss = .squared
    scores = (surrogate - numbers).squared().mean(over: 0) + deviation.squared()
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
  func drawable(floor: Double) throws -> Tensor {
    let mean = try scores.mean().value()
    guard mean > 0 else { return scores.onesLike() }
    let least = try scores.values(as: Double.self).quantile(floor)
    return scores.clamped(atLeast: max(least, 0.01 * mean))
  }
}
