/// Rows and columns of a table of costs in pairs.
public enum Assignment {
  /// The column of each row, a different one for each, that makes the sum of `costs`, `[n][n]`, least; costs O(n³).
  ///
  /// - Source: Kuhn, *The Hungarian method for the assignment problem*, 1955; by shortest augmenting paths with
  ///   potentials, as in Jonker & Volgenant, 1987.
  public static func cheapest(_ costs: [[Double]]) -> [Int] {
    let n = costs.count
    precondition(costs.allSatisfy { $0.count == n }, "a table of \(n) rows must have \(n) columns")
    var potentials = Potentials(size: n)
    // Column n stands for the row that looks for a column.
    var owner = Array(repeating: -1, count: n + 1)
    for row in 0..<n {
      owner[n] = row
      let path = potentials.shortestPath(costs, owner)
      var column = path.end
      while column != n {
        let previous = path.previous[column]
        owner[column] = owner[previous]
        column = previous
      }
    }
    var columns = Array(repeating: 0, count: n)
    for column in 0..<n { columns[owner[column]] = column }
    return columns
  }

  /// The column of each row, each once at most, that makes the sum of `gains`, `[n][m]`, largest; nothing for rows that
  /// are left over.
  public static func largest(_ gains: [[Double]]) -> [Int?] {
    let (rows, columns) = (gains.count, gains.first?.count ?? 0)
    let n = max(rows, columns)
    // What is missing to a square gains nothing.
    let costs = (0..<n).map { row in
      (0..<n).map { row < rows && $0 < columns ? -gains[row][$0] : 0 }
    }
    return cheapest(costs).prefix(rows).map { $0 < columns ? $0 : nil }
  }

  /// What is taken from the costs of each row and column so that none is below 0 and those of pairs are 0.
  private struct Potentials {
    let size: Int
    var rows: [Double]
    var columns: [Double]

    init(size: Int) {
      self.size = size
      rows = Array(repeating: 0, count: size)
      columns = Array(repeating: 0, count: size + 1)
    }

    /// The cheapest way from the row that looks for a column to a free column, by the columns before each.
    mutating func shortestPath(_ costs: [[Double]], _ owner: [Int]) -> (end: Int, previous: [Int]) {
      var least = Array(repeating: Double.infinity, count: size)
      var previous = Array(repeating: size, count: size)
      var isDone = Array(repeating: false, count: size + 1)
      var column = size
      repeat {
        isDone[column] = true
        let row = owner[column]
        var (step, next) = (Double.infinity, 0)
        for other in 0..<size where !isDone[other] {
          let cost = costs[row][other] - rows[row] - columns[other]
          if cost < least[other] { (least[other], previous[other]) = (cost, column) }
          if least[other] < step { (step, next) = (least[other], other) }
        }
        for other in 0...size {
          if isDone[other] {
            rows[owner[other]] += step
            columns[other] -= step
          } else {
            least[other] -= step
          }
        }
        column = next
      } while owner[column] >= 0
      return (column, previous)
    }
  }
}
