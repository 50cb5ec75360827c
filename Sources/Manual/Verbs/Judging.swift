extension Verb {
  /// Measurements of a space.
  public static let score = Verb(
    "score", .judging, "Measure a space: bounds, likelihood, active units, reconstruction.",
    [space, ownSource],
    flags: [
      Flag(
        "samples", .list(of: .count), as: "K,…", default: "1,50",
        "Importance samples of each likelihood bound to report."),
      Flag("limit", .count, "Use only the first N examples."),
      split,
    ],
    examples: [
      Example(
        "latent score demo.latent --samples 1,50,500",
        "Prints the scores on the test data, with bounds of 1, 50 and 500 importance samples.")
    ])

  /// A page about a space.
  public static let report = Verb(
    "report", .judging, "Write a page with all that can be shown of a space.", [space],
    flags: [
      Flag(
        "out", short: "o", .path, as: "PATH",
        "The folder to write, SPACE/report when not given; with --single the file, SPACE/report.html."
      ),
      Flag(
        "single",
        "Write one file that holds its pictures and numbers; its charts are pictures, without a pointer's help."
      ),
    ],
    notes: [
      "Curves, samples, reconstructions, errors, maps, neighbours, density, units, traversals and ways between examples, "
        + "each under a name, with its files to download and the command that gives the same."
    ],
    examples: [
      Example(
        "latent report demo.latent",
        "Writes demo.latent/report/index.html, which opens in any browser."),
      Example(
        "latent report demo.latent --single --out demo.html", "Writes the same as one file to send."
      ),
    ])

  /// Tests of published claims.
  public static let check = Verb(
    "check", .judging, "Test a system's published claim against its baseline.",
    [
      Positional(
        "ID", .repeated(unless: "all"), "A system's number or name; latent systems lists them.")
    ],
    flags: [
      Flag("all", "Check every system that works."),
      Flag("quick", "Run the same code on a sliver, in seconds; this decides nothing."),
      Flag("record", "Write the verdict to docs/checks/ID.json."),
      Flag("seeds", .count, "Seeds for each arm; what the claim fixes when not given."),
      Flag(
        "threads", .int(1...4096),
        "Processor threads to use, all cores when not given; it changes the last bits of a result."),
    ],
    otherForms: ["latent check --all [flags]"],
    examples: [
      Example(
        "latent check S057",
        "Runs the check of one system in full and prints its arms, interval and verdict."),
      Example("latent check --all --quick", "Runs every check on a sliver, as a smoke test."),
    ])

  /// Speed and memory.
  public static let bench = Verb(
    "bench", .judging, "Measure speed and memory on this machine, against Python.",
    [
      Positional(
        "SUITE", .optional,
        "What to measure: without a word every case beside its peer; engine, which trains two networks at two sizes "
          + "of batch and times the start; autoencoders, which compares six methods with pythae's in speed and in "
          + "what they reach; map, which compares maps with umap-learn's; serve, which asks latent serve and a "
          + "server of FastAPI for codes; sae, which trains sparse autoencoders here, in PyTorch and with sae-lens; "
          + "ssl, which trains four self-supervised methods here and with lightly; or lm, which trains a language model "
          + "here and in PyTorch."
      )
    ],
    flags: [
      Flag("quick", "Fewer repeats; figures are rough."),
      Flag(
        "only", .list(of: .choice(["training", "start", "memory"])), as: "PART,…",
        "Only these parts of engine: training, start, memory."),
      Flag(
        "case", .list(of: .string), as: "CASE,…",
        "Only these cases, such as mlp-eager; a name that there is not lists them."),
      Flag("write", "Keep the figures in docs/bench, and of the cases in docs/BENCHMARKS.md."),
    ],
    examples: [
      Example(
        "latent bench --case mlp-eager,conv-eager --quick",
        "Trains two autoencoders here and with PyTorch and compares speed, memory and bounds."),
      Example(
        "latent bench engine --only training,start --quick",
        "Compares training speed with PyTorch and pythae, and times latent --help."),
      Example(
        "latent bench autoencoders --quick",
        "Trains six autoencoders here and with pythae and compares speed, errors and bounds."),
      Example(
        "latent bench serve --quick",
        "Asks two servers for codes over 64 connections and compares requests a second."),
      Example(
        "latent bench map --write",
        "Maps 20,000 vectors here and with umap-learn and keeps speed, memory and trustworthiness."),
    ])
}
