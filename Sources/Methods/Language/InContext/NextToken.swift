import Datasets
import Learning
import Networks
import Torch

/// A small network that tells each token of a document from those before it.
struct NextToken: LossRecipe {
  static let card = Card(
    id: "next-token", title: "Next token",
    source: "Xie, Raghunathan, Liang & Ma, ICLR 2022, experiments",
    summary: "A transformer like GPT-2, or an LSTM, of rows of tokens.")

  /// What reads.
  enum Kind: String, Codable, CaseIterable, Sendable { case transformer, lstm }

  var kind = Kind.transformer
  /// Number of different tokens.
  var tokens = 20
  /// Blocks of the transformer; the LSTM has one layer.
  var blocks = 2
  /// Numbers that stand for a token.
  var width = 64
  var training = Training()

  /// A reader of either kind.
  enum Network: Module {
    case transformer(LanguageTransformer)
    case lstm(TokenRecurrence)
  }

  func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    switch kind {
    case .transformer:
      .transformer(
        LanguageTransformer(
          TransformerForm(
            .gpt2, vocabulary: tokens, context: domain.size, width: width, blocks: blocks, heads: 4),
          random))
    case .lstm: .lstm(TokenRecurrence(tokens: tokens, width: width, random))
    }
  }

  func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let rows = batch.x.to(.int64)
    let (n, t) = (rows.size(0), rows.size(1) - 1)
    let logits = network.logits(rows.sliced(1, 0, t)).reshaped(n * t, tokens)
    let next = rows.sliced(1, 1, t + 1).reshaped(n * t)
    return Loss(.term("nats per token", logits.crossEntropy(next).mean()))
  }
}

extension NextToken.Network {
  /// Logits of the token after each, `[n, t]` to `[n, t, tokens]`.
  func logits(_ rows: Tensor) -> Tensor {
    switch self {
    case .transformer(let transformer): transformer.logits(rows)
    case .lstm(let recurrence): recurrence.logits(rows)
    }
  }

  /// p(next token | row), `[n, t]` to `[n, tokens]`, float64.
  ///
  /// - Throws: `TensorError`.
  func predictions(_ rows: Tensor) throws -> Tensor {
    try withoutGradients {
      let parts = stride(from: 0, to: rows.size(0), by: 200).map { start in
        let part = rows.sliced(0, start, min(start + 200, rows.size(0)))
        return logits(part).selected(1, -1).to(.float64).softmax()
      }
      return try Tensor.concatenate(parts).checked()
    }
  }
}

/// A distribution over each token of a row given those before it, by a recurrent network.
///
/// - Source: Hochreiter & Schmidhuber, *Long short-term memory*, 1997.
struct TokenRecurrence: Module {
  let embedding: Embedding
  let recurrence: Recurrent
  let output: Linear

  init(tokens: Int, width: Int, _ random: RandomStream) {
    embedding = Embedding(tokens, width, random.child("embedding"))
    recurrence = Recurrent(.lstm, width, width, random.child("recurrence"))
    output = Linear(width, tokens, random.child("output"))
  }

  /// Logits of the token after each, `[n, t]` to `[n, t, tokens]`.
  func logits(_ rows: Tensor) -> Tensor { output(recurrence(embedding(rows)).outputs) }
}
