import Learning
import Networks
import Torch

/// A small decoder that learns to recall, and what its heads do.
struct RecallModel {
  let network: LanguageTransformer

  /// One head of attention.
  struct Head: Hashable {
    let block: Int
    let place: Int
  }

  init(_ form: TransformerForm, _ random: RandomStream) {
    network = LanguageTransformer(form, random)
  }

  /// All heads, block by block.
  var heads: [Head] {
    network.blocks.indices.flatMap { block in
      (0..<network.form.heads).map { Head(block: block, place: $0) }
    }
  }

  /// Learns the next token of all tokens of new rows, by Adam.
  ///
  /// - Throws: `TensorError`, or `TrainingError` where it is told to stop.
  func train(
    _ world: RecallWorld, steps: Int, batch: Int, rate: Double, seed: Seed, shouldStop: () -> Bool
  ) throws {
    let weights = network.parameters
    let adam = Adam(weights)
    for step in 0..<steps {
      if shouldStop() { throw TrainingError.stopped(step: step, steps: steps) }
      let rows = world.rows(batch, seed.child(step)).tokens
      // A warm start of the rate, and then down a line to nothing.
      let share = min(Double(step + 1) / 50, 1) * (1 - Double(step) / Double(steps))
      try adam.step(network.losses(rows).mean().gradients(for: weights), rate: rate * share)
    }
  }

  /// Share of the questions that are answered, while `masked` heads say nothing.
  ///
  /// - Throws: `UserError` or `TensorError`.
  func recall(_ world: RecallWorld, _ rows: Tensor, masking masked: Set<Head> = []) throws -> Double
  {
    try withoutGradients {
      let hooks = Hooks()
      for block in Set(masked.map(\.block)) {
        let kept = (0..<network.form.heads).map { head -> Float in
          masked.contains(Head(block: block, place: head)) ? 0 : 1
        }
        let mask = Tensor(kept, shape: [1, 1, kept.count, 1])
        hooks.replace("blocks.\(block).attn_heads") { $0 * mask }
      }
      let said = try network.logits(rows, hooks).argmax(over: 2)
      let asking = Tensor(world.asking.map { Int64($0) })
      let answers = rows.indexSelect(1, asking + 1)
      return try (said.indexSelect(1, asking) .== answers).to(.float32).mean().value()
    }
  }

  /// For each head the share of the questions at which it attends the most to the answer among the pairs.
  ///
  /// - Source: Wu, Wang, Xiao, Peng & Fu, *Retrieval head mechanistically explains long-context factuality*, ICLR 2025, §2.
  /// - Throws: `UserError` or `TensorError`.
  func scores(
    _ world: RecallWorld, _ rows: (tokens: Tensor, needles: [[Int]])
  ) throws -> [Head: Double] {
    try withoutGradients {
      let hooks = Hooks()
      for block in network.blocks.indices { hooks.read("blocks.\(block).attn_pattern") }
      _ = try network.logits(rows.tokens, hooks).checked()
      let asking = Tensor(world.asking.map { Int64($0) })
      let needles = Tensor(
        rows.needles.flatMap { $0.map { Int64($0) } },
        shape: [rows.needles.count, 1, world.questions])
      var scores: [Head: Double] = [:]
      for block in network.blocks.indices {
        guard let pattern = hooks["blocks.\(block).attn_pattern"] else { continue }
        let most = pattern.indexSelect(2, asking).argmax(over: 3)  // [n, heads, questions]
        let hits = (most .== needles).to(.float32).mean(over: 2).mean(over: 0)
        for (head, score) in try hits.values(as: Double.self).enumerated() {
          scores[Head(block: block, place: head)] = score
        }
      }
      return scores
    }
  }
}
