import Datasets
import Files
import Foundation
import Networks
import Testing
import Torch

@testable import Language

/// Reading, looking through, patching and steering a small model that has not learned anything.
@Suite struct LabTests {
  let network: LanguageModel.Network
  let model: HookedLanguageModel
  let rows: [[Int]]

  init() throws {
    Runtime.threads = 1
    var method = LanguageModel()
    (method.blocks, method.width, method.heads, method.context) = (2, 16, 2, 12)
    network = method.makeNetwork(Domain(shape: [20], support: .tokens), RandomStream(2))
    for parameter in network.parameters where parameter.rank == 2 {
      try parameter.assign(parameter.detached() * 20)
    }
    model = HookedLanguageModel(network)
    rows = ["a small text", "two", "and one that is longer than the context"].map(model.tokens)
  }

  private var alone: Tensor { model.batch([Array(rows[1])]) }

  @Test func tokensSayTheTextTheyCameFrom() throws {
    #expect(rows[1] == [0, 117, 120, 112])
    #expect(model.text(of: rows[0]) == "a small text")
    #expect(model.written(117) == "t" && model.written(0) == "")
    #expect(model.written(0xe2 + 1) == "‹e2›")
    let domain = Domain(shape: [20], support: .tokens)
    let x = Tensor(domain.tokens(of: "two") + domain.tokens(of: "a small text"), shape: [2, 20])
    #expect(try model.rows(x, domain) == [rows[1], rows[0]])
    #expect(throws: UserError.self) {
      try model.rows(x, Domain(shape: [20], support: .real))
    }
  }

  @Test func vectorsAreThoseThatPassAndTheFirstTokenIsLeftOut() throws {
    let reading = try ActivationReading(model, at: "blocks.1.resid_post", rows: rows)
    #expect(reading.tokens.count == rows.reduce(0) { $0 + $1.count - 1 })
    #expect(reading.tokens.filter { $0.row == 1 }.map(\.position) == [1, 2, 3])
    let hooks = Hooks()
    hooks.read("blocks.1.resid_post")
    _ = try model.transformer.hidden(alone, hooks)
    let all = try reading.vectors()
    #expect(all.shape == [reading.tokens.count, reading.width])
    let start = reading.tokens.firstIndex { $0.row == 1 } ?? 0
    let mine = try #require(hooks["blocks.1.resid_post"]).selected(0, 0).sliced(0, 1, 4)
    #expect(try (all[start..<start + 3] - mine).abs().max().value() < 1e-5)
    // A text longer than the context is read in pieces, each after the first token.
    let (long, place) = (rows[2], reading.tokens.count - 1)
    let piece = [long[0]] + long[(1 + 3 * 11)...]
    _ = try model.transformer.hidden(model.batch([piece]), hooks)
    let last = try #require(hooks["blocks.1.resid_post"]).selected(0, 0).selected(0, -1)
    #expect(try (all[place] - last).abs().max().value() < 1e-5)
  }

  @Test(arguments: [("mlp_act", 64), ("attn_heads", 16), ("resid_mid", 16)])
  func everyPlaceSaysHowWideItIs(_ name: String, _ width: Int) throws {
    let reading = try ActivationReading(model, at: "blocks.0.\(name)", rows: rows, limit: 5)
    #expect(reading.width == width && reading.tokens.count == 5)
    #expect(try reading.vectors().shape == [5, width])
  }

  @Test func vectorsGoToAFileAndBack() throws {
    let path = NSTemporaryDirectory() + "vectors-\(UUID().uuidString).npy"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let reading = try ActivationReading(model, at: "embed", rows: rows)
    var told: [Int] = []
    try reading.write(to: path) { told.append($0) }
    #expect(told.last == reading.tokens.count)
    #expect(try (NPY.read(path) - reading.vectors()).abs().max().value() == 0)
  }

  @Test func aPlaceThatIsNoneIsRefusedInASentence() {
    #expect {
      try ActivationReading(model, at: "blocks.1.resid_pos", rows: rows)
    } throws: {
      "\($0)".contains("did you mean blocks.1.resid_post?")
    }
    #expect {
      try ActivationReading(model, at: "blocks.0.attn_pattern", rows: rows)
    } throws: {
      "\($0)".contains("no vector of a token")
    }
  }

  @Test func theLensOfTheLastBlockIsTheModel() throws {
    let rows = Array(rows.prefix(2))
    let layers = try LogitLens(model).layers(rows)
    #expect(layers.map(\.place) == ["embed", "blocks.0.resid_post", "blocks.1.resid_post"])
    let last = try #require(layers.last)
    let own = try model.losses(rows).map { $0.reduce(0, +) / Double($0.count) }
    #expect(abs(last.loss.value - (own[0] + own[1]) / 2) < 1e-4)
    #expect(last.agreement.value == 1 && abs(last.divergence.value) < 1e-5)
    #expect(layers[0].divergence.value > 0)
    let told = try LogitLens(model).likeliest(rows[1])
    #expect(told.count == 3 && told[0].count == 4)
  }

  @Test func linearMapsBringEarlierBlocksNearerToTheLast() throws {
    var random = SplitMix(Seed(5))
    let texts = (0..<40).map { _ in
      [0] + (0..<11).map { _ in 97 + Int(random.uniform() * 26) }
    }
    var lens = LogitLens(model)
    let before = try lens.layers(texts)
    try lens.learn(from: texts)
    let after = try lens.layers(texts)
    #expect(after[0].divergence.value < before[0].divergence.value)
    #expect(after[1].divergence.value < before[1].divergence.value)
    #expect(after[2].divergence.value == before[2].divergence.value)
    #expect(throws: UserError.self) { try lens.learn(from: [[0, 1, 2]]) }
  }

  @Test func allOfTheAnswerComesBackWhereAllOfItPasses() throws {
    let (clean, corrupted) = (model.tokens(of: "abc d"), model.tokens(of: "abx d"))
    let patching = try ActivationPatching(
      model, clean: clean, corrupted: corrupted, right: 98, wrong: 99)
    let last = try patching.byToken("blocks.1.resid_post")
    #expect(abs(last[5] - 1) < 1e-3)
    // What stands after the last block at other tokens is read by nothing.
    #expect(last.prefix(5).allSatisfy { abs($0) < 1e-3 })
    // Tokens before the first that differs are the same in both.
    let first = try patching.byToken("blocks.0.resid_pre")
    #expect(first.prefix(3).allSatisfy { abs($0) < 1e-3 } && abs(first[3] - 1) < 1e-3)
    #expect(try patching.byHead(block: 0).count == 2)
  }

  @Test func textsThatCannotBePatchedAreRefused() {
    let clean = model.tokens(of: "abc")
    #expect(throws: UserError.self) {
      try ActivationPatching(model, clean: clean, corrupted: model.tokens(of: "abcd"))
    }
    #expect(throws: UserError.self) {
      try ActivationPatching(model, clean: clean, corrupted: clean)
    }
  }

  @Test func aDirectionOfNoLengthChangesNothing() throws {
    let place = "blocks.0.resid_post"
    let none = try Steering.contrast(model, at: place, wanted: rows, unwanted: rows)
    #expect(try none.abs().max().value() < 1e-5)
    let still = Steering(at: place, Tensor.ones([16]), strength: 0)
    #expect(try still.addedLosses(model, rows).allSatisfy { abs($0) < 1e-5 })
    let moved = Steering(at: place, Tensor.ones([16]), strength: 5)
    #expect(try moved.addedLosses(model, rows).contains { abs($0) > 0.01 })
    func written(_ steering: Steering) throws -> [Int] {
      try model.transformer.continued(
        alone, by: 6, TokenChoice(temperature: 0), RandomStream(1), steering.hooks()
      ).flattened().places()
    }
    let plain = try model.transformer.continued(
      alone, by: 6, TokenChoice(temperature: 0), RandomStream(1)
    ).flattened().places()
    #expect(try written(still) == plain)
    #expect(throws: UserError.self) {
      try written(Steering(at: "blocks.7.mlp", Tensor.ones([16]), strength: 1))
    }
  }

  @Test func aTextsVectorIsTheMeanOfItsTokensOrTheLast() throws {
    let place = "blocks.1.resid_post"
    let each = try ActivationReading(model, at: place, rows: [rows[0]]).vectors()
    let short = [Array(rows[0].prefix(9)), rows[1]]
    let mean = try model.vectors(short, at: place, .mean),
      last = try model.vectors(short, at: place, .last)
    #expect(try (mean[0] - each[0..<8].mean(over: 0)).abs().max().value() < 1e-5)
    #expect(try (last[0] - each[7]).abs().max().value() < 1e-5)
    #expect(throws: UserError.self) { try model.vectors([[0]], at: place, .mean) }
  }

  @Test func aPublishedModelIsReadAsOneThatWasFittedHere() throws {
    let folder = NSTemporaryDirectory() + "published-" + UUID().uuidString
    try makeFolder(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func write(_ text: String, _ name: String) throws {
      try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
    }
    try write(
      """
      {"model_type": "gpt2", "vocab_size": 4, "n_positions": 8, "n_embd": 4, "n_layer": 1, "n_head": 1,
       "activation_function": "gelu_new", "layer_norm_epsilon": 1e-5}
      """, "config.json")
    try write(
      """
      {"version": "1.0", "added_tokens": [], "normalizer": null, "post_processor": null, "decoder": null,
       "pre_tokenizer": null, "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "c": 2}, "merges": []}}
      """, "tokenizer.json")
    let random = RandomStream(6)
    var tensors = ["wte.weight": random.normal([4, 4]), "wpe.weight": random.normal([8, 4])]
    for norm in ["ln_f", "h.0.ln_1", "h.0.ln_2"] {
      tensors[norm + ".weight"] = Tensor.ones([4])
      tensors[norm + ".bias"] = Tensor.zeros([4])
    }
    for (layer, from, to) in [
      ("attn.c_attn", 4, 12), ("attn.c_proj", 4, 4), ("mlp.c_fc", 4, 16), ("mlp.c_proj", 16, 4),
    ] {
      tensors["h.0.\(layer).weight"] = random.child(layer).normal([from, to])
      tensors["h.0.\(layer).bias"] = Tensor.zeros([to])
    }
    try Safetensors(tensors).write(to: folder + "/model.safetensors")
    #expect(HookedLanguageModel.isPublished(folder))
    let published = try HookedLanguageModel(opening: folder)
    #expect(published.tokens(of: "cab") == [2, 0, 1] && published.written(2) == "c")
    #expect(published.text(of: [0, 1]) == "a b" && published.readsTexts)
    let reading = try ActivationReading(published, at: "embed", rows: [[2, 0, 1]])
    let wanted = try #require(tensors["wte.weight"])[0] + #require(tensors["wpe.weight"])[1]
    #expect(try (reading.vectors()[0] - wanted).abs().max().value() < 1e-6)
    try write("{}", "tokenizer.json")
    #expect(throws: UserError.self) { try HookedLanguageModel(opening: folder) }
  }
}
