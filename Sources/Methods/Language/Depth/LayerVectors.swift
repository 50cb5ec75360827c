import Files
import Networks
import Torch

extension HookedLanguageModel {
  /// The vectors of the last token of texts, `[n, d]`: as they are embedded, and after each block, all in one pass; each
  /// text is cut to the context.
  ///
  /// - Throws: `UserError` where a text has no token; `TensorError`.
  func lastVectors(_ rows: [[Int]]) throws -> [Tensor] {
    if let empty = rows.firstIndex(where: \.isEmpty) {
      throw UserError("text \(empty + 1) has no token to read")
    }
    let places = ["embed"] + (0..<blocks).map { "blocks.\($0).resid_post" }
    let hooks = Hooks()
    for place in places { hooks.read(place) }
    let length = transformer.form.context
    var parts = [[Tensor]](repeating: [], count: places.count)
    for start in stride(from: 0, to: rows.count, by: 64) {
      let part = rows[start..<min(start + 64, rows.count)].map { Array($0.prefix(length)) }
      let tokens = batch(part), t = tokens.size(1)
      let last = Tensor(part.enumerated().map { Int64($0 * t + $1.count - 1) })
      try withoutGradients {
        _ = try transformer.hidden(tokens, hooks).checked()
        for (layer, place) in places.enumerated() {
          guard let found = hooks[place] else { throw UserError("nothing passes at \(place)") }
          let vectors = found.flattened(from: 0, through: 1).indexSelect(0, last)
          parts[layer].append(try vectors.checked())
        }
      }
    }
    return parts.map { Tensor.concatenate($0) }
  }
}
