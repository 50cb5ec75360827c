import Datasets
import Files
import Learning
import Networks
import Probability
import Torch

/// A classifier of labelled examples: the baseline of all others, what checks of procedures judge, and whose features
/// distances are taken in.
///
/// - Source: Bridle, *Probabilistic interpretation of feedforward classification network outputs*, 1990: layers and a
///   softmax, trained by cross-entropy.
public struct Classifier: LossRecipe {
  public static let card = Card(
    id: "classifier", title: "Classifier",
    source:
      "Bridle, Probabilistic interpretation of feedforward classification network outputs, 1990",
    summary: "Layers and a softmax, trained by cross-entropy on labelled examples.")

  /// Widths of the fully connected layers.
  public var hidden = [64]
  /// Network that reads the data: auto, mlp or convolution.
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
    try require(
      hidden.allSatisfy { (1...1_000_000) ~= $0 },
      "--hidden \(hidden.map(\.description).joined(separator: ",")): must be widths of at least 1")
    try require(
      architecture.suits(domain.shape),
      "--architecture convolution needs images of at least 4×4, and the source has shape "
        + "\(domain.shape); --architecture mlp takes any")
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

extension Classifier.Network: Encoding, Classifying {
  /// Features before the last layer, `[n]` + shape to `[n, features]`.
  public func encode(_ x: Tensor) -> Tensor { features(x) }
  public func logProbabilities(_ x: Tensor) -> Tensor { self(x).logSoftmax() }
}

/// A method that trains the network of a ``Classifier`` in a way of its own.
public protocol ClassifierRecipe: GradientRecipe where Network == Classifier.Network {
  /// Widths of the fully connected layers.
  var hidden: [Int] { get }
  /// Network that reads the data.
  var architecture: Architecture { get }
}

extension ClassifierRecipe {
  /// The classifier of the same network and training, without what the method adds.
  public var plain: Classifier {
    var plain = Classifier()
    plain.hidden = hidden
    plain.architecture = architecture
    plain.training = training
    return plain
  }

  public func validate(for domain: Domain) throws { try plain.validate(for: domain) }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Classifier.Network {
    plain.makeNetwork(domain, random)
  }
}
