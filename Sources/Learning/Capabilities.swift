import Datasets
import Probability
import Torch

// What a fitted network can do. Metrics and commands ask for these, never for a method by name.

/// Gives each example a place in the latent space.
public protocol Encoding {
  /// Codes, `[n]` + shape to `[n, k]`.
  func encode(_ x: Tensor) -> Tensor
}

/// Gives each place in the latent space an example.
public protocol Decoding {
  /// Number of latent units, k.
  var latents: Int { get }
  /// Expected examples, `[n, k]` to `[n]` + shape.
  func decode(_ z: Tensor) -> Tensor
}

/// Draws places of the latent space from what the model believes of them.
public protocol Sampling: Decoding {
  /// Draws from the prior, `[count, k]`; the noise is scaled by `temperature`.
  func samplePrior(_ count: Int, temperature: Double, _ random: RandomStream) -> Tensor
}

extension Sampling {
  /// Draws from the standard normal, `[count, k]`.
  public func samplePrior(_ count: Int, temperature: Double, _ random: RandomStream) -> Tensor {
    random.normal([count, latents]) * temperature
  }
}

/// Draws in steps: fewer are faster, more are usually better.
public protocol StepwiseSampling: Sampling {
  /// The same network, drawing in so many steps, at least 1.
  func drawing(in steps: Int) -> any Sampling
}

/// Has a distribution over codes for each example.
public protocol Inferring: Encoding {
  /// q(z|x), over `[n, k]`.
  func posterior(_ x: Tensor) -> Normal
}

/// Bounds the log probability of examples.
public protocol Bounding {
  /// One-draw evidence lower bound of each example, nats, `[n]`.
  func elbo(_ x: Tensor, _ random: RandomStream) -> Tensor
  /// log p(x, z) − log q(z|x) for `draws` draws of each example, nats, `[draws, n]`.
  func logWeights(_ x: Tensor, draws: Int, _ random: RandomStream) -> Tensor
}

/// Says how likely each class of an example is.
public protocol Classifying {
  /// log p(class|x), nats, `[n]` + shape to `[n, classes]`; the exponentials of a row sum to 1.
  func logProbabilities(_ x: Tensor) -> Tensor
}

/// Gives each example a row of whole numbers, places in a codebook.
public protocol Tokenising {
  /// Number of entries that a token can name, K.
  var codebookSize: Int { get }
  /// Tokens from 0 to K − 1, `[n]` + shape to `[n, t]`, int64.
  func tokens(_ x: Tensor) -> Tensor
  /// Expected examples, tokens `[n, t]` to `[n]` + shape.
  func decode(tokens: Tensor) -> Tensor
}

/// Has codes and examples that depend on what is known of each example: its class, its factors.
public protocol Conditioning: Sampling {
  /// What is known of the examples of a batch, `[n, c]`.
  func condition(_ batch: Batch) -> Tensor
  /// Draws from the conditions of the training examples, of one class where `label` says so, `[count, c]`.
  func drawConditions(_ count: Int, label: Int?, _ random: RandomStream) -> Tensor
  /// Codes of examples of which `condition` is known, `[n]` + shape and `[n, c]` to `[n, k]`.
  func encode(_ x: Tensor, given condition: Tensor) -> Tensor
  /// Expected examples, `[n, k]` and `[n, c]` to `[n]` + shape.
  func decode(_ z: Tensor, given condition: Tensor) -> Tensor
  /// Draws from the prior of each row of `condition`, `[n, c]` to `[n, k]`; the noise is scaled by `temperature`.
  func samplePrior(given condition: Tensor, temperature: Double, _ random: RandomStream) -> Tensor
  /// The places that decode to what these codes are under these conditions, `[n, k]` and `[n, c]` to `[n, latents]`: with
  /// the condition beside the code where the decoder needs it.
  func place(_ z: Tensor, given condition: Tensor) -> Tensor
}

extension Conditioning {
  /// Draws places whose conditions occur as often as in training, `[count, latents]`.
  public func samplePrior(_ count: Int, temperature: Double, _ random: RandomStream) -> Tensor {
    samplePlaces(count, label: nil, temperature: temperature, random)
  }

  /// Draws places of the class `label`, or of all, `[count, latents]`.
  public func samplePlaces(
    _ count: Int, label: Int?, temperature: Double, _ random: RandomStream
  ) -> Tensor {
    let condition = drawConditions(count, label: label, random.child("conditions"))
    let z = samplePrior(given: condition, temperature: temperature, random.child("codes"))
    return place(z, given: condition)
  }
}

/// Classifies examples with gaps, and fills them.
public protocol Imputing: Classifying {
  /// log p(class | what was observed), nats, `[n]` + shape to `[n, classes]`; `observed` is 1 where a number of `x` was
  /// observed and 0 where it stands in a gap and does not count.
  func logProbabilities(_ x: Tensor, observed: Tensor) -> Tensor
  /// `x` with expected numbers in its gaps, `[n]` + shape.
  func impute(_ x: Tensor, observed: Tensor) -> Tensor
}
