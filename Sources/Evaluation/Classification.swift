import Datasets
import Files
import Learning
import Torch

extension Scores {
  /// log p(class) of each example, `[n][classes]`.
  ///
  /// - Throws: `TensorError` or what reading throws.
  public func logProbabilities(_ network: any Classifying) throws -> [[Double]] {
    try map { batch, _ in
      let rows: Tensor
      if let gaps = network as? any Imputing, let observed = batch.observed {
        rows = gaps.logProbabilities(batch.x, observed: observed)
      } else {
        rows = network.logProbabilities(batch.x)
      }
      let width = rows.size(1)
      let values = try rows.values(as: Double.self)
      return (0..<rows.size(0)).map { Array(values[$0 * width..<($0 + 1) * width]) }
    }
  }

  /// 1 where the likeliest class of an example is its label, else 0.
  ///
  /// - Throws: ``UserError`` without labels, or as ``logProbabilities(_:)``.
  public func correctness(_ network: any Classifying) throws -> [Double] {
    try labelled(network).map { row, label in
      row.indices.max { row[$0] < row[$1] } == label ? 1 : 0
    }
  }

  /// −log p(label) of each example, nats.
  ///
  /// - Throws: ``UserError`` without labels, or as ``logProbabilities(_:)``.
  public func crossEntropy(_ network: any Classifying) throws -> [Double] {
    try labelled(network).map { row, label in -row[label] }
  }

  /// Examples by class (rows) and by the likeliest class (columns).
  ///
  /// - Throws: ``UserError`` without labels, or as ``logProbabilities(_:)``.
  public func confusion(_ network: any Classifying) throws -> [[Int]] {
    let rows = try labelled(network)
    let classes = rows.first?.row.count ?? 0
    var counts = Array(repeating: Array(repeating: 0, count: classes), count: classes)
    for (row, label) in rows {
      guard let found = row.indices.max(by: { row[$0] < row[$1] }) else { continue }
      counts[label][found] += 1
    }
    return counts
  }

  private func labelled(_ network: any Classifying) throws -> [(row: [Double], label: Int)] {
    guard let labels = try examples.labels() else {
      throw UserError("the examples have no labels to judge a classifier by")
    }
    let rows = Array(zip(try logProbabilities(network), labels))
    let classes = rows.first?.0.count ?? 0
    try require(
      labels.allSatisfy { (0..<classes) ~= $0 },
      "the examples have more classes than the \(classes) that the classifier knows")
    return rows.map { (row: $0.0, label: $0.1) }
  }
}

extension Measure {
  static let accuracy = Measure(
    id: "accuracy", title: "share of test examples put into their class", unit: "",
    direction: .higher
  ) { subject in
    try subject.classified { try $0.correctness($1) }
  }

  static let logLoss = Measure(
    id: "log-loss", title: "cross-entropy of the classes of test examples", unit: "nats",
    direction: .lower
  ) { subject in
    try subject.classified { try $0.crossEntropy($1) }
  }
}

extension Measure.Subject {
  /// What a measure makes of a classifier's test examples; nothing without classes or labels.
  func classified(
    _ body: (Scores, any Classifying) throws -> [Double]
  ) throws -> [Double]? {
    guard let network = network as? any Classifying, try source.test.labels() != nil else {
      return nil
    }
    return try body(scores(source.test), network)
  }
}
