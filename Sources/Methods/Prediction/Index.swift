import Evaluation

/// What can be said of single predictions: intervals and regions that hold the answer, and what matters for it.
public enum Prediction {
  /// The family's studies.
  public static let studies = [
    CataloguedStudy(DoubtMonitor.self, check: DoubtMonitor.check)
  ]
}
