import Evaluation
import Files
import Networks
import Torch

/// What a model would say next if it stopped after each of its blocks.
///
/// The vectors after a block are written as the model writes those after its last, either as they are or through a linear
/// map that makes of them, as well as least squares can, what stands after the last block.
///
/// - Source: nostalgebraist, *Interpreting GPT: the logit lens*, LessWrong 2020; the maps as in Din, Karidi, Choshen &
///   Geva, *Jump to conclusions: short-cutting transformers with linear transformations*, LREC-COLING 2024.
public struct LogitLens {
  private let model: HookedLanguageModel
  /// Where the lens looks, from the embedding to the last block.
  public let places: [String]
  /// For each place a map `[d + 1, d]`, the last row what is added; empty where vectors are written as they are.
  private var maps: [Tensor] = []

  public init(_ model: HookedLanguageModel) {
    self.model = model
    places = ["embed"] + (0..<model.blocks).map { "blocks.\($0).resid_post" }
  }

  /// Learns the maps from texts.
  ///
  /// - Throws: `UserError` where there are too few tokens; `TensorError`.
  public mutating func learn(from rows: [[Int]], limit: Int = 20_000) throws {
    let width = model.transformer.form.width
    let all = try places.map { place in
      try ActivationReading(model, at: place, rows: rows, limit: limit).vectors().to(.float64)
    }
    guard let last = all.last else { return }
    try require(
      last.size(0) > 2 * width,
      "\(last.size(0)) tokens are too few to learn linear maps of \(width) numbers; at least \(2 * width + 1) are needed"
    )
    maps = try all.map { x in
      let ones = Tensor.ones([x.size(0), 1], type: .float64)
      let rows = Tensor.concatenate([x, ones], along: 1)
      // A little of the identity keeps directions that are never used where they are.
      let gram = rows.transposed().matmul(rows)
      let ridge =
        Tensor.identity(width + 1, type: .float64) * (1e-6 * (try gram.diagonal().mean().value()))
      return try (gram + ridge).solve(rows.transposed().matmul(last)).to(.float32).checked()
    }
  }

  /// How well a place says what comes next, over texts.
  public struct Layer: Sendable {
    public let place: String
    /// −log p of the token that comes next, nats.
    public let loss: Estimate
    /// Share of the tokens for which the likeliest is the one that the whole model finds the likeliest.
    public let agreement: Estimate
    /// Divergence of the whole model's distribution from it, nats.
    public let divergence: Estimate
  }

  /// The lens's logits at each place for rows of tokens `[n, t]`, `[n, t, V]`.
  private func logits(_ tokens: Tensor) throws -> [Tensor] {
    let hooks = Hooks()
    for place in places { hooks.read(place) }
    _ = try model.transformer.hidden(tokens, hooks).checked()
    return try places.enumerated().map { index, place in
      guard let found = hooks[place] else { throw UserError("nothing passes at \(place)") }
      let mapped = maps.isEmpty || index == places.count - 1 ? found : through(maps[index], found)
      return try model.transformer.written(model.transformer.norm(mapped)).checked()
    }
  }

  private func through(_ map: Tensor, _ x: Tensor) -> Tensor {
    let width = x.size(2)
    return x.matmul(map.sliced(0, 0, width)) + map.sliced(0, width, width + 1)
  }

  /// How well each place says what comes next in texts, each cut to the context.
  ///
  /// - Throws: `UserError` where no text has two tokens; `TensorError`.
  public func layers(_ rows: [[Int]]) throws -> [Layer] {
    let length = model.transformer.form.context
    let rows = rows.map { Array($0.prefix(length + 1)) }.filter { $0.count > 1 }
    try require(rows.count > 1, "at least two texts of two tokens are needed to look through")
    var sums = [[[Double]]](repeating: [[], [], []], count: places.count)
    for start in stride(from: 0, to: rows.count, by: 16) {
      let part = Array(rows[start..<min(start + 16, rows.count)])
      let batch = model.batch(part), t = batch.size(1) - 1
      try withoutGradients {
        let found = try logits(batch.sliced(1, 0, t)).map { $0.logSoftmax() }
        guard let last = found.last else { return }
        let next = batch.sliced(1, 1, t + 1)
        let (final, best) = (last.exp(), last.argmax(over: 2))
        for (layer, p) in found.enumerated() {
          let loss = -p.gather(2, next.unsqueezed(2)).flattened(from: 1)
          let same = (p.argmax(over: 2) .== best).to(.float32)
          let apart = (final * (last - p)).sum(over: 2)
          for (place, values) in [loss, same, apart].enumerated() {
            let numbers: [Double] = try values.values()
            sums[layer][place] += part.indices.map { row -> Double in
              let (start, count) = (row * t, part[row].count - 1)
              return Array(numbers[start..<start + count]).mean
            }
          }
        }
      }
    }
    return try zip(places, sums).map { place, sums in
      Layer(
        place: place, loss: try .mean(of: sums[0]), agreement: try .mean(of: sums[1]),
        divergence: try .mean(of: sums[2]))
    }
  }

  /// The likeliest next token at each place after each token of a text, with its probability, `[places][t]`.
  ///
  /// - Throws: `TensorError`.
  public func likeliest(_ row: [Int]) throws -> [[(token: Int, p: Double)]] {
    try withoutGradients {
      try logits(model.batch([row])).map { logits in
        let top = logits.softmax().top(1, along: 2)
        return zip(
          try top.indices.flattened().places(), try top.values.values(as: Double.self)
        ).map { ($0, $1) }
      }
    }
  }
}
