import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Probability
import Torch

/// The vector quantised Wasserstein autoencoder: at each place the encodings of a batch are transported to the
/// codebook, whose vectors have learned shares of the mass, and the cost moves encodings, vectors and shares.
///
/// - Source: Vuong et al., *Vector Quantized Wasserstein Auto-Encoder*, ICML 2023, arXiv:2302.05917, with the authors'
///   code at github.com/VuongLong/VQ-WAE.
/// - Departs: the entropic dual is solved by Sinkhorn's iteration instead of by a network for its potential; the
///   smoothing is in units of the mean cost; the transport is a mean over places and per number, the evenness a mean
///   over places, and their weights are for that; a convolution has no residual blocks; without convolutions the tokens
///   are a row; the prior is a causal transformer instead of a PixelCNN.
public struct VQWAE: TokenRecipe {
  public static let card = Card(
    id: "vq-wae", title: "Vector quantised Wasserstein autoencoder",
    source:
      "Vuong et al., Vector Quantized Wasserstein Auto-Encoder, ICML 2023, arXiv:2302.05917",
    system: "S407",
    summary:
      "A vector quantised autoencoder whose codebook follows the encoder by optimal transport between the "
      + "encodings at each place and the weighted vectors, so that no vector is left aside.")

  /// Number of vectors in the codebook, K.
  public var codebook = 512
  /// Numbers in a vector of the codebook.
  public var codeWidth = 16
  /// Number of tokens in the row of an example; with convolutions the grid they leave says how many.
  public var tokens = 16
  /// Weight of the transport between encodings and codebook.
  public var transport = 1.0
  /// Weight of the divergence of the vectors' shares from even ones.
  public var evenness = 0.1
  /// Weight of the entropy of the transport, in units of the mean cost.
  public var smoothing = 0.05
  /// Rounds of Sinkhorn's iteration in a step.
  public var rounds = 10
  public var networks = EncoderDecoder()
  /// What the decoder's outputs say of the data: auto, gaussian, bernoulli, continuous-bernoulli or logistic.
  public var likelihood = LikelihoodFamily.auto
  public var prior = TokenPriorSettings()
  public var training = Training()

  public init() {}

  /// A codebook and the shares of its vectors at each place.
  public struct Codes: Quantiser {
    /// The vectors, `[K, w]`.
    public let codebook: Parameter
    /// Logits of the shares, `[t, K]`.
    public let shares: Parameter

    public var size: Int { codebook.tensor.size(0) }
    public var width: Int { codebook.tensor.size(1) }

    public func indices(_ z: Tensor) -> Tensor {
      withoutGradients { costs(z).argmin(over: 2).transposed(0, 1) }
    }

    public func vectors(_ indices: Tensor) -> Tensor { codebook.tensor.embedding(indices) }
    public func quantised(_ z: Tensor) -> Tensor { z.straightThrough(to: vectors(indices(z))) }

    /// Squared distances per number between the encodings `[n, t, w]` of each place and the vectors, `[t, n, K]`.
    func costs(_ z: Tensor) -> Tensor {
      let places = z.transposed(0, 1).reshaped(-1, width)  // [t · n, w]
      return (squaredDistances(places, codebook.tensor) / Double(width))
        .reshaped(z.size(1), z.size(0), size)
    }
  }

  public func validate(for domain: Domain) throws {
    try validateTokens(domain)
    try CodebookSettings.validate(codebook, codeWidth)
    try AutoencoderSettings.validate(weights: [("transport", transport), ("evenness", evenness)])
    try require(
      smoothing >= 0.001 && smoothing.isFinite, "--smoothing \(smoothing): must be at least 0.001")
    try require(rounds >= 1, "--rounds \(rounds): at least 1 round is needed")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> TokenAutoencoder<Codes> {
    TokenAutoencoder(domain, self, random) { tokens in
      Codes(
        // Standard normal, as in the authors' code: a codebook near 0 would draw all encodings there.
        codebook: Parameter(random.child("codebook").normal([codebook, codeWidth])),
        shares: Parameter(Tensor.zeros([tokens, codebook], device: random.device)))
    }
  }

  public func loss(_ network: TokenAutoencoder<Codes>, _ batch: Batch, _ step: Step) -> Loss {
    let z = network.encoder(batch.x)  // [n, t, w]
    let logShares = network.codes.shares.tensor.logSoftmax(along: 1)  // [t, K]
    let costs = network.codes.costs(z)  // [t, n, K]
    let scale = costs.detached().mean() + 1e-12
    let sinkhorn = Sinkhorn(smoothing: smoothing, iterations: rounds)
    let moved = sinkhorn.distance(costs / scale, logWeights: logShares) * scale  // [t]
    let uneven = (logShares.exp() * (logShares + Tensor(Double(codebook)).log())).sum(over: 1)
    return Loss(
      .term(
        "reconstruction", network.reconstruction(of: batch.x, from: network.codes.quantised(z))),
      .term("transport", moved.mean(), weight: transport),
      .term("evenness", uneven.mean(), weight: evenness))  // nats
  }
}
