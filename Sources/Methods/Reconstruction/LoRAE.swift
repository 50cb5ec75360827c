import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Torch

/// The low-rank autoencoder: a linear layer before the code pays for its nuclear norm, so that codes spread over no
/// more directions than the reconstruction needs; a mixture of normals fitted to the codes gives samples.
///
/// - Source: Mazumder, Baruah, Kumar, Sharma, Pattanaik & Rathore, *Learning low-rank latent spaces with simple
///   deterministic autoencoder: theoretical and empirical insights*, WACV 2024, arXiv:2310.16194; the loss as in the
///   authors' code.
/// - Departs: fully connected networks unless --architecture says otherwise; outputs squashed into 0…1 by a sigmoid
///   instead of tanh; Adam at 0.001 instead of 0.0001 unless --learning-rate says otherwise.
public struct LoRAE: LossRecipe {
  public static let card = Card(
    id: "lorae", title: "Low-rank autoencoder",
    source:
      "Mazumder et al., Learning low-rank latent spaces with simple deterministic autoencoder, WACV 2024, "
      + "arXiv:2310.16194",
    system: "S073",
    summary:
      "A deterministic autoencoder with a linear layer before the code whose nuclear norm is kept small, so that the "
      + "rank of the codes adapts to the data; a mixture fitted to the codes gives samples.")

  /// Weight of the nuclear norm, lambda in the paper, against the mean squared error of an input.
  public var nuclearNorm = 1e-3
  /// Number of latent units, k; more than are needed.
  public var latents = 64
  /// Normals of the mixture that is fitted to the codes.
  public var components = 10
  public var networks = EncoderDecoder()
  public var training = Training()

  public init() {}

  public func validate(for domain: Domain) throws {
    try AutoencoderSettings.validate(domain, latents, networks, .auto)
    try AutoencoderSettings.validate(weights: [("nuclear-norm", nuclearNorm)])
    try ExPostDensity.validate(components: components)
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> LinearCodeAutoencoder {
    LinearCodeAutoencoder(domain, latents, layers: 1, components: components, networks, random)
  }

  public func loss(_ network: LinearCodeAutoencoder, _ batch: Batch, _ step: Step) -> Loss {
    Loss(
      .term("squared error", network.squaredError(network.encode(batch.x), batch.x)),
      .term("nuclear norm", network.nuclearNorm, weight: nuclearNorm))
  }

  public func fit(_ network: LinearCodeAutoencoder, _ run: FitRun) throws -> FitResult {
    let result = try train(network, in: phases(network), run)
    try network.density.fit(network, run)
    return result
  }
}
