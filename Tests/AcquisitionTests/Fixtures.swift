import Datasets
import Evaluation
import GoldenFixtures
import Torch

/// What the authors' packages make of the same numbers; `Tests/Golden/acquisition.py` wrote it.
struct Fixtures: Decodable {
  struct Selections: Decodable {
    let train: [Double], pool: [Double], posterior: [Double], chosen: [String: [Int]]
  }
  struct Tangents: Decodable {
    let x: [Double], weights: [[Double]], biases: [[Double]], predictions: [Double]
    let gradient: [Double], last: [Double]
  }
  struct Information: Decodable {
    let predictions: [Double], batch: [Int], single: [Int], information: [Double]
  }
  struct Dependence: Decodable {
    let classes: [Int], between: [Double], average: [Double]
  }
  struct Risk: Decodable {
    let pool: Int, probabilities: [Double], losses: [Double], weights: [Double], risk: Double
  }

  let selections: Selections
  let tangents: Tangents
  let information: Information
  let dependence: Dependence
  let risk: Risk

  static func read() throws -> Fixtures { try golden("acquisition") }
}

/// Whether two lists agree number by number, relative where they are large.
func near(_ a: [Double], _ b: [Double], _ tolerance: Double = 1e-6) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) }
}

func doubles(_ tensor: Tensor) throws -> [Double] { try tensor.values(as: Double.self) }

/// The whole numbers in a column of a finding's first table.
func places(_ findings: Findings, column: Int = 0) -> [Int] {
  (findings.tables.first?.rows ?? []).compactMap { row in
    if case .word(let text) = row[column] { Int(text) } else { nil }
  }
}

/// Arrays as a person's file would hold them.
func arrays(_ all: [(String, [Double], [Int])]) throws -> NamedArrays {
  var arrays = NamedArrays()
  for (name, values, shape) in all { try arrays.add(name, .numbers(values, shape: shape)) }
  return arrays
}
