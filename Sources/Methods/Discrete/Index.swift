import Evaluation

/// Codes that are one of so many, and gradients through the choice.
public enum Discrete {
  /// The family's methods.
  public static let methods: [Method] = [
    Method(VQVAE.self),
    Method(FSQ.self),
    Method(VQWAE.self, check: VQWAE.check),
    Method(RobustTokenizer.self, check: RobustTokenizer.check),
    Method(RobusTok.self, check: RobusTok.check),
    Method(Titok.self, check: Titok.check),
    Method(GumbelSoftmax.self, check: GumbelSoftmax.check),
    Method(ReinMax.self, check: ReinMax.check),
    Method(JointVAE.self, check: JointVAE.check),
    Method(CplMixVAE.self, check: CplMixVAE.check),
  ]
}
