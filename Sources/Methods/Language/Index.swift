import Evaluation

/// Models of language, and what is read from them.
public enum Language {
  /// The family's methods.
  public static let methods: [Method] = [
    Method(LanguageModel.self)
  ]

  /// The family's studies; S301 takes its check, `SparseProbing.check`, once there is a record of it.
  public static let studies: [CataloguedStudy] = [
    CataloguedStudy(LinearRepresentationOrigins.self, check: LinearRepresentationOrigins.check),
    CataloguedStudy(SparseProbing.self, check: SparseProbing.check),
  ]
}
