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

  /// Systems for a need.
  public static let find = Verb(
    "find", .lookingUp, "Find systems for a need told in words.",
    [Positional("NEED", .any, "What is needed, in words: data, task, what is known.")],
    flags: [
      Flag(
        "like", .string, as: "ID", "Systems like this one, by number or name, in place of NEED."),
      Flag("count", .int(1...441), default: "10", "How many to list."),
      Flag("words", "Rank by words alone, also where a text encoder is installed."),
      Flag("family", .string, as: "NAME", "Only systems of this family."),
      Flag(
        "modality", .string, as: "NAME", "Only systems for such data, such as image or tabular."),
      Flag(
        "cost", .choice(["S", "M", "L", "X"]), "Only systems of this cost, from hours to days."),
      Flag("status", .choice(["works", "planned"]), "Only systems of this status."),
      Flag(
        "verdict", .choice(["holds", "unclear", "contradicted"]),
        "Only systems whose recorded check came out so."),
    ],
    notes: [
      "Meanings are compared by a text encoder where one is installed: make encoder brings MiniLM (90 MB), and "
        + "LATENT_TEXT_ENCODER names the folder of another. Without one, words alone count."
    ],
    examples: [
      Example(
        "latent find anomalies in tables with few labels",
        "Ranks systems by what they are for, and by the words they share."),
      Example("latent find --like S057 --status works", "Lists systems like one that is known."),
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
