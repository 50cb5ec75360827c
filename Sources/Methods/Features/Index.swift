import Evaluation

/// Sparse features of what language models keep inside: what they mean, and what they do.
public enum Features {
  /// The family's methods.
  public static let methods: [Method] = []

  /// The family's studies; S242 takes its check, `SAEAutointerp.check`, once there is a record of it.
  public static let studies = [
    CataloguedStudy(SAEAutointerp.self, check: SAEAutointerp.check)
  ]
}
