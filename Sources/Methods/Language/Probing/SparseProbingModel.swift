import Datasets
import Evaluation
import Learning
import Torch

extension SparseProbing {
  /// The language model of a mixture, trained or as it starts.
  func model(
    _ mixture: TextMixture, _ lab: Lab, _ seed: Seed, isTrained: Bool
  ) throws -> LanguageModel.Network {
    let method = LanguageModel(
      blocks: blocks, width: width, epochs: epochs, texts: examples * mixture.names.count)
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
