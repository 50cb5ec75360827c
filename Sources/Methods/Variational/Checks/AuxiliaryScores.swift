import Datasets
import Evaluation
import Probability
import Torch

extension AuxiliaryTrial {
  static func mean(_ all: [any Distribution]) -> Tensor {
    Tensor.stack(all.map(\.mean)).mean(over: 0)
  }

  func score(
    _ name: String, _ predictor: Predictor, _ batch: Batch, _ board: inout Scoreboard
  ) throws {
    let random = RandomStream(seed.child("predictions"))
    try withoutGradients {
      let all = predictor(batch, random.child("codes"))
      let error = (Self.mean(all) - batch.x).squared().flattened(from: 1).mean(over: 1)
      board[SGPBAE.error.name, name] = try error.values(as: Double.self)
      let logs = Tensor.stack(all.map { $0.logProbability(of: batch.x) })
      board[SGPBAE.likelihood.name, name] = try ImportanceWeights.bound(logs)
        .values(as: Double.self)
      let draws = all.enumerated().flatMap { index, one in
        (0..<4).map { one.sample(random.child("pixels").child(4 * index + $0)) }
      }
      let ends = Tensor.stack(draws).quantile(Tensor([Float(0.05), 0.95]), over: 0)
      let inside = (batch.x .>= ends[0]).logicalAnd(batch.x .<= ends[1]).to(.float64)
      board[SGPBAE.coverage.name, name] = [abs(try inside.mean().value() - 0.9)]
    }
  }

  /// R² of positions by the least squares map of codes, on held-out frames.
  func follows(_ coder: Coder, _ source: Source) throws -> Double {
    func table(_ examples: Examples) throws -> (codes: Tensor, places: Tensor) {
      let batch = try examples.batch(Array(0..<examples.count))
      let codes = withoutGradients { coder(batch) }.to(.float64)
      let one = Tensor.ones([codes.size(0), 1], type: .float64)
      let places = (batch.factors ?? Tensor.zeros([0, 3])).to(.float64).sliced(1, 1, 3)
      return (.concatenate([codes, one], along: 1), places)
    }
    let (known, held) = (try table(source.train), try table(source.test))
    let map = known.codes.leastSquares(known.places)
    let left = (held.codes.matmul(map) - held.places).squared().sum()
    let all = (held.places - held.places.mean(over: 0)).squared().sum()
    return try 1 - (left / all).value()
  }
}
