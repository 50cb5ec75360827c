import Evaluation

/// Models of language, and what is read from them.
public enum Language {
  /// The family's methods.
  public static let methods: [Method] = [
    Method(LanguageModel.self)
  ]

  /// The family's studies; S240 and S301 take their checks, `LinearRepresentationOrigins.check` and `SparseProbing.check`, once there
  /// are records of them.
  public static let studies: [CataloguedStudy] = [
    CataloguedStudy(LinearRepresentationOrigins.self),
    CataloguedStudy(SparseProbing.self),
  ]
}
