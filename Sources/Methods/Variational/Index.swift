import Evaluation

/// Autoencoders with a distribution over codes, and what they are trained on.
public enum Variational {
  /// The family's methods.
  public static let methods: [Method] = [
    Method(VAE.self, check: VAE.check),
    Method(IWAE.self, check: IWAE.check),
    Method(InfoVAE.self, check: InfoVAE.check),
    Method(InstanceNoise.self, check: InstanceNoise.check),
    Method(ChiSquaredVIS.self, check: ChiSquaredVIS.check),
    Method(CMIM.self, check: CMIM.check),
    Method(VLAE.self, check: VLAE.check),
    Method(FlowVAE.self),
    Method(AutoGen.self, check: AutoGen.check),
    Method(VampPriorVAE.self),
    Method(LadderVAE.self),
    Method(PseudoVideoVAE.self, check: PseudoVideoVAE.check),
    Method(SGPBAE.self, check: SGPBAE.check),
    Method(DiffusionVAE.self, check: DiffusionVAE.check),
    Method(DFCVAE.self, check: DFCVAE.check),
  ]

  /// The family's studies.
  public static let studies: [CataloguedStudy] = [
    CataloguedStudy(PosteriorCollapse.self, check: PosteriorCollapse.check)
  ]
}
