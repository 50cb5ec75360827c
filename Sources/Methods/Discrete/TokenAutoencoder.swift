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
  public let inputs: Int

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
}

extension TokenAutoencoder: TokenNetwork {
  public var places: Int { encoder.tokens }
  public func read(_ x: Tensor) -> Tensor { encoder(x) }
  public func outputs(_ z: Tensor) -> Tensor { decoder(z) }

  public func drawTokens(_ count: Int, temperature: Double, _ random: RandomStream) -> Tensor {
    prior.base.sample(count, temperature: temperature, random)
  }
}
