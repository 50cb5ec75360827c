import Autoencoding
import Datasets
import Evaluation
import Files
import Foundation
import Learning
import Networks
import Torch

/// A language model: a causal transformer, like GPT-2 or like Llama, of the tokens of texts, each given those before it.
///
/// Texts are read end to end in rows as long as the context, so that no place of a row is empty; a held-out text is scored
/// alone, from its beginning. Numbers are read too, each as one of 256 levels in the order of its example, as in Chen et
/// al., *Generative pretraining from pixels*, ICML 2020.
///
/// - Source: Radford et al., *Language models are unsupervised multitask learners*, 2019; Touvron et al., *LLaMA: open and
///   efficient foundation language models*, 2023, arXiv:2302.13971.
/// - Departs: small by default; no dropout; attention crosses the ends of texts that share a row.
public struct LanguageModel: LossRecipe {
  public static let card = Card(
    id: "lm", title: "Language model",
    source:
      "Radford et al., Language models are unsupervised multitask learners, 2019; Touvron et al., "
      + "LLaMA: open and efficient foundation language models, 2023, arXiv:2302.13971",
    summary:
      "A causal transformer of the tokens of texts, each given those before it: bytes, or frequent "
      + "neighbours joined; like GPT-2 or like Llama.")

  /// Which published model the network is like.
  public enum Style: String, Codable, CaseIterable, Sendable { case gpt2, llama }

  /// Which published model the network is like: gpt2 or llama.
  public var style = Style.llama
  /// Blocks of attention and a layered network.
  public var blocks = 4
  /// Numbers that stand for a token inside the network.
  public var width = 128
  /// Heads of attention, among which the width is divided.
  public var heads = 4
  /// Tokens that the network looks back on; 0 takes as many as an example has.
  public var context = 0
  /// Different tokens of text: 257 are bytes and an end; more join frequent neighbours.
  public var vocabulary = Domain.vocabulary
  public var training = Training()

  public init() {
    training.epochs = 5
    training.batch = 16
    training.learningRate = 2e-3
    training.optimiser = .adamw
    training.weightDecay = 0.1
    training.schedule = .cosine
    training.warmup = 50
    training.clip = 1
  }

  public func validate(for domain: Domain) throws {
    try require(
      (1...100).contains(blocks), "--blocks \(blocks): must be from 1 to 100 blocks")
    try require(
      (1...16_384).contains(width) && (1...width).contains(heads) && width % (2 * heads) == 0,
      "--width \(width) --heads \(heads): the width must be a multiple of twice the heads, at most 16384"
    )
    try require(
      (0...65_536).contains(context), "--context \(context): must be from 0 to 65536 tokens")
    try require(
      (Domain.vocabulary...100_000).contains(vocabulary),
      "--vocabulary \(vocabulary): must be from \(Domain.vocabulary) to 100000 tokens")
    try require(
      domain.support == .tokens || vocabulary == Domain.vocabulary,
      "--vocabulary \(vocabulary): only texts have neighbours that can be joined")
    try require(
      context > 0 || domain.size <= 65_536,
      "an example has \(domain.size) numbers; a --context of at most 65536 is needed")
  }

  public struct Network: Module {
    public let transformer: LanguageTransformer
    public let reader: TokenReader
  }

  public func makeNetwork(_ domain: Domain, _ random: RandomStream) -> Network {
    let form = TransformerForm(
      style == .gpt2 ? .gpt2 : .llama, vocabulary: vocabulary,
      context: max(context > 0 ? context : domain.size, 1), width: width, blocks: blocks,
      heads: heads)
    return Network(
      transformer: LanguageTransformer(form, random),
      reader: TokenReader(domain, vocabulary: vocabulary, device: random.device))
  }

  public func fit(_ network: Network, _ run: FitRun) throws -> FitResult {
    try network.reader.learn(run.source.train)
    return try train(network, in: phases(network), run)
  }

  public func groups(_ network: Network) -> [ParameterGroup] {
    // Only matrices are pulled towards 0, as is usual for transformers.
    let (matrices, others) = (
      network.transformer.parameters.filter { $0.rank > 1 },
      network.transformer.parameters.filter { $0.rank <= 1 }
    )
    return [ParameterGroup(matrices), ParameterGroup(others, weightDecay: 0)]
  }

  public func loss(_ network: Network, _ batch: Batch, _ step: Step) -> Loss {
    let rows = network.reader.rows(batch.x, endToEnd: true)
    let windows = TokenWindows(
      rows.tokens, of: network.transformer.form.context, overlap: 0, batch.x.device)
    let total = network.losses(windows).sum()  // nats
    return Loss(
      .term("nats per token", total * (1 / Double(max(windows.counted, 1)))),
      .term("bits per byte", total * (1 / (Double(max(rows.bytes, 1)) * log(2))), weight: 0))
  }
}

extension LanguageModel.Network {
  /// −log p of each token that counts in windows, 0 elsewhere, nats, `[windows, t]`.
  func losses(_ windows: TokenWindows) -> Tensor {
    let (n, t) = (windows.inputs.size(0), windows.inputs.size(1))
    let logits = transformer.logits(windows.inputs).reshaped(n * t, transformer.form.vocabulary)
    return logits.crossEntropy(windows.targets.reshaped(n * t)).reshaped(n, t)
  }
}
