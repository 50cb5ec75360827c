extension HelpPage {
  /// The facts of one verb's page.
  public static func json(_ verb: Verb) -> JSON {
    [
      "verb": .string(verb.name),
      "summary": .string(verb.summary),
      "usage": .array(([verb.form] + verb.otherForms).map(JSON.string)),
      "arguments": .array(verb.positionals.map(json)),
      "inputs": .array(verb.inputs.map(json)),
      "flags": .array(verb.flags.map(json)),
      "settings": .array(verb.settings.map(json)),
      "common_flags": .array(Verb.commonFlags.map(json)),
      "notes": .array(verb.notes.map(JSON.string)),
      "examples": .array(verb.examples.map(json)),
    ]
  }

  /// The facts of the overview.
  public static func overviewJSON() -> JSON {
    [
      "program": "latent",
      "version": .string(Latent.version),
      "summary": .string(summary),
      "verbs": .array(
        Verb.all.map { verb in
          [
            "verb": .string(verb.name), "group": .string(verb.group.rawValue),
            "summary": .string(verb.summary),
          ]
        }),
      "examples": .array(overviewExamples.map(json)),
    ]
  }

  private static func json(_ positional: Verb.Positional) -> JSON {
    let (isRequired, repeats) =
      switch positional.presence {
      case .required, .unless: (true, false)
      case .optional: (false, false)
      case .repeated: (true, true)
      case .any: (false, true)
      }
    return [
      "name": .string(positional.name), "required": .bool(isRequired), "repeats": .bool(repeats),
      "help": .string(positional.help),
    ]
  }

  private static func json(_ flag: Flag) -> JSON {
    var members: [(String, JSON)] = [
      ("name", .string(flag.name)),
      ("short", flag.short.map { .string(String($0)) } ?? .null),
      ("type", .string(flag.kind.name)),
    ]
    if case .choice(let words) = flag.kind {
      members.append(("choices", .array(words.map(JSON.string))))
    }
    return .object(
      members + [
        ("default", flag.standard.map(JSON.string) ?? .null),
        ("required", .bool(flag.isRequired)),
        ("help", .string(flag.help)),
      ])
  }

  private static func json(_ example: Verb.Example) -> JSON {
    ["command": .string(example.command), "effect": .string(example.effect)]
  }
}
