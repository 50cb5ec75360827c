import Catalog
import Files
import Learning
import Manual

extension Configured {
  /// The settings as flags of a verb.
  static var flags: [Flag] {
    settings.map { setting in
      let kind: Flag.Kind =
        switch setting.kind {
        case .integer: .int(Int.min...Int.max)
        case .number: .number(-Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude)
        case .toggle: .choice(["on", "off"])
        case .text: .string
        case .choice(let choices): .choice(choices)
        case .integers: .list(of: .int(Int.min...Int.max))
        case .numbers: .list(of: .number(-1e300...1e300))
        }
      return Flag(setting.flag, kind, default: setting.initial, Catalogue.help(for: setting))
    }
  }

  /// The same with the settings that `arguments` give.
  ///
  /// - Throws: `UsageError` naming the flag and what it may be.
  func configured(by arguments: Arguments) throws -> Self {
    do {
      return try arguments.settings.reduce(self) { value, setting in
        try value.setting(setting.name, to: setting.value ?? "on")
      }
    } catch let error as UserError {
      throw UsageError("latent \(arguments.verb.name): \(error)")
    }
  }
}
