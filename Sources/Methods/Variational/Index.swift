import Evaluation

/// Autoencoders with a distribution over codes, and what they are trained on.
public enum Variational {
  /// The family's methods.
  public static let methods: [Method] = [
    Method(VAE.self, check: VAE.check),
    Method(IWAE.self, check: IWAE.check),
    Method(InfoVAE.self, check: InfoVAE.check),
    Method(VLAE.self, check: VLAE.check),
    Method(FlowVAE.self),
    Method(AutoGen.self, check: AutoGen.check),
  ]
}
