import Evaluation

/// Autoencoders with and without a distribution over codes.
public enum Variational {
  /// The family's methods.
  public static let methods = [
    Method(Autoencoder.self),
    Method(VAE.self, check: VAE.check),
    Method(IWAE.self, check: IWAE.check),
    Method(BetaTCVAE.self),
    Method(DIPVAE.self),
    Method(InfoVAE.self),
    Method(WAE.self),
  ]
}
