import Evaluation

/// Spaces learned without a decoder: from views of examples, or from parts of them.
public enum SelfSupervised {
  /// The family's methods.
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
    Method(MCInfoNCE.self, check: MCInfoNCE.check),
    Method(TLDR.self, check: TLDR.check),
    Method(LatentMIM.self, check: LatentMIM.check),
    Method(TJEPA.self, check: TJEPA.check),
    Method(BYOLSelfLabelling.self, check: BYOLSelfLabelling.check),
    Method(DBOT.self, check: DBOT.check),
    Method(CrIBo.self, check: CrIBo.check),
    Method(BYOLA.self, check: BYOLA.check),
    Method(GEDI.self, check: GEDI.check),
    Method(HierarchicalGrouping.self, check: HierarchicalGrouping.check),
    Method(Supervised.self),
  ]

  /// The family's studies.
  public static let studies: [CataloguedStudy] = [
    CataloguedStudy(JEPAImplicitBias.self, check: JEPAImplicitBias.check),
    CataloguedStudy(PretextSSLTheory.self, check: PretextSSLTheory.check),
    CataloguedStudy(StepwiseSSL.self, check: StepwiseSSL.check),
    CataloguedStudy(ContrastiveLatentClassTheory.self, check: ContrastiveLatentClassTheory.check),
    CataloguedStudy(ContrastiveTemperature.self, check: ContrastiveTemperature.check),
    CataloguedStudy(DualDeepSSLTheory.self, check: DualDeepSSLTheory.check),
    CataloguedStudy(ProjectionHeadTheory.self, check: ProjectionHeadTheory.check),
    CataloguedStudy(HybridEventSSL.self, check: HybridEventSSL.check),
    CataloguedStudy(EventStreamsLab.self),
  ]
}
