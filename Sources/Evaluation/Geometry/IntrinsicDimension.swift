import Files
import Foundation
import Torch

/// How many numbers it takes to say where a point is among others: the dimension of the manifold that points lie near.
public enum IntrinsicDimension {
  /// By the ratio of the distances to the second and to the first neighbour, whose logarithms are exponential with the
  /// dimension as rate wherever density hardly changes up to the second neighbour.
  ///
  /// Points with a neighbour at their own place do not count.
  ///
  /// - Source: Facco, d'Errico, Rodriguez & Laio, *Estimating the intrinsic dimension of datasets by a minimal neighborhood
  ///   information*, Scientific Reports 2017, with the largest tenth of the ratios left out of the fit.
  /// - Parameters:
  ///   - near: At least two neighbours of each point.
  ///   - discarded: Share of the ratios, the largest, that do not count.
  /// - Throws: `UserError` where too few points have two neighbours elsewhere, `TensorError`.
  public static func twoNN(_ near: NeighbourDistances, discarded: Double = 0.1) throws -> Double {
    try require(near.count >= 2, "TwoNN needs two neighbours of each point, and there is one")
    let first = try near.distances.selected(1, 0).values(as: Double.self)
    let second = try near.distances.selected(1, 1).values(as: Double.self)
    let ratios = zip(first, second).filter { $0.0 > 0 }.map { $0.1 / $0.0 }.sorted()
    let n = ratios.count
    try require(
      n >= 10, "\(n) points have two neighbours at other places, and TwoNN needs at least 10")
    // The last of all has a share of 1, whose logarithm says nothing.
    let kept = min(n - 1, Int(Double(n) * (1 - discarded)))
    // Least squares through the origin of −log(1 − F) on log μ.
    var (across, squares) = (0.0, 0.0)
    for place in 0..<kept {
      let x = log(ratios[place])
      across += x * -log(1 - Double(place + 1) / Double(n))
      squares += x * x
    }
    try require(
      squares > 0, "all points have their first two neighbours equally far; TwoNN says nothing")
    return across / squares
  }

  /// The maximum likelihood of the dimension around each point from the distances to its neighbours, `n` numbers; NaN at
  /// points whose neighbours are all at one distance.
  ///
  /// - Source: Levina & Bickel, *Maximum likelihood estimation of intrinsic dimension*, NeurIPS 2004, eq. 8, unbiased as in
  ///   eq. 9.
  /// - Parameter unbiased: Whether k − 2 and not k − 1 stands above the sum.
  /// - Throws: `UserError` for fewer than three neighbours, `TensorError`.
  public static func local(
    _ near: NeighbourDistances, unbiased: Bool = false
  ) throws -> [Double] {
    let k = near.count
    try require(
      k >= 3, "a dimension by likelihood needs at least 3 neighbours of each point, not \(k)")
    let rows = try near.distances.values(as: Double.self)
    return stride(from: 0, to: rows.count, by: k).map { start in
      let list = rows[start..<start + k].filter { $0 > 0 }
      guard let far = list.last, list.count >= 3 else { return .nan }
      let sum = list.dropLast().reduce(0) { $0 + log(far / $1) }
      return sum > 0 ? Double(list.count - (unbiased ? 2 : 1)) / sum : .nan
    }
  }

  /// The dimension of all points together: the reciprocal of the mean of the reciprocals of the local ones.
  ///
  /// - Source: MacKay & Ghahramani, *Comments on 'Maximum likelihood estimation of intrinsic dimension' by Levina and
  ///   Bickel*, 2005.
  /// - Throws: `UserError` where no point has neighbours at different distances, `TensorError`.
  public static func likelihood(_ near: NeighbourDistances) throws -> Double {
    let reciprocals = try local(near).filter(\.isFinite).map { 1 / $0 }
    try require(
      !reciprocals.isEmpty, "no point has neighbours at different distances; there is no dimension")
    return 1 / reciprocals.mean
  }
}
