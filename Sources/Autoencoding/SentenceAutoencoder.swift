import Datasets
import Learning
import Networks
import Probability
import Torch

/// The size of networks that read and write text.
public struct SentenceNetworks: Codable, Equatable, Sendable {
  /// Numbers that stand for a token of text.
  public var tokenWidth = 32
  /// Units of the recurrent networks that read and write text.
  public var sentenceUnits = 128

  public init() {}
}

/// A recurrent encoder of texts to a diagonal normal posterior, a standard normal prior, and a recurrent
/// decoder that writes token by token, each by the code and by all tokens before it.
///
/// Texts are rows of whole numbers; the first 0 ends one, and what follows counts nothing.
///
/// - Source: Bowman et al., *Generating Sentences from a Continuous Space*, CoNLL 2016,
///   arXiv:1511.06349.
public struct SentenceAutoencoder: Module {
  public let embedding: Embedding
  public let reader: Recurrent
  public let head: NormalHead
  public let writer: Recurrent
  public let output: Linear
  public let latents: Int
  let length: Int
  let units: Int

  /// Networks for texts of `length` tokens of `vocabulary` kinds, and codes of `latents` numbers.
  public init(
    length: Int, vocabulary: Int, _ latents: Int, _ size: SentenceNetworks, _ random: RandomStream
  ) {
    embedding = Embedding(vocabulary, size.tokenWidth, random)
    reader = Recurrent(.lstm, size.tokenWidth, size.sentenceUnits, random)
    head = NormalHead(size.sentenceUnits, latents, random)
    writer = Recurrent(.lstm, size.tokenWidth + latents, size.sentenceUnits, random)
    output = Linear(size.sentenceUnits, vocabulary, random)
    self.latents = latents
    self.length = length
    units = size.sentenceUnits
  }

  /// 1 for each token that counts, the 0 that ends a text included, `[n, t]` to the same.
  private func counted(_ x: Tensor) -> Tensor {
    let before = Tensor.concatenate(
      [Tensor.ones([x.size(0), 1], device: x.device), x[.all, ..<(x.size(1) - 1)]], along: 1)
    return (before .> 0).to(.float32)
  }

  /// log p(x|z), nats, `[n, t]` and `[n, k]` to `[n]`.
  public func logProbability(of x: Tensor, _ z: Tensor) -> Tensor {
    let (n, t) = (x.size(0), x.size(1))
    let tokens = x.to(.int64)
    // A text begins after a 0, as it ends with one.
    let start = Tensor.zeros([n, 1], type: .int64, device: x.device)
    let before = embedding(Tensor.concatenate([start, tokens[.all, ..<(t - 1)]], along: 1))
    let codes = z.unsqueezed(1).expanded([n, t, latents])
    let h = writer(Tensor.concatenate([before, codes], along: 2)).outputs
    let losses = output(h).reshaped(n * t, -1).crossEntropy(tokens.reshaped(n * t))
    return -(losses.reshaped(n, t) * counted(x)).sum(over: 1)
  }

  /// Texts written token by token, `[n, k]` to `[n, t]`; `choose` picks from logits `[n, vocabulary]`.
  public func written(_ z: Tensor, _ choose: (Tensor) -> Tensor) -> Tensor {
    let n = z.size(0)
    var state = RecurrentState(batch: n, width: units, device: z.device)
    var last = Tensor.zeros([n], type: .int64, device: z.device)
    var goesOn = Tensor.ones([n], type: .int64, device: z.device)
    let tokens = (0..<length).map { _ in
      state = writer.cell(Tensor.concatenate([embedding(last), z], along: 1), state)
      last = choose(output(state.hidden)) * goesOn
      goesOn = (last .> 0).to(.int64)
      return last
    }
    return Tensor.stack(tokens, along: 1).to(.float32)
  }
}

extension SentenceAutoencoder: Inferring, Sampling, Bounding {
  /// q(z|x), over `[n, k]`: by what was read up to the end of each text.
  public func posterior(_ x: Tensor) -> Normal {
    let h = reader(embedding(x.to(.int64))).outputs  // [n, t, h]
    let counted = counted(x)
    let next = Tensor.concatenate(
      [counted[.all, 1...], Tensor.zeros([x.size(0), 1], device: x.device)], along: 1)
    let isLast = (counted - next).unsqueezed(2)  // [n, t, 1]
    return head((h * isLast).sum(over: 1))
  }

  /// Posterior means, `[n, t]` to `[n, k]`.
  public func encode(_ x: Tensor) -> Tensor { posterior(x).mean }

  /// Texts in which each token is the likeliest by those before it, `[n, k]` to `[n, t]`.
  public func decode(_ z: Tensor) -> Tensor { written(z) { $0.argmax(over: 1) } }

  public func elbo(_ x: Tensor, _ random: RandomStream) -> Tensor {
    let q = posterior(x)
    return logProbability(of: x, q.sample(random)) - q.divergenceFromStandard()
  }

  public func logWeights(_ x: Tensor, draws: Int, _ random: RandomStream) -> Tensor {
    let q = posterior(x)
    let z = q.sample(draws: draws, random)  // [draws · n, k]
    let p = logProbability(of: x.repeated(draws), z)
    return (p + q.logRatioFromStandard(at: z)).reshaped(draws, x.size(0))
  }
}
