import Datasets
import Foundation
import Probability
import Torch

/// A simulated table of expression: cells of known types, counts of genes that are negative binomial, and two
/// continuous variables of each cell that move some genes within all types alike.
struct ExpressionWorld {
  var types = 40
  var genes = 100
  var cells = 6000
  /// Share of the genes that are higher or lower in a type than elsewhere.
  var markers = 0.2
  /// Deviation of a marker's log rate from that of other types.
  var contrast = 1.0
  /// Deviation of the log rates within a type, over genes that a continuous variable moves.
  var variation = 0.3
  /// Failures of the negative binomial; fewer scatter more.
  var failures = 5.0

  /// Counts `[cells, genes]` and the type of each cell.
  ///
  /// - Throws: `TensorError`.
  func sample(_ seed: Seed) throws -> (counts: Tensor, types: [Int]) {
    let random = RandomStream(seed)
    let base = random.child("base").normal([1, genes]) * 0.5 + 1
    let chosen = random.child("markers").bernoulli(Tensor.full([types, genes], markers))
    let profile = base + random.child("contrast").normal([types, genes]) * chosen * contrast
    let type = random.child("types").integers(0..<types, [cells])
    let loads = random.child("loads").normal([2, genes]) * variation
    let state = random.child("states").normal([cells, 2])
    let rate = profile.indexSelect(0, type) + state.matmul(loads)
    let counts = NegativeBinomial(
      failures: Tensor.full([1, 1], failures), logits: rate - log(failures))
    return (try counts.sample(random.child("counts")).checked(), try type.places())
  }

  /// log(1 + count) of all cells as a table with labels, opened as any user's is.
  ///
  /// - Throws: `UserError` or `TensorError`.
  func source(_ seed: Seed) throws -> Source {
    let (counts, types) = try sample(seed)
    let values = try counts.log1p().values(as: Float.self)
    let path = NSTemporaryDirectory() + "expression-\(UUID().uuidString).csv"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let rows = types.enumerated().map { cell, type in
      values[cell * genes..<(cell + 1) * genes].map { String($0) } + ["type \(type)"]
    }
    try CSV.write(header: (0..<genes).map { "gene \($0)" } + ["type"], rows: rows, to: path)
    var options = SourceOptions()
    options.labelColumn = "type"
    return try Source.open(path, options)
  }
}
