import Evaluation

/// What follows from how much a network's output moves with its parameters.
public enum Sharpness {
  /// The family's studies.
  public static let studies: [CataloguedStudy] = [
    CataloguedStudy(Ignite.self, check: Ignite.check)
  ]
}
