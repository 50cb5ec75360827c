import Evaluation

/// Theories of how learning and generalising go, with worlds to lay them over.
public enum Dynamics {
  /// The family's studies.
  public static let studies: [CataloguedStudy] = [
    CataloguedStudy(LinearGrokking.self, check: LinearGrokking.check),
    CataloguedStudy(NaiveBayesLinearEval.self, check: NaiveBayesLinearEval.check),
    CataloguedStudy(InductiveBiasBits.self, check: InductiveBiasBits.check),
    CataloguedStudy(GrokkingLazyRich.self, check: GrokkingLazyRich.check),
  ]
}
