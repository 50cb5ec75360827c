extension Verb {
  /// Statistical procedures on a person's own numbers.
  public static let stats = Verb(
    "stats", .judging,
    "Answer a statistical question from your own numbers.",
    [
      Positional("PROCEDURE", .optional, "Its name; latent stats alone lists them."),
      Positional("FILE", .any, "Tables with a header, .npy or .npz files."),
    ],
    flags: [
      Flag(
        "columns", .list(of: .string), as: "NAME=COLUMN,…",
        "Where your files call an input otherwise: its name here, and theirs.")
    ] + studyFlags,
    otherForms: ["latent stats", "latent stats PROCEDURE --help"],
    takesSettings: true,
    notes: [
      "A procedure's inputs and settings are on its page: latent stats PROCEDURE --help."
    ],
    examples: [
      Example(
        "latent stats multi-bootstrap scores.csv",
        "Says by how much one system is better than another over new seeds and items.")
    ])

  /// Theories in worlds whose truth is known.
  public static let lab = Verb(
    "lab", .judging, "Hold what a theory predicts against a world of its own.",
    [Positional("THEORY", .optional, "Its name; latent lab alone lists them.")],
    flags: studyFlags,
    otherForms: ["latent lab", "latent lab THEORY --help"],
    takesSettings: true,
    notes: ["The settings of a world are on its page: latent lab THEORY --help."],
    examples: [
      Example("latent lab", "Lists the theories that have a lab.")
    ])

  /// The page of one procedure or theory: what it reads, its settings, and what it is called like.
  ///
  /// - Parameters:
  ///   - name: what it is called by.
  ///   - inputs: name, meaning, and whether it works without.
  public func page(
    of name: String, _ title: String, inputs: [(name: String, help: String, isOptional: Bool)],
    settings: [Flag], notes: [String]
  ) -> Verb {
    let wanted = inputs.filter { !$0.isOptional }.map(\.name)
    let file =
      wanted.isEmpty
      ? "data.csv"
      : inputs.contains { $0.help.contains(", ") && $0.help.contains("[") }
        ? "data.npz" : "data.csv"
    let call = "latent \(self.name) \(name)" + (inputs.isEmpty ? "" : " " + file)
    let effect =
      inputs.isEmpty
      ? "Makes the world and holds the theory against it."
      : "Reads \(wanted.isEmpty ? "what it needs" : wanted.joined(separator: " and ")) there."
    return Verb(
      "\(self.name) \(name)", group, title, positionals.filter { $0.name == "FILE" },
      flags: flags.filter { $0.name != "columns" || !inputs.isEmpty }, settings: settings,
      inputs: inputs.map {
        Positional($0.name, $0.isOptional ? .optional : .required, $0.help)
      }, notes: notes,
      examples: [
        Example(call, effect),
        Example(call + " --out answer", "Writes a page with charts and the findings, too."),
      ])
  }

  private static let studyFlags = [
    Flag(
      "out", short: "o", .path, as: "FOLDER", "Write a page with charts and the findings there."),
    Flag("threads", .int(1...4096), "Processor threads to use, all cores when not given."),
  ]
}

extension Verb {
  /// Methods against each other.
  public static let compare = Verb(
    "compare", .judging, "Compare methods on your data, and say what is more than chance.",
    [
      Positional(
        "METHOD", .any,
        "Two or more, each with settings of its own if you like: vae:beta=4:latents=10. The word all stands for "
          + "every method that applies, all:latents=10 for the same with such settings as each knows. The last "
          + "word is the SOURCE, unless --again.")
    ],
    flags: [
      Flag(
        "for",
        .choice([
          "generate", "represent", "classify", "detect", "impute", "compress", "disentangle",
        ]),
        default: "represent",
        "What the space is to serve; decides what is measured."),
      Flag("metric", .list(of: .string), as: "NAME,…", "Measure these instead."),
      Flag("seeds", .count, default: "5", "Runs of each method."),
      Flag("epochs", .count, "Passes over the data for every method; 10 when not given."),
      Flag("steps", .count, "Updates for every method, instead of epochs."),
      Flag("seconds", .amount, as: "S", "Seconds of training for every method, instead of epochs."),
      Flag("out", short: "o", .path, as: "FOLDER", "Where the comparison is kept; compare-SOURCE."),
      Flag(
        "again", .path, as: "FOLDER",
        "Go on with a comparison, with more methods if some are named."),
      Flag(
        "table", .path, as: "FILE.md",
        "Also write one table there, a row for each method and a column for each measure, as Markdown."
      ),
      Flag("jobs", .int(1...4096), "Runs at a time; as many as there are cores when not given."),
      Flag("threads", .int(1...4096), default: "1", "Threads of each run; part of its result."),
      Flag(
        "device", .choice(["auto", "cpu", "cuda", "mps"]), default: "cpu", "Where runs compute."),
    ] + logFlags + readingFlags,
    otherForms: [
      "latent compare METHOD… SOURCE [flags]", "latent compare --again FOLDER [METHOD…]",
    ],
    notes: [
      "A comparison that was stopped or killed goes on when the same command is given again; finished runs are "
        + "kept."
    ],
    examples: [
      Example(
        "latent compare ae vae vae:beta=4 fashion-mnist --for represent --seeds 3 --epochs 3",
        "Trains nine spaces and says whose codes are read best, and whether that is chance."),
      Example(
        "latent compare all:latents=10 sprites --for disentangle --seeds 3 --table factors.md",
        "Compares every method that applies by how well its units stand for single factors."),
    ])
}
