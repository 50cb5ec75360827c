import Files
import Datasets
import Learning

extension Catalogue {
  /// Settings of a space by flag, as the command line writes them, those at their defaults included.
  public static func settings(
    of description: SpaceDescription
  ) -> [(flag: String, value: String, isDefault: Bool)] {
    guard let method = try? method(named: description.method).recipe else { return [] }
    return method.settings.compactMap { setting in
      description.settings[setting.path].map(text).map {
        (flag: setting.flag, value: $0, isDefault: $0 == setting.initial)
      }
    }
  }

  /// The words of the command that fits a space again.
  public static func fitWords(of description: SpaceDescription, folder: String) -> [String] {
    let origin = description.source
    var words = ["latent", "fit", description.method, origin.spec, "--seed", "\(description.seed)"]
    words += ["--out", folder] + Self.words(of: origin.options)
    for setting in settings(of: description) where !setting.isDefault {
      words += ["--\(setting.flag)", setting.value]
    }
    return words
  }

  private static func words(of options: SourceOptions) -> [String] {
    let given: [(String, String?)] = [
      ("limit", options.limit.map { "\($0)" }),
      ("size", options.size.map { $0.map(String.init).joined(separator: "x") }),
      ("binarise", options.binarise == .none ? nil : options.binarise.rawValue),
      ("label", options.labelColumn), ("text", options.textColumn),
      ("encoder", options.encoder),
      ("window", options.window.map { "\($0)" }), ("length", options.length.map { "\($0)" }),
      ("validation", options.validation.flatMap { $0 == 0 ? nil : "\($0)" }),
      ("test", options.test.map { "\($0)" }),
    ]
    let flags = given.flatMap { name, value in value.map { ["--\(name)", $0] } ?? [] }
    return flags + (options.strict ? ["--strict"] : []) + (options.raw == true ? ["--raw"] : [])
  }

  private static func text(_ value: JSONValue) -> String {
    switch value {
    case .bool(let on): on ? "on" : "off"
    case .integer(let number): "\(number)"
    case .number(let number): "\(number)"
    case .string(let text): text
    case .array(let values): values.map(text).joined(separator: ",")
    case .null, .object: ""
    }
  }
}
