import Torch

/// Clusters that grow by joining, again and again, the two whose joining adds least to the squared distances from
/// their means.
///
/// - Source: Ward, *Hierarchical grouping to optimize an objective function*, 1963; found by chains of nearest
///   neighbours, Murtagh, *A survey of recent advances in hierarchical clustering algorithms*, 1983.
struct WardTree: Sendable {
  /// Two clusters, named by one point of each, that are joined at a height.
  private struct Joint {
    let one, other: Int
    let height: Double
  }

  private let points: Int
  private let joints: [Joint]

  /// The tree of points `[n, d]`, in time that grows with n².
  ///
  /// - Throws: `TensorError`.
  init(_ x: Tensor) throws {
    points = x.size(0)
    var growth = Growth(try x.values(as: Double.self), points: points, inputs: x.size(1))
    joints = growth.joints.sorted { $0.height < $1.height }
  }

  /// The cluster of each point where the tree is cut into `clusters`.
  func labels(_ clusters: Int) -> [Int] {
    var parents = Array(0..<points)
    func root(_ point: Int) -> Int {
      var at = point
      while parents[at] != at {
        parents[at] = parents[parents[at]]
        at = parents[at]
      }
      return at
    }
    for joint in joints.prefix(max(0, points - max(1, clusters))) {
      parents[root(joint.one)] = root(joint.other)
    }
    return numbered((0..<points).map(root))
  }

  /// Clusters by their means and sizes as they are joined.
  private struct Growth {
    private var means: [Double]
    private var sizes: [Double]
    private var alive: [Int]
    private let inputs: Int

    init(_ values: [Double], points: Int, inputs: Int) {
      means = values
      sizes = Array(repeating: 1, count: points)
      alive = Array(0..<points)
      self.inputs = inputs
    }

    /// All joints, in the order in which chains find them.
    var joints: [Joint] {
      mutating get {
        var found: [Joint] = []
        var chain: [Int] = []
        while alive.count > 1 {
          if chain.isEmpty { chain = [alive[0]] }
          let last = chain[chain.count - 1]
          let before = chain.count > 1 ? chain[chain.count - 2] : nil
          let (next, height) = nearest(to: last, preferring: before)
          if next == before {
            chain.removeLast(2)
            join(last, next)
            found.append(Joint(one: last, other: next, height: height))
          } else {
            chain.append(next)
          }
        }
        return found
      }
    }

    private func nearest(to cluster: Int, preferring before: Int?) -> (Int, Double) {
      var best = (before ?? cluster, before.map { cost(cluster, $0) } ?? .infinity)
      for other in alive where other != cluster && other != before {
        let height = cost(cluster, other)
        if height < best.1 || best.0 == cluster { best = (other, height) }
      }
      return best
    }

    /// What joining two clusters adds to the squared distances from their means.
    private func cost(_ one: Int, _ other: Int) -> Double {
      let (a, b) = (one * inputs, other * inputs)
      let squares = means.withUnsafeBufferPointer { means in
        var sum = 0.0
        for input in 0..<inputs {
          let difference = means[a + input] - means[b + input]
          sum += difference * difference
        }
        return sum
      }
      return sizes[one] * sizes[other] / (sizes[one] + sizes[other]) * squares
    }

    /// `other` takes the points of `one`.
    private mutating func join(_ one: Int, _ other: Int) {
      let (mine, all) = (sizes[one], sizes[one] + sizes[other])
      for input in 0..<inputs {
        means[other * inputs + input] +=
          (means[one * inputs + input] - means[other * inputs + input]) * mine / all
      }
      sizes[other] = all
      alive.removeAll { $0 == one }
    }
  }
}
