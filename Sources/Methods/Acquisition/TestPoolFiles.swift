import Datasets
import Evaluation
import Files
import Torch

/// A person's test pool: predictions, a surrogate's, and the labels bought so far.
struct TestPoolFiles {
  let expected: ExpectedLoss
  /// Points labelled so far, in the order they were drawn.
  let labelled: [Int]
  let labels: [Double]
  let probabilities: [Double]

  /// - Throws: ``UserError`` for shapes that do not fit together, or labels without their draw.
  init(_ inputs: NamedArrays, loss: PredictionLoss) throws {
    let (values, shape) = try inputs.numbers("predictions")
    let count = shape.first ?? 0
    try require(count >= 2, "predictions has shape \(shape), and at least two points are needed")
    let isClasses = shape.count == 2 && shape[1] >= 2
    try require(
      isClasses || shape.dropFirst().allSatisfy { $0 == 1 },
      "predictions has shape \(shape); [points, classes] or [points] is needed")
    if isClasses {
      try require(loss != .squared, "--loss squared: predictions holds probabilities of classes")
      expected = ExpectedLoss(
        probabilities: try Probabilities.checked("predictions", values, shape),
        surrogate: try Self.classSurrogate(inputs, shape), loss: loss)
    } else {
      try require(
        loss == .auto || loss == .squared,
        "--loss \(loss.rawValue): predictions holds one number for each point, and only squared fits"
      )
      expected = try Self.numbers(inputs, Tensor(values))
    }
    let order = try Self.sparse(inputs, "order", count)
    let label = try Self.sparse(inputs, "label", count)
    let chance = try Self.sparse(inputs, "probability", count)
    let taken = label.indices.filter { !order[$0].isNaN }
    labelled = taken.sorted { order[$0] < order[$1] }
    for point in 0..<count {
      try require(
        label[point].isNaN == order[point].isNaN && order[point].isNaN == chance[point].isNaN,
        "point \(point) needs its label, order and probability, or none of the three")
      try require(
        chance[point].isNaN || (chance[point] > 0 && chance[point] <= 1),
        "point \(point): probability \(chance[point]) must lie above 0 and at most at 1")
    }
    try require(
      zip(labelled, 1...).allSatisfy { order[$0] == Double($1) },
      "order must hold 1, 2, … \(labelled.count) once each where there is a label")
    labels = labelled.map { label[$0] }
    probabilities = labelled.map { chance[$0] }
    let classes = expected.classes
    if isClasses, let odd = labels.first(where: { !(0..<classes).map(Double.init).contains($0) }) {
      throw UserError("label holds \(odd), and a class from 0 to \(classes - 1) is needed")
    }
  }

  private static func classSurrogate(_ inputs: NamedArrays, _ shape: [Int]) throws -> Tensor {
    guard inputs.has("surrogate") else {
      let (values, _) = try inputs.numbers("predictions")
      return Tensor(values, shape: [1] + shape)
    }
    let (values, given) = try inputs.numbers("surrogate")
    try require(
      given.suffix(2) == shape[...] && (2...3).contains(given.count) && given[0] > 0,
      "surrogate has shape \(given), and [draws, \(shape[0]), \(shape[1])] or \(shape) is needed")
    return try Probabilities.checked("surrogate", values, given.count == 2 ? [1] + given : given)
  }

  private static func numbers(_ inputs: NamedArrays, _ predictions: Tensor) throws -> ExpectedLoss {
    let count = predictions.count
    try require(
      inputs.has("surrogate") || inputs.has("deviation"),
      "of numbers, a surrogate or the deviation of the labels is needed to expect losses")
    var surrogate = predictions.unsqueezed(0)
    if inputs.has("surrogate") {
      let (values, shape) = try inputs.numbers("surrogate")
      try require(
        shape == [count] || (shape.count == 2 && shape[1] == count && shape[0] > 0),
        "surrogate has shape \(shape), and [draws, \(count)] or [\(count)] is needed")
      surrogate = Tensor(values, shape: [values.count / count, count])
    }
    var deviation = predictions.zerosLike()
    if inputs.has("deviation") {
      let values = try inputs.column("deviation")
      try require(
        values.count == count && values.allSatisfy { $0 >= 0 },
        "deviation must hold \(count) numbers of 0 or above, one for each point")
      deviation = Tensor(values)
    }
    return ExpectedLoss(numbers: predictions, surrogate: surrogate, deviation: deviation)
  }

  /// One number for each point, not a number where there is none; nothing but those without the array.
  private static func sparse(
    _ inputs: NamedArrays, _ name: String, _ count: Int
  ) throws -> [Double] {
    guard inputs.has(name) else { return Array(repeating: .nan, count: count) }
    switch try inputs.content(name) {
    case .numbers(let values, _):
      try require(
        values.count == count && values.allSatisfy { !$0.isInfinite },
        "\(name) must hold \(count) cells, one for each point, empty where there is no label")
      return values
    case .words(let cells):
      // A column without any number is words to the reader.
      try require(
        cells.count == count && cells.allSatisfy { $0.allSatisfy(\.isWhitespace) },
        "\(name) must hold \(count) numbers or empty cells, one for each point")
      return Array(repeating: .nan, count: count)
    }
  }
}
