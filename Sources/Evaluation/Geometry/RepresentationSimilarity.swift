import Files
import Neighbours
import Torch

/// How alike two sets of codes of the same examples are, row by row: `[n, a]` and `[n, b]`.
///
/// Every measure is 1 for codes that differ by a rotation and a scale, and near 0 for codes that have nothing to do with
/// each other, where it says so.
public enum RepresentationSimilarity: String, Codable, CaseIterable, Sendable {
  /// Linear centred kernel alignment.
  case cka
  /// Linear centred kernel alignment whose estimates of the kernels' products are unbiased, so that it is 0 in the mean
  /// for unrelated codes however few examples there are.
  case unbiasedCKA = "unbiased-cka"
  /// The mean of the canonical correlations.
  case cca
  /// The mean of the canonical correlations of those principal directions that hold 99% of each variance.
  case svcca
  /// One less the distance that a rotation and a scale leave.
  case procrustes
  /// The rank correlation of all distances between examples.
  case rsa
  /// The share of each example's 10 nearest neighbours that are the same.
  case neighbours

  /// What it is called.
  public var title: String {
    switch self {
    case .cka: "linear CKA"
    case .unbiasedCKA: "unbiased CKA"
    case .cca: "mean CCA"
    case .svcca: "SVCCA"
    case .procrustes: "Procrustes"
    case .rsa: "RSA"
    case .neighbours: "shared neighbours"
    }
  }

  /// The similarity of rows `[n, a]` and `[n, b]`.
  ///
  /// - Throws: `UserError` where the numbers of rows differ or there are too few, `TensorError` that the codes carry.
  public func of(_ x: Tensor, _ y: Tensor) throws -> Double {
    try require(
      x.rank == 2 && y.rank == 2 && x.size(0) == y.size(0),
      "codes of shapes \(x.shape) and \(y.shape): a row of each for the same examples is wanted")
    try require(x.size(0) >= 4, "\(x.size(0)) rows: at least 4 are needed to compare codes")
    let (x, y) = (Self.centred(x), Self.centred(y))
    return switch self {
    case .cka: try Self.alignment(x, y)
    case .unbiasedCKA: try Self.unbiasedAlignment(x, y)
    case .cca: try Self.canonical(Self.basis(x, share: nil), Self.basis(y, share: nil))
    case .svcca: try Self.canonical(Self.basis(x, share: 0.99), Self.basis(y, share: 0.99))
    case .procrustes: try Self.procrustes(x, y)
    case .rsa: try Self.distanceCorrelation(x, y)
    case .neighbours: try Self.sharedNeighbours(x, y, 10)
    }
  }

  private static func centred(_ x: Tensor) -> Tensor {
    let x = x.to(.float64)
    return x - x.mean(over: 0, keep: true)
  }

  /// ‖YᵀX‖² / (‖XᵀX‖ ‖YᵀY‖).
  ///
  /// - Source: Kornblith, Norouzi, Lee & Hinton, *Similarity of neural network representations revisited*, ICML 2019,
  ///   arXiv:1905.00414, eq. 4.
  private static func alignment(_ x: Tensor, _ y: Tensor) throws -> Double {
    let across = try y.transposed().matmul(x).squared().sum().value()
    let own = try x.transposed().matmul(x).squared().sum().value()
    let other = try y.transposed().matmul(y).squared().sum().value()
    return ratio(across, (own * other).squareRoot())
  }

  /// As ``alignment(_:_:)``, by the unbiased estimates of the kernels' products.
  ///
  /// - Source: Song, Smola, Gretton, Bedo & Borgwardt, *Feature selection via dependence maximization*, JMLR 2012, eq. 5;
  ///   Nguyen, Raghu & Kornblith, *Do wide and deep networks learn the same things?*, ICLR 2021, eq. 3.
  private static func unbiasedAlignment(_ x: Tensor, _ y: Tensor) throws -> Double {
    func kernel(_ x: Tensor) -> Tensor {
      let product = x.matmul(x.transposed())
      return product - product.diagonal().asDiagonal()
    }
    let n = Double(x.size(0))
    let (k, l) = (kernel(x), kernel(y))
    func product(_ k: Tensor, _ l: Tensor) throws -> Double {
      let (rows, others) = (k.sum(over: 1), l.sum(over: 1))
      let trace = try (k * l).sum().value()
      let sums = try rows.sum().value() * others.sum().value() / ((n - 1) * (n - 2))
      let cross = try (rows * others).sum().value() * 2 / (n - 2)
      return (trace + sums - cross) / (n * (n - 3))
    }
    return ratio(try product(k, l), (try product(k, k) * product(l, l)).squareRoot())
  }

  /// An orthonormal basis of the columns, `[n, r]`: of all that are not numerically dependent, or of the principal
  /// directions that hold `share` of the variance.
  private static func basis(_ x: Tensor, share: Double?) throws -> Tensor {
    let (u, s, _) = x.svd()
    let values = try s.values(as: Double.self)
    let most = values.first ?? 0
    var kept = values.count { $0 > most * 1e-10 && $0 > 0 }
    if let share {
      let total = values.map { $0 * $0 }.reduce(0, +)
      var sum = 0.0
      kept = min(
        kept,
        1
          + values.prefix {
            sum += $0 * $0; return sum < share * total
          }.count)
    }
    try require(kept > 0, "the codes are all the same; there is nothing to compare")
    return u.sliced(1, 0, kept)
  }

  /// The mean of the singular values of UᵀV over the smaller number of directions.
  ///
  /// - Source: Raghu, Gilmer, Yosinski & Sohl-Dickstein, *SVCCA*, NeurIPS 2017, arXiv:1706.05806, §2.
  private static func canonical(_ u: Tensor, _ v: Tensor) throws -> Double {
    let correlations = u.transposed().matmul(v).singularValues()
    return try correlations.sum().value() / Double(min(u.size(1), v.size(1)))
  }

  /// The nuclear norm of XᵀY over ‖X‖ ‖Y‖, which is 1 − d² / 2 for the least distance d after both have norm 1.
  ///
  /// - Source: Williams, Kunz, Kornblith & Linderman, *Generalized shape metrics on neural representations*, NeurIPS 2021,
  ///   arXiv:2110.14739, §2.
  private static func procrustes(_ x: Tensor, _ y: Tensor) throws -> Double {
    let nuclear = try x.transposed().matmul(y).singularValues().sum().value()
    let norms = try x.squared().sum().squareRoot().value() * y.squared().sum().squareRoot().value()
    return ratio(nuclear, norms)
  }

  /// Spearman's correlation of the Euclidean distances between all pairs of examples.
  ///
  /// - Source: Kriegeskorte, Mur & Bandettini, *Representational similarity analysis*, Frontiers in Systems Neuroscience
  ///   2008.
  private static func distanceCorrelation(_ x: Tensor, _ y: Tensor) throws -> Double {
    func pairs(_ x: Tensor) throws -> [Double] {
      let (n, all) = (x.size(0), try x.distances(to: x).values(as: Double.self))
      return (0..<n).flatMap { row in all[row * n + row + 1..<(row + 1) * n] }
    }
    return rankCorrelation(try pairs(x), try pairs(y))
  }

  private static func sharedNeighbours(_ x: Tensor, _ y: Tensor, _ count: Int) throws -> Double {
    let k = min(count, x.size(0) - 1)
    let rows = Array(0..<x.size(0))
    let one = try ExactSearch(x).neighbours(of: rows, k)
    let other = try ExactSearch(y).neighbours(of: rows, k)
    let shared = rows.reduce(0) { sum, row in
      let list = row * k..<(row + 1) * k
      return sum + Set(one[list]).intersection(other[list]).count
    }
    return Double(shared) / Double(rows.count * k)
  }

  private static func ratio(_ a: Double, _ b: Double) -> Double { b > 0 ? a / b : 0 }
}
