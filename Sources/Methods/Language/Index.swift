import Evaluation

/// Models of language, and what is read from them.
public enum Language {
  /// The family's methods.
  public static let methods: [Method] = [
    Method(LanguageModel.self)
  ]

  /// The family's studies.
  public static let studies: [CataloguedStudy] = []
}
