import Datasets
import GoldenFixtures

/// What other packages make of the same numbers; `Tests/Golden/prediction.py` wrote it.
struct Fixtures: Decodable {
  struct Doubt: Decodable {
    let x: [Double], y: [Double], query: [Double], draws: [[Int]], orders: [[Int]]
    let predictions: [Double], low: [Double], high: [Double]
  }
  struct Pair: Decodable {
    let a: [Double], b: [Double], distance: Double, p: Double
  }
  struct Drift: Decodable {
    let pairs: [Pair], a: [Double], b: [Double], spearman: Double
  }
  struct Density: Decodable {
    let points: [Double], covariance: [Double]
  }
  struct Betting: Decodable {
    let gains: [Double], wealth: [Double]
  }

  let doubt: Doubt
  let drift: Drift
  let density: Density
  let betting: Betting

  static func read() throws -> Fixtures { try golden("prediction") }
}

/// Columns as a person's file would hold them.
func arrays(_ columns: [(String, [Double])]) throws -> NamedArrays {
  var arrays = NamedArrays()
  for (name, values) in columns { try arrays.add(name, .numbers(values, shape: [values.count])) }
  return arrays
}
