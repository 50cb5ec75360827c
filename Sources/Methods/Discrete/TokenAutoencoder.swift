import Autoencoding
import Datasets
import Learning
import Networks
import Probability
import Torch

/// An encoder to vectors at the places of an example, a quantiser of them, a decoder, and a distribution over rows of
/// tokens: the networks that methods with a codebook share.
public struct TokenAutoencoder<Codes: Quantiser>: Module {
  public let encoder: TokenEncoder
  public let codes: Codes
  public let decoder: TokenDecoder
  public let likelihood: Likelihood
  /// Learns after the rest, from the tokens that the rest gives.
  public let prior: Fixed<TokenTransformer>
  let inputs: Int

  /// Networks around the codes that `makeCodes` makes for a number of places.
  init(
    _ domain: Domain, _ settings: some TokenRecipe, _ random: RandomStream,
    codes makeCodes: (_ tokens: Int) -> Codes
  ) {
    let networks = settings.networks
    let grid = TokenGrid(domain.shape, networks.architecture)
    let tokens = grid?.count ?? settings.tokens
    let codes = makeCodes(tokens)
    encoder = TokenEncoder(
      domain.shape, networks.architecture, tokens: tokens, width: codes.width,
      hidden: networks.hidden, activation: networks.activation, random)
    decoder = TokenDecoder(
      domain.shape, networks.architecture, tokens: tokens, width: codes.width,
      hidden: networks.hidden, activation: networks.activation, random)
    likelihood = Likelihood(settings.likelihood, isUnit: domain.isUnit, device: random.device)
    let prior = settings.prior
    self.prior = Fixed(
      TokenTransformer(
        size: codes.size, tokens: tokens, width: prior.priorWidth, blocks: prior.priorBlocks,
        heads: prior.priorHeads, random.child("prior")))
    self.codes = codes
    inputs = domain.size
  }

  /// −log p(x|z) of vectors `[n, t, w]`, nats per input, `[n]`.
  func reconstruction(of x: Tensor, from z: Tensor) -> Tensor {
    likelihood(decoder(z)).logProbability(of: x) * (-1 / Double(inputs))
  }
}

extension TokenAutoencoder: Encoding, Sampling, Tokenising {
  /// Numbers in all vectors of an example, t · w.
  public var latents: Int { encoder.tokens * codes.width }
  public var codebookSize: Int { codes.size }

  public func tokens(_ x: Tensor) -> Tensor { codes.indices(encoder(x)) }

  /// The quantised vectors of all places, `[n]` + shape to `[n, t · w]`.
  public func encode(_ x: Tensor) -> Tensor { codes.vectors(tokens(x)).flattened(from: 1) }

  /// Expected examples, `[n, t · w]` to `[n]` + shape.
  public func decode(_ z: Tensor) -> Tensor {
    likelihood(decoder(z.reshaped(-1, encoder.tokens, codes.width))).mean
  }

  public func decode(tokens: Tensor) -> Tensor {
    decode(codes.vectors(tokens.indices(below: codes.size, of: "codebook index")))
  }

  /// Vectors of tokens that the prior draws, `[count, t · w]`.
  public func samplePrior(_ count: Int, temperature: Double, _ random: RandomStream) -> Tensor {
    let tokens = prior.base.sample(count, temperature: temperature, random)
    return codes.vectors(tokens).flattened(from: 1)
  }
}
