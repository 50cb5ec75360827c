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
    var method = LanguageModel()
    (method.style, method.blocks, method.width, method.heads) = (.gpt2, 3, width, 4)
    (method.training.epochs, method.training.batch) = (epochs, 64)
    (method.training.learningRate, method.training.schedule) = (2e-3, .cosine)
    method.training.warmup = min(100, epochs * count / 64 / 5)
    let source = try Source.made(
      "statements", train: MadeExamples(texts(count, seed.child("train"))),
      test: MadeExamples(texts(20, seed.child("spare"))), support: .tokens)
    return try lab.fit(method, source, seed: seed, as: "opinions \(opinionated)")
  }

  /// Statements with an answer, as tokens `[n, 7]`; the word after it is not read.
  private func asked(_ statements: [Statement], answer: Bool) -> Tensor {
    let values = statements.flatMap { statement -> [Float] in
      words(statement, answer: answer, end: 4).map { Float($0) + 1 }
    }
    return Tensor(values, shape: [statements.count, Self.length])
  }

  /// What `block` leaves at the answer of statements, with yes and with no, `[n, width]` each; and of each statement whether
  /// yes is true, and whether yes was said.
  func pairs(
    _ network: LanguageModel.Network, _ statements: [Statement], block: Int
  ) throws -> (yes: Tensor, no: Tensor, truth: [Bool], said: [Bool]) {
    let halves = try [true, false].map { (answer: Bool) -> Tensor in
      let x = asked(statements, answer: answer)
      let windows = TokenWindows(
        network.reader.rows(x).tokens, of: network.transformer.form.context, overlap: 0, .cpu)
      let hooks = Hooks(), name = "blocks.\(block).resid_post"
      hooks.read(name)
      _ = try withoutGradients { try network.transformer.logits(windows.inputs, hooks).checked() }
      // One token stands before each text.
      let found = hooks[name].map { $0.selected(1, Self.answer + 1).detached() }
      return try (found ?? Tensor.zeros([1, 1])).checked()
    }
    return (halves[0], halves[1], statements.map(isTrue), statements.map(\.opinion))
  }

  /// The share of statements whose answer a model thinks likelier than the other.
  func known(_ network: LanguageModel.Network, _ statements: [Statement]) throws -> Double {
    let x = asked(statements, answer: true)
    let windows = TokenWindows(
      network.reader.rows(x).tokens, of: network.transformer.form.context, overlap: 0, .cpu)
    let logits = try withoutGradients { try network.transformer.logits(windows.inputs).checked() }
    let before = logits.selected(1, Self.answer)  // [n, tokens], of what follows the opinion
    let lean = before.selected(1, Self.yes + 1) - before.selected(1, Self.no + 1)
    return zip(try lean.values(), statements).map { ($0 > 0) == isTrue($1) ? 1 : 0 }.mean
  }
}
