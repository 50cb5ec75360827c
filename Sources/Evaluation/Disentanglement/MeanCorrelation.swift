import Torch

/// The mean correlation coefficient: how well true factors are found among the codes, up to their order, sign and
/// scale.
///
/// - Source: Hyvärinen & Morioka, *Unsupervised feature extraction by time-contrastive learning and nonlinear ICA*,
///   NeurIPS 2016; with an optimal assignment as in Khemakhem et al., *Variational autoencoders and nonlinear ICA*,
///   AISTATS 2020.
public struct MeanCorrelation: Sendable {
  /// Absolute correlation of each factor with each code, `[f][k]`; 0 where a code never varies.
  public let correlations: [[Double]]

  /// From the codes and factors of `table`.
  ///
  /// - Throws: `TensorError`.
  public init(_ table: FactoredCodes) throws {
    func standard(_ x: Tensor) -> Tensor {
      let centred = x - x.mean(over: 0, keep: true)
      let length = centred.squared().sum(over: 0, keep: true).squareRoot()
      return (length .> 1e-12).choose(centred / length, centred.zerosLike())
    }
    let all = standard(table.factors).transposed().matmul(standard(table.codes)).abs()  // [f, k]
    let values = try all.values(as: Double.self)
    let k = table.width
    correlations = stride(from: 0, to: values.count, by: k).map { Array(values[$0..<$0 + k]) }
  }

  /// The mean coefficient over the factors, from 0 to 1.
  ///
  /// Codes are assigned to factors, each once, so that it is largest; a factor that is left without a code counts 0.
  public var score: Double {
    let codes = Assignment.largest(correlations)
    let found = zip(correlations, codes).map { row, code in code.map { row[$0] } ?? 0 }
    return found.reduce(0, +) / Double(max(1, found.count))
  }
}

/// The assignment of columns to rows, each once at most, whose sum is largest.
///
/// - Source: Kuhn, *The Hungarian method for the assignment problem*, 1955, with potentials as in Jonker & Volgenant,
///   1987; time grows with the cube of the larger side.
public enum Assignment {
  /// The column of each row of a table; nothing for rows that are left over.
  public static func largest(_ gains: [[Double]]) -> [Int?] {
    let (rows, columns) = (gains.count, gains.first?.count ?? 0)
    let n = max(rows, columns)
    func cost(_ row: Int, _ column: Int) -> Double {
      row < rows && column < columns ? -gains[row][column] : 0
    }
    var duals = Duals(n)
    for row in 0..<n { duals.add(row, cost) }
    var found = [Int?](repeating: nil, count: rows)
    for column in 0..<columns {
      if let row = duals.owner[column], row < rows { found[row] = column }
    }
    return found
  }

  /// Potentials of rows and columns, and the row that has each column; the last column is a start.
  private struct Duals {
    var ofRows: [Double]
    var ofColumns: [Double]
    var owner: [Int?]
    let n: Int

    init(_ n: Int) {
      self.n = n
      ofRows = Array(repeating: 0, count: n)
      ofColumns = Array(repeating: 0, count: n + 1)
      owner = Array(repeating: nil, count: n + 1)
    }

    /// Gives a column to `row` along the shortest path of exchanges.
    mutating func add(_ row: Int, _ cost: (Int, Int) -> Double) {
      var least = [Double](repeating: .infinity, count: n)
      var from = [Int](repeating: n, count: n)
      var isDone = [Bool](repeating: false, count: n + 1)
      var column = n
      owner[n] = row
      while let now = owner[column] {
        isDone[column] = true
        var step = Double.infinity, next = n
        for other in 0..<n where !isDone[other] {
          let reduced = cost(now, other) - ofRows[now] - ofColumns[other]
          if reduced < least[other] { (least[other], from[other]) = (reduced, column) }
          if least[other] < step { (step, next) = (least[other], other) }
        }
        for other in 0...n where isDone[other] {
          if let row = owner[other] { ofRows[row] += step }
          ofColumns[other] -= step
        }
        for other in 0..<n where !isDone[other] { least[other] -= step }
        column = next
      }
      while column != n {
        owner[column] = owner[from[column]]
        column = from[column]
      }
    }
  }
}
