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
    func plain(_ name: String) -> String { Self.plain(name, configuration) }
    let names = Set(file.tensors.keys.map(plain))
    let hasPooler = names.contains("pooler.dense.weight")
    let hasWriter = names.contains("cls.predictions.transform.dense.weight")
    let places = configuration.places(hasPooler: hasPooler, hasWriter: hasWriter)
    // Before a network of that size is made: a file cannot claim more than it holds.
    let ignored = configuration.ignored
    let ours = try file.assembled(
      places, plain: plain, as: "\(configuration.architecture) model of its config.json"
    ) { name in ignored.contains { name.hasSuffix($0) } }
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
}
