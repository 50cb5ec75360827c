import Evaluation

/// Units of what networks keep inside, and sparse features of it: what they mean, and what they do.
public enum Features {
  /// The family's methods.
  public static let methods: [Method] = []

  /// The family's studies.
  public static let studies = [
    CataloguedStudy(SAEAutointerp.self, check: SAEAutointerp.check),
    CataloguedStudy(SAEAbsorption.self, check: SAEAbsorption.check),
    CataloguedStudy(NetworkDissection.self, check: NetworkDissection.check),
  ]
}
