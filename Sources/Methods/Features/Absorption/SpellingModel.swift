import Datasets
import Files
import Learning
import Networks
import Torch

/// A small causal transformer like GPT-2 whose tokens come as numbers.
struct SpellingModel: LossRecipe {
  static let card = Card(
    id: "spelling-model", title: "Language model of given tokens",
    source: "Radford et al., Language models are unsupervised multitask learners, 2019",
    summary: "A causal transformer of tokens that come as numbers.")

  var blocks = 2
  var width = 64
  var vocabulary = 0
  var training = Training()

  init() {
    (training.batch, training.learningRate) = (128, 4e-3)
    (training.optimiser, training.weightDecay) = (.adamw, 0.1)
    (training.schedule, training.clip) = (.cosine, 1)
  }

  struct Network: Module {
    let transformer: LanguageTransformer

    /// What block `block` leaves at each place of texts, `[n, t]` to `[n, t, width]`.
    ///
    /// - Throws: `UserError` where there is no such block, `TensorError`.
    func states(_ tokens: Tensor, after block: Int) throws -> Tensor {
      try withoutGradients {
        let hooks = Hooks(), place = "blocks.\(block).resid_post"
        hooks.read(place)
        _ = try transformer.hidden(tokens, hooks).checked()
        guard let found = hooks[place] else { throw UserError("nothing passes at \(place)") }
        return try found.checked()
      }
    }
  }

  func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    let form = TransformerForm(
      .gpt2, vocabulary: vocabulary, context: domain.size, width: width, blocks: blocks, heads: 4)
    return Network(transformer: LanguageTransformer(form, random))
  }

  func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let tokens = batch.x.flattened(from: 1).to(.int64)
    return Loss(.term("nats per token", network.transformer.losses(tokens).mean(over: 1)))
  }
}
