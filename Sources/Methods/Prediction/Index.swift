import Evaluation

/// What can be said of single predictions: intervals and regions that hold the answer, and what matters for it.
public enum Prediction {
  /// The family's studies.
  public static let studies = [
    CataloguedStudy(DoubtMonitor.self, check: DoubtMonitor.check),
    CataloguedStudy(StDQR.self, check: StDQR.check),
    CataloguedStudy(Ibydmt.self, check: Ibydmt.check),
    CataloguedStudy(HighDimRepresenters.self, check: HighDimRepresenters.check),
  ]
}
