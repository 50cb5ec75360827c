import Evaluation

/// Spaces learned without a decoder: from views of examples, or from parts of them.
public enum SelfSupervised {
  /// The family's methods; S100, S171, S133, S077 and S007 have checks of the same name beside them, and take them once there
  /// are records of these.
  public static let methods = [
    Method(SimCLR.self),
    Method(MoCo.self),
    Method(BYOL.self, check: BYOL.check),
    Method(SimSiam.self),
    Method(BarlowTwins.self),
    Method(VICReg.self),
    Method(DINO.self),
    Method(SwAV.self),
    Method(MAE.self),
    Method(IJEPA.self),
    Method(LDReg.self, check: LDReg.check),
    Method(RelationalReasoning.self, check: RelationalReasoning.check),
    Method(RotationPrediction.self),
    Method(MCInfoNCE.self),
    Method(TLDR.self),
    Method(LatentMIM.self),
    Method(TJEPA.self),
    Method(BYOLSelfLabelling.self),
    Method(Supervised.self),
  ]

  /// The family's studies; those without a check have it beside them, and take it once there is a record of it.
  public static let studies: [CataloguedStudy] = [
    CataloguedStudy(JEPAImplicitBias.self, check: JEPAImplicitBias.check),
    CataloguedStudy(PretextSSLTheory.self, check: PretextSSLTheory.check),
    CataloguedStudy(StepwiseSSL.self),
    CataloguedStudy(ContrastiveLatentClassTheory.self),
    CataloguedStudy(ContrastiveTemperature.self),
    CataloguedStudy(DualDeepSSLTheory.self),
    CataloguedStudy(ProjectionHeadTheory.self),
  ]
}
