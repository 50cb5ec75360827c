import Evaluation

/// Theories of how learning and generalising go, with worlds to lay them over.
public enum Dynamics {
  /// The family's studies.
  public static let studies: [CataloguedStudy] = []
}
