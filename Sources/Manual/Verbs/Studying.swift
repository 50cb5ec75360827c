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

  private static let studyFlags = [
    Flag(
      "out", short: "o", .path, as: "FOLDER", "Write a page with charts and the findings there."),
    Flag("threads", .int(1...4096), "Processor threads to use, all cores when not given."),
  ]
}
