import Evaluation
import Files
import Networks
import Torch

/// A direction that is added to what passes at one place of a model, so that it writes otherwise.
///
/// - Source: Turner et al., *Steering language models with activation engineering*, 2023; the difference of means as in
///   Rimsky et al., *Steering Llama 2 via contrastive activation addition*, ACL 2024.
public struct Steering {
  public let place: String
  /// What is added, `[d]`.
  public let direction: Tensor

  /// `strength` times `direction` at the place called `place`.
  public init(at place: String, _ direction: Tensor, strength: Double) {
    (self.place, self.direction) = (place, direction * strength)
  }

  /// The difference of the mean vectors of two sets of texts, `[d]`.
  ///
  /// - Throws: `UserError` where a set holds no token; `TensorError`.
  public static func contrast(
    _ model: HookedLanguageModel, at place: String, wanted: [[Int]], unwanted: [[Int]]
  ) throws -> Tensor {
    func mean(_ rows: [[Int]], _ what: String) throws -> Tensor {
      let vectors = try ActivationReading(model, at: place, rows: rows).vectors()
      try require(vectors.size(0) > 0, "the \(what) texts hold no token to read")
      return vectors.mean(over: 0)
    }
    return try (mean(wanted, "wanted") - mean(unwanted, "unwanted")).checked()
  }

  /// Hooks that add the direction.
  public func hooks() -> Hooks {
    let hooks = Hooks()
    hooks.add(direction, to: place)
    return hooks
  }

  /// Changes of the mean loss of texts, nats per token, text by text.
  ///
  /// - Throws: `TensorError`.
  public func addedLosses(_ model: HookedLanguageModel, _ rows: [[Int]]) throws -> [Double] {
    let length = model.transformer.form.context
    let rows = rows.map { Array($0.prefix(length + 1)) }.filter { $0.count > 1 }
    var added: [Double] = []
    for start in stride(from: 0, to: rows.count, by: 16) {
      let part = Array(rows[start..<min(start + 16, rows.count)])
      let (before, after) = (try model.losses(part), try model.losses(part, hooks()))
      added += zip(before, after).map { $1.mean - $0.mean }
    }
    return added
  }
}
