extension Verb {
  /// Codes for other programs.
  public static let export = Verb(
    "export", .using, "Write codes and what is known of them for other programs.",
    [space, ownSource],
    flags: [
      Flag(
        "to", .choice(["projector", "atlas", "numpy", "csv", "jsonl", "parquet"]), isRequired: true,
        "The form: a folder for TensorBoard's embedding projector, for Apple's Embedding Atlas, or of NumPy arrays; or "
          + "one file as CSV, as lines of JSON, or as Apache Parquet."),
      Flag(
        "out", short: "o", .path, as: "PATH",
        "The folder or file to write; SPACE-projector, SPACE-atlas, SPACE-numpy or SPACE.csv and so on when not given."
      ),
      Flag(
        "split", .choice(["train", "validation", "test", "all"]), default: "test",
        "The part of the data to take; all adds a column that says which part."),
      Flag("limit", .count, "Only the first N examples of each part."),
      Flag(
        "neighbours", .int(0...1000), as: "K", default: "15",
        "Nearest other examples of each that atlas is given; 0 for none."),
      Flag(
        "map", .choice(["neighbours", "pca"]), default: "neighbours",
        "The places that atlas is given: by neighbours, as UMAP lays them out, or along the two directions of most "
          + "variance."),
      Flag(
        "measures", .list(of: .choice(["density", "outlier", "cluster"])), as: "NAME,…",
        "Columns to add, measured among the codes: density, outlier or cluster."),
      Flag("force", "Replace a folder that an earlier export made."),
    ],
    notes: [
      "The rows have the class, known factors, the error of reconstruction and the columns of a table, where there are "
        + "such; projector and atlas also have the pictures."
    ],
    examples: [
      Example(
        "latent export demo.latent --to projector --out demo-projector",
        "Writes a folder that tensorboard --logdir demo-projector shows under Projector."),
      Example(
        "latent export demo.latent --to atlas --measures cluster,outlier",
        "Writes a folder for Embedding Atlas: the map by neighbours, to be coloured by cluster or outlier score."
      ),
      Example(
        "latent export demo.latent --to parquet --split all --out codes.parquet",
        "Writes a row for every example, with the part it is in."),
    ])

  /// The verbs for assistants.
  public static let mcp = Verb(
    "mcp", .lookingUp, "Offer the verbs to assistants by the Model Context Protocol.",
    flags: [
      Flag(
        "write-to", .path, as: "FOLDER", default: "latent-mcp",
        "The only folder that tools write to; it is made when one first does."),
      Flag("read-only", "Offer no tool that writes."),
      Flag(
        "seconds", .number(1...86_400), as: "S", default: "300",
        "The longest that one call may take."),
      Flag("jobs", .int(1...64), default: "2", "Calls at a time; more wait."),
    ],
    notes: [
      "It speaks JSON-RPC 2.0 on standard input and output, a message a line, until the input ends. An assistant is "
        + "told to start latent with the word mcp; each tool is a verb, with the same flags, and runs as the command that "
        + "its answer names."
    ],
    examples: [
      Example(
        "latent mcp --write-to answers",
        "Serves an assistant that has started it; pictures and files go to the folder answers.")
    ])
}
