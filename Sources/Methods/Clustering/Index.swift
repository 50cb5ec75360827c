import Evaluation

/// Clusters of points: methods that find them, and autoencoders whose codes form them.
public enum Clustering {
  /// The family's methods.
  public static let methods = [Method(MixtureVAE.self)]
  /// The family's studies.
  public static let studies: [CataloguedStudy] = [
    CataloguedStudy(ClusteringBattery.self),
    CataloguedStudy(MnistNd.self, check: MnistNd.check),
  ]
}
