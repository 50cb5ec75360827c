import Evaluation

/// Classifiers, and ways of training them that generalise better.
public enum Classification {
  /// The family's methods.
  public static let methods = [
    Method(Classifier.self),
    Method(SAM.self),
    Method(SAF.self, check: SAF.check),
  ]
}
