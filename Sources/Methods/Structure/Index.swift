import Evaluation

/// Latent structure recovered from moments, correlations and spectra.
public enum Structure {
  /// The family's studies.
  public static let studies = [
    CataloguedStudy(CorrelationThresholding.self, check: CorrelationThresholding.check),
    CataloguedStudy(SteinLatent.self, check: SteinLatent.check),
    CataloguedStudy(NestedMatrixTensor.self, check: NestedMatrixTensor.check),
    CataloguedStudy(PretrainingAdvantage.self, check: PretrainingAdvantage.check),
  ]
}
