import Autoencoding
import Datasets
import Files
import Learning
import Networks
import Probability
import Torch

/// Which tokens are exchanged for near ones in the training of a tokeniser.
public struct LatentPerturbation: Codable, Equatable, Sendable {
  /// Share of the tokens of an example that are exchanged at the start, alpha in the paper; it falls to half.
  public var perturbationRate = 1.0
  /// Share of the examples of a batch whose tokens are exchanged, beta in the paper.
  public var perturbedShare = 0.1
  /// Share of the codebook that is near enough to be taken instead, delta in the paper over its size.
  public var perturbationReach = 0.025

  public init() {}

  /// The share of tokens exchanged after a share `progress` of the training.
  func rate(at progress: Double) -> Double {
    let fallen = min(1, max(0, (progress - 0.2) / 0.4))
    return perturbationRate * (1 - 0.5 * fallen)
  }

  /// The tokens `[n, t]` of a batch with those of its first examples exchanged.
  func callAsFunction(
    _ tokens: Tensor, _ codes: VectorQuantiser, _ step: Step
  ) -> Tensor {
    let count = Int((perturbedShare * Double(tokens.size(0))).rounded())
    guard count > 0 else { return tokens }
    let neighbours = max(2, Int((perturbationReach * Double(codes.size)).rounded()))
    let exchanged = codes.perturbed(
      tokens.sliced(0, 0, count), rate: rate(at: step.progress), neighbours: neighbours,
      step.random("perturbation"))
    return tokens.replacing(0, 0, count, with: exchanged)
  }

  /// Refuses shares that are none.
  ///
  /// - Throws: `UserError` naming the flag and what it may be.
  func validate() throws {
    for (flag, share) in [
      ("perturbation-rate", perturbationRate), ("perturbed-share", perturbedShare),
      ("perturbation-reach", perturbationReach),
    ] { try require(0...1 ~= share, "--\(flag) \(share): must be a share from 0 to 1") }
  }
}

/// A vector quantised autoencoder that learns under latent perturbation, with a codebook of moving averages.
public protocol PerturbingRecipe: TokenRecipe where Codes == VectorQuantiser {
  var perturbation: LatentPerturbation { get set }
  var codebook: Int { get set }
  var codeWidth: Int { get set }
  var tokens: Int { get set }
  var commitment: Double { get }
  var decay: Double { get }
  var revival: Double { get }
}

extension PerturbingRecipe {
  func validatePerturbed(_ domain: Domain) throws {
    try validateTokens(domain)
    try CodebookSettings.validate(codebook, codeWidth)
    try CodebookSettings.validate(decay: decay, revival: revival)
    try AutoencoderSettings.validate(weights: [("commitment", commitment)])
    try perturbation.validate()
  }

  public func makeNetwork(
    _ domain: Domain, _ random: RandomStream
  ) -> TokenAutoencoder<VectorQuantiser> {
    TokenAutoencoder(domain, self, random) { _ in
      VectorQuantiser(
        size: codebook, width: codeWidth, learning: .average, random.child("codebook"))
    }
  }

  public func loss(
    _ network: TokenAutoencoder<VectorQuantiser>, _ batch: Batch, _ step: Step
  ) -> Loss {
    let z = network.encoder(batch.x)  // [n, t, w]
    let chosen = network.codes.indices(z)  // [n, t]
    var read = chosen
    if Runtime.isTraining {
      network.codes.note(z, chosen, step.random("revival"))
      read = perturbation(chosen, network.codes, step)
    }
    let decoded = z.straightThrough(to: network.codes.vectors(read))
    return Loss(
      [.term("reconstruction", network.reconstruction(of: batch.x, from: decoded))]
        + network.codes.terms(z, network.codes.vectors(chosen), commitment: commitment))
  }

  public func didStep(_ network: TokenAutoencoder<VectorQuantiser>, _ step: Step) throws {
    try network.codes.follow(decay: decay, reviving: revival)
  }
}
