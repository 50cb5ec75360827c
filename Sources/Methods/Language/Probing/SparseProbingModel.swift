import Datasets
import Evaluation
import Learning
import Torch

extension SparseProbing {
  /// The language model of a mixture, trained or as it starts.
  func model(
    _ mixture: TextMixture, _ lab: Lab, _ seed: Seed, isTrained: Bool
  ) throws -> LanguageModel.Network {
    var method = LanguageModel()
    (method.style, method.blocks, method.width, method.heads) = (.gpt2, blocks, width, 4)
    (method.training.epochs, method.training.batch) = (epochs, 64)
    // A fifth of a short training.
    method.training.warmup = min(100, epochs * examples * mixture.names.count / 64 / 5)
    guard isTrained else {
      return method.makeNetwork(
        Domain(shape: [length], support: .tokens), RandomStream(seed.child("untrained")))
    }
    let source = try Source.made(
      "texts", train: MadeExamples(mixture.examples(0..<examples).x),
      test: MadeExamples(mixture.examples(examples..<examples + 20).x), support: .tokens)
    return try lab.fit(method, source, seed: seed, as: "language model")
  }
}
