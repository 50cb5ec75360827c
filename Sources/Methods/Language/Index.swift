import Evaluation

/// Models of language, and what is read from them.
public enum Language {
  /// The family's methods.
  public static let methods: [Method] = [
    Method(LanguageModel.self)
  ]

  /// The family's studies.
  public static let studies: [CataloguedStudy] = [
    CataloguedStudy(ICLImplicitBayes.self, check: ICLImplicitBayes.check),
    CataloguedStudy(LinearRepresentationOrigins.self, check: LinearRepresentationOrigins.check),
    CataloguedStudy(SparseProbing.self, check: SparseProbing.check),
    CataloguedStudy(TransformerCausalStructure.self, check: TransformerCausalStructure.check),
    CataloguedStudy(TransformerTopicStructure.self, check: TransformerTopicStructure.check),
    CataloguedStudy(LatentIntrinsicProbe.self, check: LatentIntrinsicProbe.check),
    CataloguedStudy(CCSChallenges.self, check: CCSChallenges.check),
    CataloguedStudy(ConceptDepth.self, check: ConceptDepth.check),
  ]
}
