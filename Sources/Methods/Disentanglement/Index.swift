import Evaluation

/// Autoencoders whose units should each stand for one factor of the data.
public enum Disentanglement {
  /// The family's methods.
  public static let methods: [Method] = [
    Method(BetaVAE.self),
    Method(BetaTCVAE.self, check: BetaTCVAE.check),
    Method(DIPVAE.self, check: DIPVAE.check),
    Method(QLAE.self, check: QLAE.check),
  ]
}
