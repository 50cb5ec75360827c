import Datasets
import Files
import Torch

/// How often the answers of a reader agree with the truth, and with another feature where there is one.
struct KnowledgeReading: Sendable {
  let name: String
  let truth: Double
  let distractor: Double?
}

/// Activations of questions answered with yes and with no, whether yes is true, and another feature of each.
struct LabelledPairs {
  let yes: Tensor
  let no: Tensor
  let truth: [Bool]
  let said: [Bool]?

  init(yes: Tensor, no: Tensor, truth: [Bool], said: [Bool]?) {
    (self.yes, self.no, self.truth, self.said) = (yes, no, truth, said)
  }

  init(_ found: (yes: Tensor, no: Tensor, truth: [Bool], said: [Bool])) {
    self.init(yes: found.yes, no: found.no, truth: found.truth, said: found.said)
  }
}

/// A person's pairs, in two halves.
struct GivenPairs {
  let train: LabelledPairs
  let test: LabelledPairs

  /// - Throws: `UserError` where arrays are missing or do not fit together.
  init(_ inputs: NamedArrays) throws {
    func activations(_ name: String) throws -> Tensor {
      let (values, shape) = try inputs.numbers(name)
      try require(shape.count == 2, "\(name) has shape \(shape), and [questions, width] is needed")
      try require(
        values.allSatisfy(\.isFinite), "\(name) holds numbers that are missing or infinite")
      return Tensor(values.map(Float.init), shape: shape)
    }
    let (yes, no) = (try activations("yes"), try activations("no"))
    try require(
      yes.shape == no.shape, "yes has shape \(yes.shape), and no \(no.shape); they must be alike")
    let n = yes.size(0)
    try require(n >= 20, "there are \(n) questions, and at least 20 are needed")
    func flags(_ name: String) throws -> [Bool] {
      let (values, _) = try inputs.numbers(name)
      try require(
        values.count == n && values.allSatisfy { $0 == 0 || $0 == 1 },
        "\(name) must hold 0 or 1 for each of the \(n) questions")
      return values.map { $0 == 1 }
    }
    let truth = try flags("truth")
    let said = inputs.has("distractor") ? try flags("distractor") : nil
    func half(_ places: [Int]) -> LabelledPairs {
      let picked = Tensor(places.map(Int64.init), shape: [places.count])
      return LabelledPairs(
        yes: yes.indexSelect(0, picked), no: no.indexSelect(0, picked),
        truth: places.map { truth[$0] }, said: said.map { all in places.map { all[$0] } })
    }
    let places = Array(0..<n)
    (train, test) = (half(places.filter { $0 % 2 == 0 }), half(places.filter { $0 % 2 == 1 }))
    try require(
      Set(train.truth).count == 2, "all answers of every second question are alike in truth")
  }
}
