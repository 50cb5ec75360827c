extension Verb {
  /// Known data.
  public static let data = Verb(
    "data", .lookingUp, "List known data sets, or describe one, or data of yours.",
    [
      Positional(
        "SOURCE", .optional,
        "A data set, as the list names it, a file, or a folder of pictures, sounds or texts.")
    ],
    flags: readingFlags,
    examples: [
      Example("latent data", "Lists data sets with size, licence and where they come from."),
      Example("latent data fashion-mnist", "Shows one, and how to get it if it is absent."),
      Example(
        "latent data measurements.csv --window 48",
        "Reads a file as latent fit would, and says what it finds: examples, shape, columns."),
    ])

  /// The catalogue.
  public static let systems = Verb(
    "systems", .lookingUp, "List the catalogue of systems, or show one.",
    [Positional("ID", .optional, "A system's number or name, such as S057 or iwae.")],
    flags: [
      Flag("status", .choice(["works", "planned"]), "Only systems of this status."),
      Flag("family", .string, as: "NAME", "Only systems of this family."),
      Flag("markdown", "Print a Markdown table."),
      Flag("check-docs", "Compare docs/SYSTEMS.md with the catalogue; fail where they differ."),
    ],
    examples: [
      Example("latent systems --status works", "Lists the systems that can be fitted now."),
      Example("latent systems S057", "Shows one system: its paper, mechanism and commands."),
    ])

  /// The state of the installation.
  public static let doctor = Verb(
    "doctor", .lookingUp, "Say what this machine offers and what is missing.",
    examples: [
      Example(
        "latent doctor",
        "Prints versions, devices, the faster matrix product, and how to get what is absent.")
    ])
}
