import Files
import Networks
import Torch

/// Which activations carry what tells two texts apart: those of one are put into the pass of the other, one at a time,
/// and the answer is seen to come back or not.
///
/// - Source: Vig et al., *Investigating gender bias in language models using causal mediation analysis*, NeurIPS 2020;
///   Meng et al., *Locating and editing factual associations in GPT*, NeurIPS 2022; Zhang & Nanda, *Towards best practices
///   of activation patching in language models*, ICLR 2024, for the difference of logits.
public struct ActivationPatching {
  private let model: HookedLanguageModel
  private let clean: [Int]
  private let corrupted: [Int]
  /// The token that the clean text is to be followed by, and the corrupted one.
  public let answers: (right: Int, wrong: Int)
  /// logit(right) − logit(wrong) after the clean text, and after the corrupted one.
  public let differences: (clean: Double, corrupted: Double)

  /// Texts of as many tokens; where no answers are given they are the model's own.
  ///
  /// - Throws: `UserError` where the texts do not match, or the model answers both alike; `TensorError`.
  public init(
    _ model: HookedLanguageModel, clean: [Int], corrupted: [Int], right: Int? = nil,
    wrong: Int? = nil
  ) throws {
    try require(
      clean.count == corrupted.count,
      "the clean text has \(clean.count) tokens and the corrupted one \(corrupted.count); as many are needed, so that "
        + "each stands in another's place")
    let context = model.transformer.form.context
    try require(
      (2...context).contains(clean.count),
      "the texts have \(clean.count) tokens; from 2 to \(context) can be read")
    try require(clean != corrupted, "the clean and the corrupted text are the same")
    let last = try withoutGradients {
      try model.transformer.logits(model.batch([clean, corrupted])).selected(1, -1).checked()
    }
    let likeliest = try last.argmax(over: 1).places()
    answers = (right ?? likeliest[0], wrong ?? likeliest[1])
    try require(
      answers.right != answers.wrong,
      "the model goes on with “\(model.written(answers.right))” after both texts; name what is right by --answer and "
        + "what is wrong by --wrong")
    let values = try last.values(as: Double.self), size = last.size(1)
    let (right, wrong) = answers
    differences = (values[right] - values[wrong], values[size + right] - values[size + wrong])
    try require(
      abs(differences.clean - differences.corrupted) > 1e-6,
      "the model tells the answers apart as much after both texts; there is nothing to bring back")
    (self.model, self.clean, self.corrupted) = (model, clean, corrupted)
  }

  /// Number of tokens of either text.
  public var count: Int { clean.count }

  /// Share of the difference that comes back when one token's vector at `place` of a block is that of the clean text,
  /// for each token: 0 where nothing does, 1 where all does.
  ///
  /// - Throws: `UserError` where there is no such place; `TensorError`.
  public func byToken(_ place: String) throws -> [Double] {
    let each = Tensor.identity(count).reshaped(count, count, 1)
    return try returned(place, passes: count, mask: each)
  }

  /// The same when one head's part of what attention writes is that of the clean text, at all tokens, for each head of a
  /// block.
  ///
  /// - Throws: `TensorError`.
  public func byHead(block: Int) throws -> [Double] {
    let heads = model.transformer.form.heads
    let each = Tensor.identity(heads).reshaped(heads, 1, heads, 1)
    return try returned("blocks.\(block).attn_heads", passes: heads, mask: each)
  }

  private func returned(_ place: String, passes: Int, mask: Tensor) throws -> [Double] {
    try withoutGradients {
      let reading = Hooks()
      reading.read(place)
      _ = try model.transformer.logits(model.batch([clean]), reading).checked()
      guard let kept = reading[place] else { throw UserError("nothing passes at \(place)") }
      let patching = Hooks()
      patching.replace(place) { $0 + (kept - $0) * mask }
      let rows = model.batch([[Int]](repeating: corrupted, count: passes))
      let last = try model.transformer.logits(rows, patching).selected(1, -1)
      let difference = last.selected(1, answers.right) - last.selected(1, answers.wrong)
      let whole = differences.clean - differences.corrupted
      return try difference.values(as: Double.self).map { ($0 - differences.corrupted) / whole }
    }
  }
}
