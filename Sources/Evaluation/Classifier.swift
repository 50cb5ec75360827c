import Datasets
import Files
import Learning
import Networks
import Probability
import Torch

/// A classifier of labelled examples: what checks of procedures judge, and whose features distances are taken in.
///
/// - Source: none; layers and a softmax, trained by cross-entropy.
public struct Classifier: LossRecipe {
  public static let card = Card(
    id: "classifier", title: "Classifier", source: "Latent",
    summary: "Layers and a softmax, trained by cross-entropy on labelled examples.")

  /// Widths of the fully connected layers.
  public var hidden = [64]
  public var architecture = Architecture.auto
  /// Share of features dropped before the last layer, in training.
  public var dropout = 0.0
  public var training = Training()

  public init() {}

  /// An encoder and a layer of logits.
  public struct Network: Module {
    public let encoder: Encoder
    public let head: Linear
    let dropout: Double

    /// Features before the last layer, `[n]` + shape to `[n, features]`.
    public func features(_ x: Tensor) -> Tensor { encoder(x) }

    /// Logits, `[n]` + shape to `[n, classes]`; `random` draws what is dropped in training.
    public func callAsFunction(_ x: Tensor, _ random: RandomStream? = nil) -> Tensor {
      var h = features(x)
      if dropout > 0, let random {
        let keep = random.bernoulli(Tensor.full(h.shape, 1 - dropout, device: h.device))
        h = h * keep / (1 - dropout)
      }
      return head(h)
    }
  }

  public func validate(for domain: Domain) throws {
    try require(domain.support != .tokens, "a classifier takes numbers, and the source holds text")
    try require(
      domain.classes.count >= 2,
      "a classifier needs labels of at least two classes; --label COLUMN says where they are")
    try require((0..<1) ~= dropout, "--dropout \(dropout): must be a share from 0 up to 1")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    let encoder = Encoder(domain.shape, architecture, hidden: hidden, random)
    return Network(
      encoder: encoder, head: Linear(encoder.features, domain.classes.count, random),
      dropout: dropout)
  }

  public func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let random = Runtime.isTraining ? step.random("dropout") : nil
    // What validation has refused; a loss that is not a number stops the training.
    guard let labels = batch.labels else { return Loss(.term("cross-entropy", Tensor(.nan))) }
    return Loss(.term("cross-entropy", network(batch.x, random).crossEntropy(labels)))  // nats
  }
}

extension Scores {
  /// log p(class) of each example, `[n][classes]`.
  ///
  /// - Throws: `TensorError` or what reading throws.
  public func logProbabilities(_ network: Classifier.Network) throws -> [[Double]] {
    try map { batch, _ in
      let rows = network(batch.x).logSoftmax()
      let width = rows.size(1)
      let values = try rows.values(as: Double.self)
      return (0..<rows.size(0)).map { Array(values[$0 * width..<($0 + 1) * width]) }
    }
  }

  /// 1 where the likeliest class of an example is its label, else 0.
  ///
  /// - Throws: ``UserError`` without labels, or as ``logProbabilities(_:)``.
  public func correctness(_ network: Classifier.Network) throws -> [Double] {
    guard let labels = try examples.labels() else {
      throw UserError("the examples have no labels to judge a classifier by")
    }
    return zip(try logProbabilities(network), labels).map { row, label in
      row.indices.max { row[$0] < row[$1] } == label ? 1 : 0
    }
  }
}
