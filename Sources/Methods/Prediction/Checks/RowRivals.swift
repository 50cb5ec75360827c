import Datasets
import Evaluation
import Torch

/// Other answers to which rows a sparse model's predictions come from, `[asked][row]`, positive where a row
/// speaks for +1.
struct RowRivals {
  let fitted: SparseRepresenters
  let asked: [[Double]]

  /// L2 representers of the same model: residuals times plain inner products.
  ///
  /// - Source: Yeh, Kim, Yen & Ravikumar, *Representer point selection for explaining deep neural networks*, 2018.
  var plainRepresenters: [[Double]] {
    asked.map { row in zip(fitted.importances, fitted.x.product(row)).map { $0 * $1 } }
  }

  /// L2 representers of an L2 logistic regression, whose penalty predicts thirds of the rows that are left out best.
  ///
  /// - Throws: `TensorError`.
  func ownRepresenters(_ seed: Seed) throws -> [[Double]] {
    let n = fitted.x.count
    let rows = Tensor(fitted.x.values, shape: [fitted.x.width, n]).transposed().contiguous()
    let labels = fitted.classes.map { $0 > 0 ? 1 : 0 }
    let order = shuffled(n, seed)
    let penalties = [0.1, 1, 3, 10, 30, 100]
    func places(_ rows: [Int]) -> Tensor { Tensor(rows.map(Int64.init), shape: [rows.count]) }
    var losses = penalties.map { _ in 0.0 }
    for fold in 0..<3 {
      let left = stride(from: fold, to: n, by: 3).map { order[$0] }
      let kept = order.indices.filter { $0 % 3 != fold }.map { order[$0] }
      let x = rows.indexSelect(0, places(kept)), y = rows.indexSelect(0, places(left))
      for (place, penalty) in penalties.enumerated() {
        let model = try LogisticRegression(penalty: penalty).fit(
          x, kept.map { labels[$0] }, classes: 2)
        let logs = try model.logProbabilities(y).values(as: Double.self)
        losses[place] -= left.enumerated().reduce(0) {
          $0 + logs[2 * $1.offset + labels[$1.element]]
        }
      }
    }
    let best = penalties[losses.indices.min { losses[$0] < losses[$1] } ?? 0]
    let model = try LogisticRegression(penalty: best).fit(rows, labels, classes: 2)
    let probabilities = try model.logProbabilities(rows).exp().selected(1, 1).values(
      as: Double.self)
    let pulls = zip(labels, probabilities).map { Double($0) - $1 }
    return asked.map { row in zip(pulls, fitted.x.product(row)).map { $0 * $1 } }
  }

  /// Influence functions: how far the log-odds fall, to first order, as a row is left out; over the columns in use, or
  /// over all with a damping of 0.01 for each row, where the penalty has no curvature.
  ///
  /// - Source: Koh & Liang, *Understanding black-box predictions via influence functions*, 2017.
  /// - Throws: `TensorError`.
  func influences(inUse: Bool) throws -> [[Double]] {
    let x = fitted.x, n = x.count
    let columns =
      inUse ? fitted.weights.indices.filter { fitted.weights[$0] != 0 } : Array(0..<x.width)
    guard !columns.isEmpty else { return asked.map { _ in Array(repeating: 0, count: n) } }
    let rows = Tensor(
      columns.flatMap { x.values[$0 * n..<($0 + 1) * n] }, shape: [columns.count, n])
    let bends = Tensor(fitted.probabilities.map { $0 * (1 - $0) }, shape: [1, n])
    let curvature = (rows * bends).matmul(rows.transposed())
    let trace = try curvature.trace().value()
    let damping = inUse ? 1e-8 * trace / Double(columns.count) : 0.01 * Double(n)
    let identity = Tensor.identity(columns.count, type: .float64)
    let factor = (curvature + identity * damping).cholesky()
    let wanted = Tensor(
      columns.flatMap { column in asked.map { $0[column] } }, shape: [columns.count, asked.count])
    let moves = try factor.choleskySolve(wanted).transposed().matmul(rows).values(as: Double.self)
    let pulls = zip(fitted.classes, fitted.probabilities).map { ($0 + 1) / 2 - $1 }
    return asked.indices.map { place in
      zip(pulls, moves[place * n..<(place + 1) * n]).map { $0 * $1 }
    }
  }

  /// The nearest rows by distance, with their classes' signs.
  var neighbours: [[Double]] {
    let x = fitted.x
    return asked.map { row in
      var distances = Array(repeating: 0.0, count: x.count)
      for column in 0..<x.width {
        for place in 0..<x.count {
          let gap = x.values[column * x.count + place] - row[column]
          distances[place] += gap * gap
        }
      }
      return zip(fitted.classes, distances).map { $0 / (1e-9 + $1) }
    }
  }

  /// Any rows.
  func random(_ seed: Seed) -> [[Double]] {
    asked.indices.map { place in
      var random = NormalDraws(seed.child(place))
      return (0..<fitted.x.count).map { _ in random.next() }
    }
  }
}
