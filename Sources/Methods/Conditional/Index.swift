import Evaluation

/// Autoencoders that are told something of each example: attributes, another view, what is missing.
public enum Conditional {
  /// The family's methods; S042 and S088 take their checks, `MatrixSubspaceProjection.check` and `FDEN.check`, once there are
  /// records of them.
  public static let methods: [Method] = [
    Method(AttributeCVAE.self, check: AttributeCVAE.check),
    Method(CADAVAE.self, check: CADAVAE.check),
    Method(IDVAE.self, check: IDVAE.check),
    Method(SupNotMIWAE.self, check: SupNotMIWAE.check),
    Method(MatrixSubspaceProjection.self),
    Method(FDEN.self),
  ]
}
