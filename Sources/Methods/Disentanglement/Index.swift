import Evaluation

/// Autoencoders whose units should each stand for one factor of the data.
public enum Disentanglement {
  /// The family's methods.
  public static let methods: [Method] = [
    Method(BetaTCVAE.self),
    Method(DIPVAE.self),
  ]
}
