import Evaluation

/// Latent structure recovered from moments, correlations and spectra.
public enum Structure {
  /// The family's studies.
  public static let studies: [CataloguedStudy] = []
}
