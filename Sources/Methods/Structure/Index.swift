import Evaluation

/// Latent structure recovered from moments, correlations and spectra.
public enum Structure {
  /// The family's studies; a row counts as working once its check is here, which is when it is on record.
  public static let studies = [
    CataloguedStudy(CorrelationThresholding.self),
    CataloguedStudy(SteinLatent.self),
    CataloguedStudy(NestedMatrixTensor.self, check: NestedMatrixTensor.check),
    CataloguedStudy(PretrainingAdvantage.self, check: PretrainingAdvantage.check),
  ]
}
