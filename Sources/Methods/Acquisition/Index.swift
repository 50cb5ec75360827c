import Evaluation

/// Which labels to buy: for learning, and for judging what was learnt.
public enum Acquisition {
  /// The family's studies.
  public static let studies = [
    CataloguedStudy(ActiveTesting.self, check: ActiveTesting.check),
    CataloguedStudy(Bmdal.self, check: Bmdal.check),
    CataloguedStudy(Ical.self, check: Ical.check),
  ]
}
