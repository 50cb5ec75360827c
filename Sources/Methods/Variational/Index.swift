import Evaluation

/// Autoencoders with a distribution over codes, and what they are trained on.
public enum Variational {
  /// The family's methods.
  public static let methods: [Method] = [
    Method(VAE.self, check: VAE.check),
    Method(IWAE.self, check: IWAE.check),
    Method(InfoVAE.self),
    Method(VampPriorVAE.self),
    Method(LadderVAE.self),
    Method(PseudoVideoVAE.self, check: PseudoVideoVAE.check),
    Method(SGPBAE.self, check: SGPBAE.check),
    Method(DiffusionVAE.self, check: DiffusionVAE.check),
  ]
}
