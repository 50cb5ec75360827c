import Autoencoding
import Datasets
import Learning
import Networks
import Probability
import Torch

/// A network that puts rows of tokens in place of examples, and draws rows of its own: what all of them share.
public protocol TokenNetwork: Module, Encoding, Sampling, Tokenising {
  associatedtype Codes: Quantiser
  var codes: Codes { get }
  var likelihood: Likelihood { get }
  /// Number of tokens of an example, t.
  var places: Int { get }
  /// Numbers in an example.
  var inputs: Int { get }
  /// Vectors that the codes are to stand for, `[n]` + shape to `[n, t, w]`.
  func read(_ x: Tensor) -> Tensor
  /// What the likelihood is made of, vectors `[n, t, w]` to `[n]` + shape.
  func outputs(_ z: Tensor) -> Tensor
  /// Rows that the prior draws, `[count, t]`; its noise is scaled by `temperature`.
  func drawTokens(_ count: Int, temperature: Double, _ random: RandomStream) -> Tensor
}

extension TokenNetwork {
  /// Numbers in all vectors of an example, t · w.
  public var latents: Int { places * codes.width }
  public var codebookSize: Int { codes.size }

  /// −log p(x|z) of vectors `[n, t, w]`, nats per input, `[n]`.
  func reconstruction(of x: Tensor, from z: Tensor) -> Tensor {
    likelihood(outputs(z)).logProbability(of: x) * (-1 / Double(inputs))
  }

  public func tokens(_ x: Tensor) -> Tensor { codes.indices(read(x)) }

  /// The quantised vectors of all places, `[n]` + shape to `[n, t · w]`.
  public func encode(_ x: Tensor) -> Tensor { codes.vectors(tokens(x)).flattened(from: 1) }

  /// Expected examples, `[n, t · w]` to `[n]` + shape.
  public func decode(_ z: Tensor) -> Tensor {
    likelihood(outputs(z.reshaped(-1, places, codes.width))).mean
  }

  public func decode(tokens: Tensor) -> Tensor {
    decode(codes.vectors(tokens.indices(below: codes.size, of: "codebook index")))
  }

  /// Vectors of tokens that the prior draws, `[count, t · w]`.
  public func samplePrior(_ count: Int, temperature: Double, _ random: RandomStream) -> Tensor {
    codes.vectors(drawTokens(count, temperature: temperature, random)).flattened(from: 1)
  }
}

extension TokenNetwork where Codes == VectorQuantiser {
  /// The terms of a vector quantised autoencoder: reconstruction from the vectors chosen, with gradients as if they
  /// were the encoder's, and the distances between both.
  func terms(_ batch: Batch, commitment: Double, _ step: Step) -> [Loss.Term] {
    let z = read(batch.x)  // [n, t, w]
    let chosen = codes.indices(z)  // [n, t]
    if Runtime.isTraining { codes.note(z, chosen, step.random("revival")) }
    let vectors = codes.vectors(chosen)  // [n, t, w]
    let decoded = z.straightThrough(to: vectors)
    return [.term("reconstruction", reconstruction(of: batch.x, from: decoded))]
      + codes.terms(z, vectors, commitment: commitment)
  }

  public func perturbed(
    _ tokens: Tensor, rate: Double, neighbours: Int, _ random: RandomStream
  ) -> Tensor {
    codes.perturbed(tokens, rate: rate, neighbours: neighbours, random)
  }
}
