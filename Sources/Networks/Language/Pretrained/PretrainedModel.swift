import Files
import Foundation
import Torch

/// A published model, read from a folder as `transformers` saves them: `config.json` and `model.safetensors`, or the
/// shards that `model.safetensors.index.json` lists.
public enum PretrainedModel: Sendable {
  case decoder(LanguageTransformer)
  case encoder(TextTransformer)

  /// Opens the model in `folder`.
  ///
  /// - Throws: `UserError` in one sentence: an architecture that is not known, tensors that are missing, of another shape or
  ///   not the model's.
  public init(opening folder: String, device: Device = .cpu) throws {
    let configuration = try ModelConfiguration(opening: folder + "/config.json")
    let file = try CheckpointTensors(folder)
    let form = configuration.form
    let names = Set(file.tensors.keys.map { Self.plain($0, configuration) })
    let hasPooler = names.contains("pooler.dense.weight")
    let hasWriter = names.contains("cls.predictions.transform.dense.weight")
    let places = configuration.places(hasPooler: hasPooler, hasWriter: hasWriter)
    // Before a network of that size is made: a file cannot claim more than it holds.
    let ours = try Self.assembled(places, file, configuration)
    let random = RandomStream(0, device: device)
    if form.style == .bert {
      let network = TextTransformer(form, hasPooler: hasPooler, hasWriter: hasWriter, random)
      try network.load(ours)
      self = .encoder(network)
    } else {
      let network = LanguageTransformer(form, random)
      try network.load(ours)
      self = .decoder(network)
    }
  }

  /// A tensor's name without the prefix of the whole model, and as today's versions have it.
  private static func plain(_ name: String, _ configuration: ModelConfiguration) -> String {
    let prefix = configuration.prefix
    var name = name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
    if name.hasSuffix("LayerNorm.gamma") { name = name.dropLast(5) + "weight" }
    if name.hasSuffix("LayerNorm.beta") { name = name.dropLast(4) + "bias" }
    return name
  }

  /// Our tensors from theirs.
  private static func assembled(
    _ places: [TensorPlace], _ file: CheckpointTensors, _ configuration: ModelConfiguration
  ) throws -> [String: Tensor] {
    var theirs = Dictionary(
      file.tensors.map { (plain($0.key, configuration), (name: $0.key, tensor: $0.value)) }
    ) { $1 }
    let missing = places.flatMap(\.parts).map(\.name).filter { theirs[$0] == nil }
    try require(missing.isEmpty, "\(file.path) lacks \(listed(missing))")
    var ours: [String: Tensor] = [:]
    for place in places {
      let parts = try place.parts.map { name, shape in
        guard let (written, tensor) = theirs.removeValue(forKey: name) else {
          throw UserError("\(file.path) lacks \(name)")
        }
        try require(
          tensor.shape == shape && tensor.dtype.isFloating,
          "\(file.path) holds \(written) as \(tensor.dtype) of shape \(tensor.shape), and its config.json "
            + "asks for real numbers of shape \(shape)")
        return place.isTurned ? tensor.to(.float32).transposed() : tensor.to(.float32)
      }
      ours[place.name] = parts.count == 1 ? parts[0] : Tensor.concatenate(parts)
    }
    let ignored = configuration.ignored
    let extra = theirs.filter { name, _ in !ignored.contains { name.hasSuffix($0) } }
    try require(
      extra.isEmpty,
      "\(file.path) holds \(listed(extra.map(\.value.name))), which a \(configuration.architecture) model of "
        + "its config.json does not have")
    return ours
  }

  private static func listed(_ names: [String]) -> String {
    let names = names.sorted()
    let rest = names.count > 3 ? " and \(names.count - 3) more" : ""
    return names.prefix(3).joined(separator: ", ") + rest
  }
}

/// The tensors of a checkpoint in a folder, of one file or of several.
struct CheckpointTensors {
  /// What sentences call it.
  let path: String
  private(set) var tensors: [String: Tensor] = [:]

  private struct Index: Decodable { let weight_map: [String: String] }

  init(_ folder: String) throws {
    let whole = folder + "/model.safetensors", index = whole + ".index.json"
    if FileManager.default.fileExists(atPath: whole) {
      path = whole
      tensors = try Safetensors(opening: whole).tensors
      return
    }
    guard FileManager.default.fileExists(atPath: index) else {
      throw UserError("\(folder) holds no model.safetensors and no model.safetensors.index.json")
    }
    path = index
    guard let map = try? JSONDecoder().decode(Index.self, from: MappedFile(index).data).weight_map
    else { throw UserError("\(index) has no weight_map of names to files") }
    for file in Set(map.values).sorted() {
      try require(
        !file.isEmpty && !file.contains("/") && file != ".." && file != ".",
        "\(index) names the file \(file), which is not one of its folder")
      let shard = try Safetensors(opening: "\(folder)/\(file)").tensors
      for (name, tensor) in shard {
        try require(
          map[name] == file, "\(folder)/\(file) holds \(name), and \(index) says otherwise")
        tensors[name] = tensor
      }
    }
    if let lost = map.keys.sorted().first(where: { tensors[$0] == nil }) {
      throw UserError("\(folder)/\(map[lost] ?? "") lacks \(lost), which \(index) says it holds")
    }
  }
}
