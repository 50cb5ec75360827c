import Files
import Foundation

/// What the files beside a checkpoint say of how pictures are read.
struct PictureSettings {
  var mean: [Float] = [0.485, 0.456, 0.406]
  var deviation: [Float] = [0.229, 0.224, 0.225]
  var side: Int?
  var heads: Int?
  var epsilon: Double?
  /// What stands for a picture: `token`, or `avg` for the mean over the patches.
  var pool: String?
  var activation: String?

  init(beside path: String) throws {
    guard !path.hasSuffix(".safetensors") else { return }
    if let config = try Self.object(path + "/config.json") {
      heads = config[["model_args", "num_heads"]]?.whole ?? config[["num_attention_heads"]]?.whole
      epsilon = config[["layer_norm_eps"]]?.real
      (pool, activation) = (config[["global_pool"]]?.text, config[["hidden_act"]]?.text)
      // Neither shows in the tensors.
      for name in [["downsample_in_bottleneck"], ["model_args", "act_layer"]] {
        let value = config[name] ?? .null
        try require(
          [.null, .bool(false)].contains(value),
          "\(path)/config.json: \(name.last ?? "") \(value.written) is not known here")
      }
      try read(config[["pretrained_cfg"]], mean: "mean", deviation: "std", path)
      if case .array(let size)? = config[["pretrained_cfg", "input_size"]] {
        side = size.last?.whole
      }
    }
    if let reading = try Self.object(path + "/preprocessor_config.json") {
      try read(reading, mean: "image_mean", deviation: "image_std", path)
      side =
        reading[["size"]]?.whole ?? reading[["size", "height"]]?.whole
        ?? reading[["size", "shortest_edge"]]?.whole ?? side
    }
    try require(
      side.map { 1...4096 ~= $0 } ?? true, "\(path) asks for pictures of \(side ?? 0) pixels")
  }

  private mutating func read(
    _ values: JSONValue?, mean: String, deviation: String, _ path: String
  ) throws {
    if let numbers = values?[[mean]]?.reals { self.mean = numbers }
    if let numbers = values?[[deviation]]?.reals { self.deviation = numbers }
    try require(
      (self.mean + self.deviation).allSatisfy(\.isFinite) && self.deviation.allSatisfy { $0 > 0 },
      "\(path) gives channels a deviation that is not above 0")
  }

  /// The object in a file; nothing where there is no file.
  private static func object(_ path: String) throws -> JSONValue? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    guard let values = try? JSONDecoder().decode(JSONValue.self, from: MappedFile(path).data),
      case .object = values
    else { throw UserError("\(path) is not a JSON object") }
    return values
  }
}

extension JSONValue {
  /// A string that is not empty.
  fileprivate var text: String? {
    if case .string(let value) = self, !value.isEmpty { value } else { nil }
  }
  fileprivate var whole: Int? {
    if case .integer(let value) = self { value } else { nil }
  }
  fileprivate var real: Double? {
    switch self {
    case .number(let value): value
    case .integer(let value): Double(value)
    default: nil
    }
  }
  fileprivate var reals: [Float]? {
    guard case .array(let values) = self else { return nil }
    let numbers = values.compactMap(\.real)
    return numbers.count == values.count ? numbers.map { Float($0) } : nil
  }
}
