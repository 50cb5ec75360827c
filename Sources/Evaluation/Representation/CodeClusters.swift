import Probability
import Torch

/// Groups of codes by k-means, as the page, reports and exports show them.
public enum CodeClusters {
  /// How many clusters are told apart: as many as there are classes, ten where there are none.
  public static func count(classes: Int, items: Int) -> Int {
    min(max(2, classes == 0 ? 10 : classes), 50, items)
  }

  /// What they are called.
  public static func names(_ count: Int) -> [String] { (0..<count).map { "cluster \($0 + 1)" } }

  /// The cluster of each of the codes `[n, k]`.
  ///
  /// - Throws: `TensorError`, or what k-means throws.
  public static func labels(of codes: Tensor, count: Int) throws -> [Int64] {
    let means = KMeans(clusters: count, restarts: 3, iterations: 100)
    return try means.fit(codes.to(.float64), seed: Seed(0)).labels.map(Int64.init)
  }
}
