import Files
import Foundation
import Probability
import Torch

/// Ways of dividing points into clusters that are compared.
public enum ClusteringMethod: String, CaseIterable, Sendable {
  case kMeans = "k-means"
  /// Normals with full covariances.
  case mixture = "gaussian-mixture"
  /// Normals with one variance each.
  case spheres = "spherical-mixture"
  case density = "dbscan"
  case ward
  case leiden

  /// The methods that a list such as `k-means,leiden` names; all where it is empty.
  ///
  /// - Throws: `UserError` for a name that is none.
  static func named(_ list: String) throws -> [ClusteringMethod] {
    let names = list.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    let known = allCases.map(\.rawValue).joined(separator: ", ")
    return names.isEmpty
      ? allCases
      : try names.map { name in
        guard let method = ClusteringMethod(rawValue: name) else {
          throw UserError("--methods \(name): must be of \(known)")
        }
        return method
      }
  }
}

/// What all methods are told of the points, and what each is told alone.
struct ClusteringTask: Sendable {
  /// Clusters to find, for those that must be told.
  var clusters: Int
  /// Nearest others that a point is joined with, for `leiden`.
  var neighbours = 15
  var resolution = 1.0
  /// Starts of `k-means`.
  var restarts = 10
  /// Points that make a core, for `dbscan`.
  var enough = 5
  /// How far a point reaches, for `dbscan`; nothing takes the knee.
  var radius: Double?

  /// The cluster of each of the points `[n, d]`, n ≥ 2; −1 for those that `dbscan` leaves out.
  ///
  /// - Throws: `TensorError`.
  func labels(_ method: ClusteringMethod, _ points: Tensor, seed: Seed) throws -> [Int] {
    let x = points.to(.float64)
    let seed = seed.child(method.rawValue)
    let k = min(clusters, x.size(0))
    switch method {
    case .kMeans: return try KMeans(clusters: k, restarts: restarts).fit(x, seed: seed).labels
    case .mixture, .spheres:
      // One start, as scikit-learn's: several would be another budget than the others'.
      let start = try KMeans(clusters: k, restarts: 1).fit(x, seed: seed).labels
      return try GaussianMixture(shape: method == .mixture ? .full : .spherical)
        .fit(x, from: start, components: k).labels
    case .density: return try DensityClusters(radius: radius, enough: enough).labels(x)
    case .ward: return try WardTree(x).labels(k)
    case .leiden:
      let graph = try WeightedGraph.neighbours(x, count: neighbours)
      return Leiden(resolution: resolution).communities(graph, seed: seed)
    }
  }
}
