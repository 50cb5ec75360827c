import Evaluation
import Files
import Language
import Manual
import Reporting
import Torch

/// `latent patch`: which activations carry what tells two texts apart.
enum Patch {
  static func run(_ arguments: Arguments, _ console: Console) throws {
    let open = try OpenModel(arguments)
    let model = open.model
    guard let clean = arguments.string("clean"), let corrupted = arguments.string("corrupted")
    else { throw UsageError("latent patch: --clean and --corrupted are needed") }
    let kind = arguments.string("at") ?? "resid_post"
    let cleanTokens = model.tokens(of: clean)
    let patching = try ActivationPatching(
      model, clean: cleanTokens, corrupted: model.tokens(of: corrupted),
      right: try arguments.string("answer").map(open.answer),
      wrong: try arguments.string("wrong").map(open.answer))
    let line = console.progress("patch", total: model.blocks, unit: "blocks")
    let shares = try (0..<model.blocks).map { block -> [Double] in
      defer { line.update(done: block + 1) }
      return try kind == "attn_heads"
        ? patching.byHead(block: block) : patching.byToken("blocks.\(block).\(kind)")
    }
    line.finish()
    let columns =
      kind == "attn_heads"
      ? (0..<model.transformer.form.heads).map { "head \($0)" } : cleanTokens.map(open.shown)
    if let path = arguments.string("out") {
      let map = HeatMap(
        shares, rows: shares.indices.map { "block \($0)" }, columns: columns)
      try Lens.write(
        Chart("Share of the answer that comes back", x: "", y: "", .heatMap(map)), to: path)
    }
    var table = TextTable([kind] + columns)
    for (block, row) in shares.enumerated() {
      table.add(["block \(block)"] + row.map { brief($0) })
    }
    let (right, wrong) = (open.shown(patching.answers.right), open.shown(patching.answers.wrong))
    let (of, without) = patching.differences
    let words =
      "logit(\(right)) − logit(\(wrong)): \(brief(of)) after the clean text, \(brief(without)) after the corrupted one; the "
      + "share of this that comes back:\n\(table.text())"
    try console.result(
      [
        ("model", .string(open.name)), ("at", .string(kind)),
        ("answer", .string(model.written(patching.answers.right))),
        ("wrong", .string(model.written(patching.answers.wrong))),
        ("clean", .number(of)), ("corrupted", .number(without)),
        ("columns", .array(columns.map { .string($0) })),
        ("shares", .array(shares.map { .array($0.map { .number($0) }) })),
        ("out", arguments.string("out").map { .string($0) } ?? .null),
      ].json, text: words)
  }
}
