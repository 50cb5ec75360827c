import Datasets
import Foundation
import Learning
import Networks
import Torch

/// A figure of a fitted network on examples, with its interval.
public struct Figure: Sendable {
  public let name: String
  public let estimate: Estimate
  /// Such as `nats`; what it is a share of for a count.
  public let unit: String

  /// All figures that a network's capabilities allow, with intervals of their means over examples.
  ///
  /// These are its bound (of texts also divided by their mean length), bounds by `draws` importance samples each, squared errors of reconstruction, accuracy and
  /// cross-entropy of a classifier.
  ///
  /// - Parameter run: Called for each figure in turn with its name; calls what it is given with the scores to take it from.
  /// - Throws: `TensorError`, or what reading or `run` throws.
  public static func all(
    of network: any Module, _ domain: Domain, _ examples: Examples, draws: [Int],
    run: (String, (Scores) throws -> Void) throws -> Void
  ) throws -> [Figure] {
    var figures: [Figure] = []
    func add(
      _ name: String, _ unit: String, _ body: @escaping (Scores) throws -> [Double]
    ) throws {
      try run(name) { scores in
        let values = try body(scores)
        let estimate =
          values.count > 1
          ? try Estimate.mean(of: values)
          : Estimate(value: values.mean, interval: Interval(low: .nan, high: .nan, level: 0.95))
        figures.append(Figure(name: name, estimate: estimate, unit: unit))
      }
    }
    if let bounding = network as? any Bounding {
      var bounds: [Double] = []
      try add("negative ELBO", "nats") {
        bounds = try $0.elbo(bounding).map { -$0 }
        return bounds
      }
      if domain.support == .tokens {
        try add("negative ELBO per byte", "bits") {
          let bits = try $0.meanBytes() * log(2)
          return bounds.map { $0 / bits }
        }
      }
      for draws in draws where draws > 1 {
        try add("negative log-likelihood, \(draws) samples", "nats") {
          try $0.logLikelihood(bounding, draws: draws).map { -$0 }
        }
      }
    }
    if let codec = Codec(of: network), codec.decodes, domain.support != .tokens {
      try add("squared error of reconstruction", "per input") { try $0.squaredError(codec) }
    }
    if let classifying = network as? any Classifying, try examples.labels() != nil {
      try add("accuracy", "share of examples") { try $0.correctness(classifying) }
      try add("cross-entropy", "nats") { try $0.crossEntropy(classifying) }
    }
    return figures
  }
}

extension Scores {
  /// Bytes of a text, the mean over the examples, at least 1.
  fileprivate func meanBytes() throws -> Double {
    let counts = try map { batch, _ in
      try (batch.x.flattened(from: 1) .> 0).to(.float32).sum(over: 1).values(as: Double.self)
    }
    return max(counts.mean, 1)
  }
}
