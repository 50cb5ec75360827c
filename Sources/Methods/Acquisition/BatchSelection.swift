import Evaluation
import Torch

/// How a batch is chosen from a pool.
public enum SelectionRule: String, Codable, CaseIterable, Sendable {
  case random
  /// The largest kernel with itself.
  case maxdiag
  /// The largest determinant, greedily.
  case maxdet
  /// The smallest posterior variance over pool and labelled points, greedily.
  case bait
  /// The same, with twice as many first, of which half are given up.
  case baitForwardBackward = "bait-forward-backward"
  /// The farthest from all that are chosen.
  case maxdist
  /// In proportion to squared distances.
  case kmeanspp
  /// The farthest of the largest cluster.
  case lcmd
}

/// Chooses batches from a pool by what the features say of its points.
///
/// - Source: Holzmüller et al., 2023, §5 and algorithms 1–8.
struct BatchSelection {
  let features: KernelFeatures
  /// Whether the labelled points count as chosen.
  let withTrain: Bool
  /// Deviation of the noise that maxdet and bait assume.
  let noise: Double

  /// `count` different points of the pool, first chosen first.
  func select(_ rule: SelectionRule, _ count: Int, seed: Seed) throws -> [Int] {
    let wanted = min(count, features.pool.size(0))
    let chosen: [Int] =
      switch rule {
      case .random: []
      case .maxdiag: try features.diagonal.top(wanted).indices.places()
      case .maxdet: try largestDeterminant(wanted)
      case .bait: try LeastVariance(self).select(wanted, removing: 0)
      case .baitForwardBackward:
        try LeastVariance(self).select(
          wanted, removing: min(wanted, features.pool.size(0) - wanted))
      case .maxdist, .lcmd: try byDistance(rule, wanted)
      case .kmeanspp: try spread(wanted, seed)
      }
    return filled(chosen, to: wanted, seed)
  }

  /// Random points in place of those that a rule could not tell apart.
  private func filled(_ chosen: [Int], to count: Int, _ seed: Seed) -> [Int] {
    guard chosen.count < count else { return chosen }
    let taken = Set(chosen)
    var random = SplitMix(seed.child("fill"))
    let rest = (0..<features.pool.size(0)).filter { !taken.contains($0) }
      .shuffled(using: &random)
    return chosen + rest.prefix(count - chosen.count)
  }

  private func row(_ point: Int) -> Tensor { features.pool.sliced(0, point, point + 1) }

  private func byDistance(_ rule: SelectionRule, _ count: Int) throws -> [Int] {
    var centres = Centres(of: features.pool)
    if withTrain { centres.add(features.train) }
    var chosen: [Int] = []
    while chosen.count < count {
      let next: (point: Int, distance: Double)
      if centres.count == 0 {
        let norms = features.diagonal.largest(over: 0)
        next = (Int(try norms.indices.value()), .infinity)
      } else {
        next = rule == .lcmd ? try centres.farthestOfLargestCluster() : try centres.farthest()
      }
      guard next.distance > 0 else { break }
      chosen.append(next.point)
      centres.add(row(next.point))
      centres.reached(next.point)
    }
    return chosen
  }

  /// - Source: Arthur & Vassilvitskii, *k-means++*, SODA 2007.
  private func spread(_ count: Int, _ seed: Seed) throws -> [Int] {
    var centres = Centres(of: features.pool)
    if withTrain { centres.add(features.train) }
    var random = SplitMix(seed.child("spread"))
    var chosen: [Int] = []
    while chosen.count < count {
      let point: Int
      if centres.count == 0 {
        point = random.below(features.pool.size(0))
      } else {
        let sums = try centres.distances.cumulativeSum(along: 0).values(as: Double.self)
        guard let all = sums.last, all > 0 else { break }
        let goal = random.uniform() * all
        point = sums.partitioningIndex { $0 > goal }
      }
      chosen.append(point)
      centres.add(row(point))
      centres.reached(point)
    }
    return chosen
  }

  /// Pivots of a Cholesky factorisation of the kernel with noise.
  private func largestDeterminant(_ count: Int) throws -> [Int] {
    let pool = features.pool.size(0)
    let all =
      withTrain ? Tensor.concatenate([features.pool, features.train]) : features.pool
    var left = all.squared().sum(over: 1) + noise * noise
    var columns: [Tensor] = []
    var chosen: [Int] = []
    let given = withTrain ? Array(pool..<all.size(0)) : []
    while chosen.count < count {
      let step = columns.count
      let (most, place) = left.sliced(0, 0, pool).largest(over: 0)
      let next = step < given.count ? given[step] : Int(try place.value())
      let variance = step < given.count ? try left.selected(0, next).value() : try most.value()
      guard variance > 1e-12 else { break }
      var column = all.matmul(all.selected(0, next).unsqueezed(1)).squeezed(1)
      for earlier in columns { column -= earlier * earlier.selected(0, next) }
      column = column / variance.squareRoot()
      columns.append(column)
      left -= column.squared()
      left = left.indexFill(0, Tensor([Int64(next)]), -.infinity)
      if step >= given.count { chosen.append(next) }
    }
    return chosen
  }
}
