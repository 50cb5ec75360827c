import Datasets
import Evaluation
import Learning
import Networks
import Torch

extension StatedFacts {
  /// A language model of `count` texts.
  func model(
    _ count: Int, epochs: Int, width: Int, _ lab: Lab, _ seed: Seed
  ) throws -> LanguageModel.Network {
    var method = LanguageModel(blocks: 3, width: width, epochs: epochs, texts: count)
    (method.training.learningRate, method.training.schedule) = (2e-3, .cosine)
    let source = try Source.made(
      "statements", train: MadeExamples(texts(count, seed.child("train"))),
      test: MadeExamples(texts(20, seed.child("spare"))), support: .tokens)
    return try lab.fit(method, source, seed: seed, as: "opinions \(opinionated)")
  }

  /// Rows of tokens of statements with an answer; the word after it is not read.
  private func rows(
    _ network: LanguageModel.Network, _ statements: [Statement], answer: Bool
  ) -> [[Int]] {
    let values = statements.flatMap { statement -> [Float] in
      words(statement, answer: answer, end: .none).map { Float($0) + 1 }
    }
    return network.reader.rows(Tensor(values, shape: [statements.count, Self.length])).tokens
  }

  /// What `block` leaves at the answer of statements, with yes and with no, `[n, width]` each; and of each statement whether
  /// yes is true, and whether yes was said.
  func pairs(
    _ network: LanguageModel.Network, _ statements: [Statement], block: Int
  ) throws -> (yes: Tensor, no: Tensor, truth: [Bool], said: [Bool]) {
    let halves = try [true, false].map { (answer: Bool) -> Tensor in
      // One token stands before each text.
      try ActivationReading(
        HookedLanguageModel(network), at: "blocks.\(block).resid_post",
        rows: rows(network, statements, answer: answer)
      ).vectors(at: statements.map { _ in Self.answer + 1 })
    }
    return (halves[0], halves[1], statements.map(isTrue), statements.map(\.opinion))
  }

  /// The share of statements whose answer a model thinks likelier than the other.
  func known(_ network: LanguageModel.Network, _ statements: [Statement]) throws -> Double {
    // What stands before the answer: one token, and five words.
    let before = rows(network, statements, answer: true).map { Array($0.prefix(Self.answer + 1)) }
    let batch = HookedLanguageModel(network).batch(before)
    let logits = try withoutGradients { try network.transformer.logits(batch).checked() }
    let next = logits.selected(1, Self.answer)  // [n, tokens], of what follows the opinion
    let lean = next.selected(1, Self.yes + 1) - next.selected(1, Self.no + 1)
    return zip(try lean.values(), statements).map { ($0 > 0) == isTrue($1) ? 1 : 0 }.mean
  }
}
