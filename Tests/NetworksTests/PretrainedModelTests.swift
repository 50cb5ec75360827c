import Files
import Foundation
import GoldenFixtures
import Testing
import Torch

@testable import Networks

/// A small model of `transformers`, whose weights follow from their names, and what it makes of tokens.
struct LanguageCase: Decodable, Sendable, CustomStringConvertible {
  let name: String
  let config: JSONValue
  let tensors: [String: [Int]]
  let tokens: [[Int]]
  let outputs: [String: GoldenArray]
  let continued: [[Int]]?

  var description: String { name }

  private struct File: Decodable { let cases: [LanguageCase] }
  static let all = (try? golden("language", as: File.self).cases) ?? []

  static func named(_ name: String) throws -> LanguageCase {
    try #require(all.first { $0.name == name })
  }

  var rows: Tensor { Tensor(tokens.flatMap { $0 }, shape: [tokens.count, tokens[0].count]) }

  /// The tensor called `name`, by the formula of `language.py`.
  static func tensor(_ name: String, _ shape: [Int]) -> Tensor {
    var crc = UInt32.max
    for byte in name.utf8 {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc >> 1 ^ (crc & 1 == 1 ? 0xedb8_8320 : 0) }
    }
    var state = ~crc
    let values = (0..<shape.reduce(1, *)).map { _ in
      state = 1_664_525 &* state &+ 1_013_904_223
      return Float((Double(state) / 0x1p32 - 0.5) * 0.8)
    }
    return Tensor(values, shape: shape)
  }

  /// A folder as `transformers` saves it, with `change` made to its tensors, in `shards` files.
  func folder(
    shards: Int = 1, configuration: JSONValue? = nil,
    _ change: (inout [String: Tensor]) -> Void = { _ in }
  ) throws -> String {
    let folder = NSTemporaryDirectory() + "model-" + UUID().uuidString
    try makeFolder(folder)
    try AtomicFile.write(
      JSONEncoder().encode(configuration ?? config), to: folder + "/config.json")
    var all = Dictionary(
      uniqueKeysWithValues: tensors.map { ($0.key, Self.tensor($0.key, $0.value)) })
    change(&all)
    guard shards > 1 else {
      try Safetensors(all).write(to: folder + "/model.safetensors")
      return folder
    }
    var map: [String: String] = [:]
    for shard in 0..<shards {
      let mine = all.keys.sorted().enumerated().filter { $0.offset % shards == shard }.map(
        \.element)
      let file = "model-\(shard).safetensors"
      for name in mine { map[name] = file }
      try Safetensors(all.filter { mine.contains($0.key) }).write(to: "\(folder)/\(file)")
    }
    try AtomicFile.write(
      JSONEncoder().encode(["weight_map": map]), to: folder + "/model.safetensors.index.json")
    return folder
  }

  func isNear(_ tensor: Tensor?, _ name: String, within error: Double = 1e-4) throws -> Bool {
    let expected = try #require(outputs[name])
    let tensor = try #require(tensor)
    #expect(tensor.shape == expected.shape)
    return try (tensor - expected.tensor(.float32)).abs().max().value() < error
  }
}

@Suite struct PretrainedModelTests {
  init() { Runtime.threads = 1 }

  private let kinds = Tensor([0, 0, 0, 1, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0], shape: [2, 7])
  private let counted = Tensor([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0], shape: [2, 7])

  @Test(arguments: LanguageCase.all) func numbersAreThoseOfTransformers(_ golden: LanguageCase)
    throws
  {
    for shards in [1, 3] {
      switch try PretrainedModel(opening: golden.folder(shards: shards)) {
      case .decoder(let network):
        let logits = golden.outputs["logits"] != nil
        let found = logits ? network.logits(golden.rows) : network.hidden(golden.rows)
        #expect(try golden.isNear(found, logits ? "logits" : "hidden"))
      case .encoder(let network):
        let isMasked = golden.outputs["logits"] != nil
        let hidden = network(golden.rows, counted: counted, kinds: isMasked ? nil : kinds)
        if isMasked {
          #expect(try golden.isNear(network.logits(hidden), "logits"))
        } else {
          #expect(try golden.isNear(hidden, "hidden"))
          #expect(try golden.isNear(network.pooled(hidden), "pooled"))
        }
      }
    }
  }

  @Test func thereAreCasesOfEveryArchitecture() {
    let types = Set(LanguageCase.all.map { $0.config[["model_type"]]?.written ?? "" })
    #expect(types == Set(ModelConfiguration.known))
  }

  @Test(arguments: ["gpt2", "llama", "llama-scaled", "qwen2"])
  func hooksReadWhatTransformersHas(_ name: String) throws {
    let golden = try LanguageCase.named(name)
    guard case .decoder(let network) = try PretrainedModel(opening: golden.folder()) else {
      throw UserError("\(name) is a decoder")
    }
    let hooks = Hooks()
    for place in golden.outputs.keys where place != "logits" { hooks.read(place) }
    // With a pattern read, attention goes the long way.
    #expect(try golden.isNear(network.logits(golden.rows, hooks), "logits"))
    for place in golden.outputs.keys where place != "logits" {
      #expect(try golden.isNear(hooks[place], place), "\(place)")
    }
  }

  @Test(arguments: ["gpt2", "llama"]) func greedyTextsAreThoseOfTransformers(_ name: String) throws
  {
    let golden = try LanguageCase.named(name)
    guard case .decoder(let network) = try PretrainedModel(opening: golden.folder()) else {
      throw UserError("\(name) is a decoder")
    }
    let rows = try withoutGradients {
      try network.continued(
        golden.rows, by: 9, TokenChoice(temperature: 0), RandomStream(1)
      ).places()
    }
    #expect(rows == golden.continued?.flatMap { $0 })
  }

  private func sentence(_ body: () throws -> Void) -> String {
    do {
      try body()
      return ""
    } catch { return (error as? UserError)?.description ?? "no sentence: \(error)" }
  }

  @Test func whatDoesNotFitIsNamedInOneSentence() throws {
    let golden = try LanguageCase.named("gpt2")
    func opening(_ configuration: JSONValue? = nil, _ change: (inout [String: Tensor]) -> Void)
      -> String
    {
      sentence {
        _ = try PretrainedModel(opening: golden.folder(configuration: configuration, change))
      }
    }
    let missing = opening { $0["transformer.h.1.ln_2.bias"] = nil }
    #expect(missing.hasSuffix("lacks h.1.ln_2.bias"))
    let extra = opening { $0["transformer.h.9.ln_2.bias"] = Tensor.zeros([16]) }
    #expect(extra.contains("holds transformer.h.9.ln_2.bias, which a gpt2 model"))
    let shape = opening { $0["transformer.wpe.weight"] = Tensor.zeros([5, 16]) }
    #expect(shape.contains("transformer.wpe.weight as float32 of shape [5, 16]"))
    #expect(shape.contains("[24, 16]"))
    let type = opening { $0["transformer.ln_f.bias"] = Tensor.zeros([16], type: .int64) }
    #expect(type.contains("transformer.ln_f.bias as int64"))
    var other = golden.config
    other[["model_type"]] = .string("rwkv")
    #expect(opening(other) { _ in }.contains("the architecture rwkv is not known here"))
    // A claim of a size that memory could not hold is met by what the file holds.
    var large = golden.config
    large[["n_embd"]] = .integer(40_000)
    #expect(opening(large) { _ in }.contains("has real numbers of shape"))
    for (name, value) in [
      ("n_layer", JSONValue.integer(-1)), ("n_head", .integer(5)), ("n_embd", .string("x")),
      ("n_embd", .integer(.max)), ("n_layer", .integer(.min)), ("vocab_size", .number(1.5)),
    ] {
      var wrong = golden.config
      wrong[[name]] = value
      let said = opening(wrong) { _ in }
      #expect(said.contains("config.json") && !said.contains("\n"), "\(said)")
    }
    let empty = NSTemporaryDirectory() + "empty-" + UUID().uuidString
    try makeFolder(empty)
    #expect(sentence { _ = try PretrainedModel(opening: empty) }.contains("config.json"))
  }

  @Test func aTruncatedCheckpointAndAWrongIndexAreRefused() throws {
    let golden = try LanguageCase.named("llama")
    let whole = try golden.folder()
    let bytes = try Data(contentsOf: URL(filePath: whole + "/model.safetensors"))
    try AtomicFile.write(bytes.prefix(bytes.count / 2), to: whole + "/model.safetensors")
    #expect(
      sentence { _ = try PretrainedModel(opening: whole) }.contains("not a sound safetensors"))
    let sharded = try golden.folder(shards: 2)
    let index = sharded + "/model.safetensors.index.json"
    try AtomicFile.write(Data("{\"weight_map\":{\"a\":\"../x\"}}".utf8), to: index)
    #expect(sentence { _ = try PretrainedModel(opening: sharded) }.contains("../x"))
    try AtomicFile.write(Data("[]".utf8), to: index)
    #expect(sentence { _ = try PretrainedModel(opening: sharded) }.contains("weight_map"))
  }

  @Test func oldNamesOfNormsAreRead() throws {
    let golden = try LanguageCase.named("bert")
    let folder = try golden.folder { tensors in
      for (name, tensor) in tensors where name.contains("LayerNorm") {
        tensors[name] = nil
        let old = name.hasSuffix("weight") ? name.dropLast(6) + "gamma" : name.dropLast(4) + "beta"
        tensors["bert." + old] = tensor
      }
    }
    guard case .encoder(let network) = try PretrainedModel(opening: folder) else {
      throw UserError("bert is an encoder")
    }
    #expect(try golden.isNear(network(golden.rows, counted: counted, kinds: kinds), "hidden"))
  }
}
