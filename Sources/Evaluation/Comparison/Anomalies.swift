import Learning
import Torch

extension Measure {
  /// Examples of the last class are what is to be found; a fit for this task never saw one.
  static let detection = Measure(
    id: "detection", title: "area under the curve of finding the last class by its error", unit: "",
    direction: .higher
  ) { subject in
    guard let labels = try subject.source.test.labels(), let last = labels.max() else { return nil }
    let scores = subject.scores(subject.source.test)
    let errors: [Double]
    if let network = subject.network as? any Bounding {
      errors = try scores.elbo(network, draws: 5).map { -$0 }
    } else if let network = subject.network as? any Weighing {
      errors = try scores.map { batch, _ in
        try network.logDensity(batch.x).values(as: Double.self).map { -$0 }
      }
    } else if let codec = Codec(of: subject.network), codec.decodes {
      errors = try scores.squaredError(codec)
    } else {
      return nil
    }
    return [areaUnderCurve(errors, labels.map { $0 == last })]
  }

  /// Half of the inputs are hidden, and filled in by ten rounds of encoding and decoding from the mean on.
  static let imputation = Measure(
    id: "imputation", title: "squared error of hidden inputs", unit: "per input", direction: .lower
  ) { subject in
    guard let codec = Codec(of: subject.network), codec.decodes else { return nil }
    let train = try subject.source.train.batch(Array(0..<min(subject.source.train.count, 2000)))
    let mean = train.x.mean(over: 0, keep: true).to(subject.device)
    return try subject.scores(subject.source.test).map { batch, random in
      let isKept = random.child("kept").bernoulli(
        Tensor.full(batch.x.shape, 0.5, device: subject.device))
      var x = batch.x * isKept + mean * (1 - isKept)
      for _ in 0..<10 {
        x = batch.x * isKept + codec.reconstruct(batch.replacing(x)) * (1 - isKept)
      }
      let hidden = (1 - isKept).flattened(from: 1).sum(over: 1).clamped(atLeast: 1)
      let error = (x - batch.x).squared().flattened(from: 1).sum(over: 1) / hidden
      return try error.values(as: Double.self)
    }
  }
}

/// The probability that a positive scores higher than a negative, ties counting half.
public func areaUnderCurve(_ scores: [Double], _ isPositive: [Bool]) -> Double {
  let positives = isPositive.count { $0 }
  let rankSum = zip(scores.ranks, isPositive).reduce(0) { $1.1 ? $0 + $1.0 : $0 }
  let pairs = Double(positives) * Double(scores.count - positives)
  return (rankSum - Double(positives) * Double(positives + 1) / 2) / pairs
}
