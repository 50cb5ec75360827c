import Files
import Networks
import Torch

/// One vector for each text at a place of a model.
public enum TextPooling: String, CaseIterable, Sendable {
  /// The mean over its tokens.
  case mean
  /// The vector of its last token, which has read all of it.
  case last
}

extension HookedLanguageModel {
  /// The vectors of texts at `place`, `[n, d]`, each text cut to the context, while `hooks` do what they are asked to.
  ///
  /// - Throws: `UserError` where there is no such place, or a text has no token; `TensorError`.
  public func vectors(
    _ rows: [[Int]], at place: String, _ pooling: TextPooling, _ hooks: Hooks = Hooks()
  ) throws -> Tensor {
    hooks.read(place)
    let length = transformer.form.context
    if let empty = rows.firstIndex(where: { $0.count < 2 }) {
      throw UserError("text \(empty + 1) has no token to read")
    }
    var parts: [Tensor] = []
    for start in stride(from: 0, to: rows.count, by: 32) {
      let part = rows[start..<min(start + 32, rows.count)].map { Array($0.prefix(length)) }
      let batch = batch(part), t = batch.size(1)
      try withoutGradients {
        _ = try transformer.hidden(batch, hooks).checked()
        guard let found = hooks[place] else { return }
        let counted = part.flatMap { row in
          (0..<t).map { place -> Float in
            let isRead = pooling == .mean ? place > 0 && place < row.count : place == row.count - 1
            return isRead ? 1 : 0
          }
        }
        let weights = Tensor(counted, shape: [part.count, t, 1])
        let sum = (found.flattened(from: 2) * weights).sum(over: 1)
        parts.append(try (sum / weights.sum(over: 1)).checked())
      }
    }
    return Tensor.concatenate(parts)
  }
}
