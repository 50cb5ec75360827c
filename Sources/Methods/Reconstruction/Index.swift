import Evaluation

/// Codes from which data can be reconstructed, without a distribution over them.
public enum Reconstruction {
  /// The family's methods.
  public static let methods: [Method] = [
    Method(Autoencoder.self),
    Method(WAE.self),
    Method(PCA.self),
    Method(PPCA.self),
    Method(FactorAnalysis.self),
    Method(DenoisingAutoencoder.self),
    Method(ContractiveAutoencoder.self),
    Method(IRMAE.self),
    Method(LoRAE.self, check: LoRAE.check),
    Method(GLO.self, check: GLO.check),
    Method(UnscentedAutoencoder.self, check: UnscentedAutoencoder.check),
    Method(GradientOriginNetwork.self, check: GradientOriginNetwork.check),
    Method(VariationalGON.self),
    Method(RelativeAutoencoder.self, check: RelativeAutoencoder.check),
    Method(ProductAutoencoder.self, check: ProductAutoencoder.check),
  ]
}
