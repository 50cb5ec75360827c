import Autoencoding
import Datasets
import Evaluation
import Files
import Learning
import Networks
import Torch

/// The implicit rank-minimising autoencoder: linear layers before the code, which gradient descent drives to low rank
/// without a penalty; a mixture of normals fitted to the codes gives samples.
///
/// - Source: Jing, Zbontar & LeCun, *Implicit rank-minimizing autoencoder*, NeurIPS 2020, arXiv:2010.00679.
/// - Departs: fully connected networks unless --architecture says otherwise; outputs squashed into 0…1 by a sigmoid
///   instead of tanh.
public struct IRMAE: LossRecipe {
  public static let card = Card(
    id: "irmae", title: "Implicit rank-minimising autoencoder",
    source:
      "Jing, Zbontar & LeCun, Implicit rank-minimizing autoencoder, NeurIPS 2020, arXiv:2010.00679",
    summary:
      "A deterministic autoencoder with a row of linear layers before the code: training alone makes their product, "
      + "and with it the codes, of low rank.")

  /// Square linear layers between encoder and decoder.
  public var linearLayers = 4
  /// Number of latent units, k; more than are needed.
  public var latents = 64
  /// Normals of the mixture that is fitted to the codes.
  public var components = 10
  public var networks = EncoderDecoder()
  public var training = Training()

  public init() {}

  public func validate(for domain: Domain) throws {
    try AutoencoderSettings.validate(domain, latents, networks, .auto)
    try ExPostDensity.validate(components: components)
    try require(
      0...100 ~= linearLayers, "--linear-layers \(linearLayers): must be from 0 to 100 layers")
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> LinearCodeAutoencoder {
    LinearCodeAutoencoder(
      domain, latents, layers: linearLayers, components: components, networks, random)
  }

  public func loss(_ network: LinearCodeAutoencoder, _ batch: Batch, _ step: Step) -> Loss {
    Loss(.term("squared error", network.squaredError(network.encode(batch.x), batch.x)))
  }

  public func fit(_ network: LinearCodeAutoencoder, _ run: FitRun) throws -> FitResult {
    let result = try train(network, in: phases(network), run)
    try network.density.fit(network, run)
    return result
  }
}
