import Evaluation

/// Sparse features of what language models keep inside: what they mean, and what they do.
public enum Features {
  /// The family's methods.
  public static let methods: [Method] = []

  /// The family's studies.
  public static let studies = [
    CataloguedStudy(SAEAutointerp.self, check: SAEAutointerp.check),
    CataloguedStudy(SAEAbsorption.self, check: SAEAbsorption.check),
  ]
}
