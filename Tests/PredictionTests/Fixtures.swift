import Datasets
import Foundation

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

  static func read() throws -> Fixtures {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let data = try Data(contentsOf: tests.appending(path: "Golden/prediction.json"))
    return try JSONDecoder().decode(Fixtures.self, from: data)
  }
}

/// Whether two numbers agree to `tolerance`, relative where they are large.
func near(_ a: Double, _ b: Double, _ tolerance: Double = 1e-6) -> Bool {
  abs(a - b) <= tolerance * max(1, abs(b))
}

/// Columns as a person's file would hold them.
func arrays(_ columns: [(String, [Double])]) throws -> NamedArrays {
  var arrays = NamedArrays()
  for (name, values) in columns { try arrays.add(name, .numbers(values, shape: [values.count])) }
  return arrays
}
