import Evaluation

/// What resampling says of scores, predictions and samples.
public enum Resampling {
  /// The family's studies.
  public static let studies = [
    CataloguedStudy(MultiBootstrapStudy.self, check: MultiBootstrapStudy.check),
    CataloguedStudy(BootstrapMean.self),
    CataloguedStudy(CheapBootstrap.self, check: CheapBootstrap.check),
    CataloguedStudy(ModelEvaluationGuide.self, check: ModelEvaluationGuide.check),
    CataloguedStudy(Tarp.self, check: Tarp.check),
  ]
}
